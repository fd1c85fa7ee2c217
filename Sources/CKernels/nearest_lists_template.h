// One variant of the nearest lists, for one type of number; see nearest_lists.h.

#define VECTOR CLADE_NAME(clade_vector)
#define INTEGERS CLADE_NAME(clade_lanes)
#define LANES CLADE_LANES

// Puts the centers of one panel that are near enough into the list of one row.
CLADE_TARGET static __attribute__((noinline)) void CLADE_VARIANT(CLADE_NAME(merge_panel))(
    const CLADE_SCALAR *sums, const int32_t *ids, size_t length, CLADE_SCALAR *distances,
    int32_t *nearest) {
  const size_t last = length - 1;
  for (size_t lane = 0; lane < LANES; lane++) {
    const CLADE_SCALAR distance = sums[lane];
    const int32_t id = ids[lane];
    if (distance > distances[last] || (distance == distances[last] && id >= nearest[last]))
      continue;
    size_t place = last;
    while (place > 0 && (distance < distances[place - 1] ||
                         (distance == distances[place - 1] && id < nearest[place - 1]))) {
      distances[place] = distances[place - 1];
      nearest[place] = nearest[place - 1];
      place--;
    }
    distances[place] = distance;
    nearest[place] = id;
  }
}

// `height` rows and `width` panels at a time (both constants where this is inlined). Most tiles hold
// nothing that is near enough for a list, which one comparison a vector shows.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(list_rows))(const size_t height, const size_t width,
                                     const CLADE_SCALAR *rows, const int32_t *members, size_t first,
                                     size_t columns, const CLADE_SCALAR *panels, size_t panel_count,
                                     const int32_t *ids, size_t length, CLADE_SCALAR *distances,
                                     int32_t *nearest) {
  CLADE_SCALAR *list[8], limit[8];
  int32_t *names[8];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++) {
    const size_t member = members ? (size_t)members[first + i] : first + i;
    list[i] = distances + member * length;
    names[i] = nearest + member * length;
    limit[i] = list[i][length - 1];
  }
  VECTOR found[8 * 2] __attribute__((aligned(64)));
  for (size_t p = 0; p < panel_count; p += width) {
    // The last panel may be alone: it is taken twice then, the second time for nothing.
    const size_t next = p + width <= panel_count ? width - 1 : 0;
    const CLADE_SCALAR *panel[2] = {panels + p * columns * LANES,
                                    panels + (p + next) * columns * LANES};
    VECTOR sums[8][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < height; i++)
#pragma clang loop unroll(full)
      for (size_t w = 0; w < width; w++)
        sums[i][w] = (VECTOR){0};
#pragma clang loop unroll(disable)
    for (size_t j = 0; j < columns; j++) {
      VECTOR column[2];
#pragma clang loop unroll(full)
      for (size_t w = 0; w < width; w++)
        column[w] = *(const VECTOR *)(panel[w] + j * LANES);
#pragma clang loop unroll(full)
      for (size_t i = 0; i < height; i++) {
        const CLADE_SCALAR x = rows[i * columns + j];
#pragma clang loop unroll(full)
        for (size_t w = 0; w < width; w++) {
          const VECTOR difference = x - column[w];
          sums[i][w] = __builtin_elementwise_fma(difference, difference, sums[i][w]);
        }
      }
    }
    INTEGERS near = (INTEGERS){0};
#pragma clang loop unroll(full)
    for (size_t i = 0; i < height; i++)
#pragma clang loop unroll(full)
      for (size_t w = 0; w < width; w++) {
        near |= (INTEGERS)(sums[i][w] <= limit[i]);
        found[i * 2 + w] = sums[i][w];
      }
    if (!__builtin_reduce_or(near))
      continue;
    for (size_t i = 0; i < height; i++) {
      for (size_t w = 0; w <= next; w++)
        if (__builtin_reduce_or((INTEGERS)(found[i * 2 + w] <= limit[i])))
          CLADE_VARIANT(CLADE_NAME(merge_panel))
      ((const CLADE_SCALAR *)&found[i * 2 + w], ids + (p + w) * LANES, length, list[i], names[i]);
      limit[i] = list[i][length - 1];
    }
  }
}

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(nearest_lists))(
    const CLADE_SCALAR *rows, const int32_t *members, size_t count, size_t columns,
    const CLADE_SCALAR *panels, size_t panel_count, const int32_t *ids, size_t length,
    CLADE_SCALAR *distances, int32_t *nearest) {
  enum {
    height = CLADE_VECTOR_BYTES == 64 ? 8 : CLADE_VECTOR_BYTES == 32 ? 4 : CLADE_FUSED ? 4 : 1,
    width = CLADE_VECTOR_BYTES == 64 ? 2 : 1
  };
  size_t i = 0;
  for (; i + height <= count; i += height)
    CLADE_VARIANT(CLADE_NAME(list_rows))
    (height, width, rows + i * columns, members, i, columns, panels, panel_count, ids, length, distances,
     nearest);
  for (; i < count; i++)
    CLADE_VARIANT(CLADE_NAME(list_rows))
    (1, width, rows + i * columns, members, i, columns, panels, panel_count, ids, length, distances, nearest);
}

