// One variant of the search of nearest clusters; see ward_nearest.h.

#define SEARCH CLADE_VARIANT(ward_search)
#define BITS(mask)                                                                                 \
  (uint32_t)__builtin_bit_cast(clade_kd_mask_f64,                                                  \
                               __builtin_convertvector(mask, clade_kd_bools_f64))

// What is looked up together.
struct SEARCH {
  const struct clade_ward_tree *tree;
  const double *centroids, *halves;
  const int32_t *names;
  size_t count;
  double *distances;
  int32_t *nearest;
  // The box around the centroids.
  const double *box;
  // The largest distance that was found for any of them, and the largest times its half.
  double limit, weighted;
};

// Takes the clusters of some lanes for the i-th one's nearest where they are.
CLADE_TARGET static __attribute__((noinline)) void
CLADE_VARIANT(ward_offer)(struct SEARCH *search, size_t i, const double *sums, uint32_t near,
                          const double *halves, const int32_t *names) {
  for (; near; near &= near - 1) {
    const int lane = __builtin_ctz(near);
    const int32_t name = names[lane];
    if (name == search->names[i])
      continue;
    const double distance = sums[lane] / (search->halves[i] + halves[lane]);
    if (distance < search->distances[i] ||
        (distance == search->distances[i] &&
         clade_tie(search->names[i], name) < clade_tie(search->names[i], search->nearest[i]))) {
      search->distances[i] = distance;
      search->nearest[i] = name;
    }
  }
}

// Compares `height` clusters from the i-th with a panel. A sum only ever grows, so that the rest of
// the columns is left out once all sums are too large.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(ward_compare)(const size_t height, struct SEARCH *search, size_t i,
                            const double *panel, const double *halves, const int32_t *names) {
  const size_t columns = search->tree->columns;
  const double *centroids = search->centroids + i * columns;
  clade_ward_vector sums[8], limits[8];
  const clade_ward_vector others = *(const clade_ward_vector *)halves;
#pragma clang loop unroll(full)
  for (size_t r = 0; r < height; r++) {
    sums[r] = (clade_ward_vector){0};
    limits[r] = (others + search->halves[i + r]) * (search->distances[i + r] * CLADE_WARD_SLACK);
  }
  size_t j = 0;
  for (;;) {
    const size_t end = columns - j > CLADE_KD_STRETCH + 2 ? j + CLADE_KD_STRETCH : columns;
    for (; j < end; j++) {
      const clade_ward_vector column = *(const clade_ward_vector *)(panel + j * 8);
#pragma clang loop unroll(full)
      for (size_t r = 0; r < height; r++) {
        const clade_ward_vector difference = column - centroids[r * columns + j];
        sums[r] = __builtin_elementwise_fma(difference, difference, sums[r]);
      }
    }
    if (j == columns)
      break;
    uint32_t near = 0;
#pragma clang loop unroll(full)
    for (size_t r = 0; r < height; r++)
      near |= BITS(sums[r] <= limits[r]);
    if (!near)
      return;
  }
#pragma clang loop unroll(full)
  for (size_t r = 0; r < height; r++) {
    const uint32_t near = BITS(sums[r] <= limits[r]);
    if (near) {
      double found[8] __attribute__((aligned(64)));
      *(clade_ward_vector *)found = sums[r];
      CLADE_VARIANT(ward_offer)(search, i + r, found, near, halves, names);
    }
  }
}

CLADE_TARGET static void CLADE_VARIANT(ward_scan)(struct SEARCH *search, int32_t from,
                                                  int32_t end) {
  enum { tall = CLADE_VECTOR_BYTES == 64 ? 8 : 4 };
  const struct clade_ward_tree *tree = search->tree;
  for (int32_t p = from; p < end; p++) {
    const double *panel = tree->panels + (size_t)p * tree->columns * 8;
    const double *halves = tree->halves + (size_t)p * 8;
    const int32_t *names = tree->names + (size_t)p * 8;
    size_t i = 0;
    for (; i + tall <= search->count; i += tall)
      CLADE_VARIANT(ward_compare)(tall, search, i, panel, halves, names);
    for (; i + 2 <= search->count; i += 2)
      CLADE_VARIANT(ward_compare)(2, search, i, panel, halves, names);
    for (; i < search->count; i++)
      CLADE_VARIANT(ward_compare)(1, search, i, panel, halves, names);
  }
  double limit = 0, weighted = 0;
  for (size_t i = 0; i < search->count; i++) {
    const double distance = search->distances[i], product = distance * search->halves[i];
    limit = distance > limit ? distance : limit;
    weighted = product > weighted ? product : weighted;
  }
  search->limit = limit;
  search->weighted = weighted;
}