// The places of the `length` smallest of `total` distances of one row.
//
// Distances are dealt out to more than `length` piles; of the piles' least ones, the one that is
// `length`-th smallest is a bound which few distances other than those sought are below.
CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(smallest_of_row))(
    const CLADE_SCALAR *distances, size_t total, size_t length, uint64_t *keys, int32_t *places) {
  const size_t piles = (4 * length + LANES - 1) / LANES * LANES;
  CLADE_SCALAR limit = (CLADE_SCALAR)__builtin_inf();
  if (3 * piles <= total) {
    for (size_t pile = 0; pile < piles; pile += LANES) {
      VECTOR least = *(const VECTOR *)(distances + pile);
      for (size_t k = pile + piles; k + LANES <= total; k += piles)
        least = __builtin_elementwise_min(least, *(const VECTOR *)(distances + k));
      for (size_t lane = 0; lane < LANES; lane++)
        keys[pile + lane] = clade_distance_bits((float)least[lane]);
    }
    clade_select(keys, piles, length);
    uint64_t largest = 0;
    for (size_t k = 0; k < length; k++)
      largest = keys[k] > largest ? keys[k] : largest;
    // The next float is a bound for whatever is rounded to this one.
    const uint32_t bits = (uint32_t)largest + (largest < 0x7F800000u);
    float bound;
    memcpy(&bound, &bits, sizeof bound);
    limit = (CLADE_SCALAR)bound;
  }
  size_t count = 0, k = 0;
  for (; k + LANES <= total; k += LANES) {
    const VECTOR some = *(const VECTOR *)(distances + k);
    if (!__builtin_reduce_or((INTEGERS)(some <= limit)))
      continue;
    for (size_t lane = 0; lane < LANES; lane++) {
      keys[count] = clade_distance_bits((float)distances[k + lane]) << 32 | (k + lane);
      count += distances[k + lane] <= limit;
    }
  }
  for (; k < total; k++) {
    keys[count] = clade_distance_bits((float)distances[k]) << 32 | k;
    count += distances[k] <= limit;
  }
  if (length < count)
    clade_select(keys, count, length);
  for (size_t i = 0; i < length; i++)
    places[i] = (int32_t)(uint32_t)keys[i];
}

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(smallest_distances))(
    const CLADE_SCALAR *distances, size_t rows, size_t stride, size_t total, size_t length,
    uint64_t *workspace, int32_t *places) {
  for (size_t i = 0; i < rows; i++)
    CLADE_VARIANT(CLADE_NAME(smallest_of_row))
    (distances + i * stride, total, length, workspace, places + i * length);
}

#undef VECTOR
#undef INTEGERS
#undef LANES