// The squared distance of a node's box from that around the centroids, and whether a cluster of the
// node may be nearest to one of them.
CLADE_TARGET static inline __attribute__((always_inline)) int
CLADE_VARIANT(ward_reaches)(const struct SEARCH *search, int32_t node, double gap) {
  return gap <= (search->weighted + search->limit * search->tree->node_halves[node]) *
                    (CLADE_WARD_SLACK * CLADE_WARD_SLACK);
}

CLADE_TARGET static inline __attribute__((always_inline)) double
CLADE_VARIANT(ward_gap)(const struct SEARCH *search, int32_t node) {
  const size_t columns = search->tree->columns;
  const double *a = search->tree->boxes + (size_t)node * 2 * columns, *b = search->box;
  double sum = 0;
  for (size_t j = 0; j < columns; j++) {
    const double above = a[j] - b[columns + j], below = b[j] - a[columns + j];
    double gap = above > below ? above : below;
    gap = gap > 0 ? gap : 0;
    sum = __builtin_elementwise_fma(gap, gap, sum);
  }
  return sum;
}

CLADE_TARGET static void CLADE_VARIANT(ward_nearest)(const struct clade_ward_tree *tree,
                                                     const double *centroids,
                                                     const double *halves, const int32_t *names,
                                                     size_t count, double *distances,
                                                     int32_t *nearest) {
  const size_t columns = tree->columns;
  double box[2 * columns];
  for (size_t j = 0; j < columns; j++)
    box[j] = box[columns + j] = centroids[j];
  for (size_t i = 1; i < count; i++)
    for (size_t j = 0; j < columns; j++) {
      const double x = centroids[i * columns + j];
      box[j] = x < box[j] ? x : box[j];
      box[columns + j] = x > box[columns + j] ? x : box[columns + j];
    }
  double limit = 0, weighted = 0;
  for (size_t i = 0; i < count; i++) {
    distances[i] = distances[i] < CLADE_WARD_FAR ? distances[i] : CLADE_WARD_FAR;
    limit = distances[i] > limit ? distances[i] : limit;
    weighted = distances[i] * halves[i] > weighted ? distances[i] * halves[i] : weighted;
  }
  struct SEARCH search = {.tree = tree,
                          .centroids = centroids,
                          .halves = halves,
                          .names = names,
                          .count = count,
                          .distances = distances,
                          .nearest = nearest,
                          .box = box,
                          .limit = limit,
                          .weighted = weighted};
  // The nodes that wait, the nearest last; one a level.
  struct {
    int32_t node;
    double gap;
  } waiting[CLADE_KD_DEPTH];
  size_t depth = 0;
  int32_t node = 0;
  for (;;) {
    const int32_t second = tree->second[node];
    if (second) {
      const double a = CLADE_VARIANT(ward_gap)(&search, node + 1);
      const double b = CLADE_VARIANT(ward_gap)(&search, second);
      const int swap = b < a;
      const double near = swap ? b : a, far = swap ? a : b;
      const int32_t near_node = swap ? second : node + 1, far_node = swap ? node + 1 : second;
      if (CLADE_VARIANT(ward_reaches)(&search, far_node, far)) {
        waiting[depth].node = far_node;
        waiting[depth].gap = far;
        depth++;
      }
      if (CLADE_VARIANT(ward_reaches)(&search, near_node, near)) {
        node = near_node;
        continue;
      }
    } else {
      CLADE_VARIANT(ward_scan)(&search, tree->first_panel[node], tree->end_panel[node]);
    }
    do {
      if (depth == 0)
        return;
      depth--;
    } while (
        !CLADE_VARIANT(ward_reaches)(&search, waiting[depth].node, waiting[depth].gap));
    node = waiting[depth].node;
  }
}

#undef SEARCH
#undef BITS
