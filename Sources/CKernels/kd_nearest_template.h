// One variant of the nearest rows in a kd-tree, for one type of number; see kd_tree.h.

#include "kd_boxes_template.h"

#define SEARCH CLADE_VARIANT(CLADE_NAME(kd_nearest_search))

// Whether the row at place `a` comes before the one at `b` by its values; nowhere is last.
CLADE_TARGET static __attribute__((noinline)) int
CLADE_VARIANT(CLADE_NAME(kd_before))(const struct clade_kd_tree *tree, int32_t a, int32_t b) {
  if (a == CLADE_KD_NOWHERE || b == CLADE_KD_NOWHERE)
    return a != CLADE_KD_NOWHERE;
  const CLADE_SCALAR *panels = tree->panels;
  const CLADE_SCALAR *x = panels + (size_t)a / LANES * tree->columns * LANES + (size_t)a % LANES;
  const CLADE_SCALAR *y = panels + (size_t)b / LANES * tree->columns * LANES + (size_t)b % LANES;
  for (size_t j = 0; j < tree->columns; j++)
    if (x[j * LANES] != y[j * LANES])
      return x[j * LANES] < y[j * LANES];
  return 0;
}

// The lanes of `b` moved up by one, after the last one of `a`.
#if CLADE_LANES == 8
#define SHIFT(a, b) __builtin_shufflevector(a, b, 7, 8, 9, 10, 11, 12, 13, 14)
#else
#define SHIFT(a, b)                                                                                \
  __builtin_shufflevector(a, b, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30)
#endif

// Lane by lane, the first where the mask is set, else the second.
#define SELECT(type, mask, yes, no)                                                                \
  (type)(((mask) & (INTEGERS)(yes)) | (~(mask) & (INTEGERS)(no)))

// What is looked up together. Lists of at most CLADE_KD_SHORT vectors are kept in whole vectors,
// one query's after the other's, until the search ends; longer ones are heaps where they are to go.
struct SEARCH {
  const struct clade_kd_tree *tree;
  const CLADE_SCALAR *queries, *box;
  size_t count, length;
  // From one list to the next.
  size_t stride;
  CLADE_SCALAR *distances;
  CLADE_LANE_INTEGER *names;
  int32_t *places;
  // The distance of the farthest in each list, and the largest of these.
  CLADE_SCALAR limits[CLADE_KD_LEAF] __attribute__((aligned(64))), limit;
  // The queries as panels, column by column; only where there are few columns.
  VECTOR turned[CLADE_KD_LEAF / LANES * CLADE_KD_NARROW];
};

// Puts a row where it belongs among those that are as far away, in a list that is kept in vectors.
CLADE_TARGET static __attribute__((noinline)) void
CLADE_VARIANT(CLADE_NAME(kd_insert_tie))(const struct clade_kd_tree *tree, CLADE_SCALAR distance,
                                         int32_t id, size_t length, CLADE_SCALAR *distances,
                                         CLADE_LANE_INTEGER *names) {
  size_t place = length;
  while (place > 0 &&
         (distance < distances[place - 1] ||
          (distance == distances[place - 1] &&
           CLADE_VARIANT(CLADE_NAME(kd_before))(tree, id, (int32_t)names[place - 1])))) {
    if (place < length) {
      distances[place] = distances[place - 1];
      names[place] = names[place - 1];
    }
    place--;
  }
  if (place < length) {
    distances[place] = distance;
    names[place] = id;
  }
}

// Whether a row at distance d comes before one at distance e in a list.
#define NEARER(tree, d, i, e, j)                                                                   \
  ((d) < (e) || ((d) == (e) && CLADE_VARIANT(CLADE_NAME(kd_before))(tree, i, j)))

// Puts a row into a heap of `length` in place of the farthest one, which is on top.
CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(kd_sift))(const struct clade_kd_tree *tree,
                                                            CLADE_SCALAR distance, int32_t id,
                                                            size_t length, CLADE_SCALAR *distances,
                                                            int32_t *places) {
  size_t hole = 0;
  for (size_t child = 1; child < length; child = 2 * hole + 1) {
    if (child + 1 < length && NEARER(tree, distances[child], places[child], distances[child + 1],
                                     places[child + 1]))
      child++;
    if (!NEARER(tree, distance, id, distances[child], places[child]))
      break;
    distances[hole] = distances[child];
    places[hole] = places[child];
    hole = child;
  }
  distances[hole] = distance;
  places[hole] = id;
}

// Sorts a heap.
CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(kd_sort))(const struct clade_kd_tree *tree,
                                                            size_t length, CLADE_SCALAR *distances,
                                                            int32_t *places) {
  for (size_t last = length - 1; last > 0; last--) {
    const CLADE_SCALAR distance = distances[last];
    const int32_t id = places[last];
    distances[last] = distances[0];
    places[last] = places[0];
    CLADE_VARIANT(CLADE_NAME(kd_sift))(tree, distance, id, last, distances, places);
  }
}

// Puts the rows of a panel that are near enough into a list of `vectors` vectors, a constant where
// this is inlined: what is farther moves up by one lane, all lanes at once.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(kd_insert_short))(const size_t vectors, struct SEARCH *search, size_t i,
                                           const CLADE_SCALAR *sums, uint32_t near,
                                           int32_t first) {
  CLADE_SCALAR *distances = search->distances + i * search->stride;
  CLADE_LANE_INTEGER *names = search->names + i * search->stride;
  VECTOR list[CLADE_KD_SHORT];
  INTEGERS ids[CLADE_KD_SHORT];
#pragma clang loop unroll(full)
  for (size_t v = 0; v < vectors; v++) {
    list[v] = *(const VECTOR *)(distances + v * LANES);
    ids[v] = *(const INTEGERS *)(names + v * LANES);
  }
  do {
    const int lane = __builtin_ctz(near);
    near &= near - 1;
    const VECTOR distance = (VECTOR){0} + sums[lane];
    const INTEGERS id = (INTEGERS){0} + (CLADE_LANE_INTEGER)(first + lane);
    INTEGERS tie = (INTEGERS){0};
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++)
      tie |= (INTEGERS)(list[v] == distance);
    if (__builtin_expect(BITS(tie) != 0, 0)) {
#pragma clang loop unroll(full)
      for (size_t v = 0; v < vectors; v++) {
        *(VECTOR *)(distances + v * LANES) = list[v];
        *(INTEGERS *)(names + v * LANES) = ids[v];
      }
      CLADE_VARIANT(CLADE_NAME(kd_insert_tie))
      (search->tree, sums[lane], first + lane, vectors * LANES, distances, names);
#pragma clang loop unroll(full)
      for (size_t v = 0; v < vectors; v++) {
        list[v] = *(const VECTOR *)(distances + v * LANES);
        ids[v] = *(const INTEGERS *)(names + v * LANES);
      }
      continue;
    }
#pragma clang loop unroll(full)
    for (size_t v = vectors; v-- > 0;) {
      const VECTOR before = v > 0 ? SHIFT(list[v - 1], list[v])
                                  : SHIFT((VECTOR){0} - (CLADE_SCALAR)__builtin_inf(), list[v]);
      const INTEGERS ids_before = v > 0 ? SHIFT(ids[v - 1], ids[v]) : SHIFT(ids[v], ids[v]);
      const INTEGERS stays = (INTEGERS)(list[v] < distance), here = (INTEGERS)(before < distance);
      list[v] = SELECT(VECTOR, stays, list[v], SELECT(VECTOR, here, distance, before));
      ids[v] = SELECT(INTEGERS, stays, ids[v], SELECT(INTEGERS, here, id, ids_before));
    }
  } while (near);
#pragma clang loop unroll(full)
  for (size_t v = 0; v < vectors; v++) {
    *(VECTOR *)(distances + v * LANES) = list[v];
    *(INTEGERS *)(names + v * LANES) = ids[v];
  }
  search->limits[i] = distances[search->length - 1];
}

CLADE_TARGET static __attribute__((noinline)) void
CLADE_VARIANT(CLADE_NAME(kd_insert))(struct SEARCH *search, size_t i, const CLADE_SCALAR *sums,
                                     uint32_t near, int32_t first) {
  if (search->names) {
    switch (search->stride / LANES) {
    case 1:
      CLADE_VARIANT(CLADE_NAME(kd_insert_short))(1, search, i, sums, near, first);
      return;
    case 2:
      CLADE_VARIANT(CLADE_NAME(kd_insert_short))(2, search, i, sums, near, first);
      return;
    case 3:
      CLADE_VARIANT(CLADE_NAME(kd_insert_short))(3, search, i, sums, near, first);
      return;
    default:
      CLADE_VARIANT(CLADE_NAME(kd_insert_short))(4, search, i, sums, near, first);
      return;
    }
  }
  CLADE_SCALAR *distances = search->distances + i * search->stride;
  int32_t *places = search->places + i * search->stride;
  for (; near; near &= near - 1) {
    const int lane = __builtin_ctz(near);
    if (NEARER(search->tree, sums[lane], first + lane, distances[0], places[0]))
      CLADE_VARIANT(CLADE_NAME(kd_sift))
    (search->tree, sums[lane], first + lane, search->length, distances, places);
  }
  search->limits[i] = distances[0];
}

// Compares the `height` queries that `some` names with a panel. A sum only ever grows, so that the
// rest of the columns is left out once all sums are too large.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(kd_compare))(const size_t height, const size_t columns,
                                      struct SEARCH *search, const int32_t *some,
                                      const CLADE_SCALAR *panel, int32_t first) {
  const CLADE_SCALAR *queries[CLADE_KD_TILE];
  VECTOR sums[CLADE_KD_TILE];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < height; r++) {
    queries[r] = search->queries + (size_t)some[r] * columns;
    sums[r] = (VECTOR){0};
  }
  size_t j = 0;
  for (;;) {
    const size_t end = columns - j > CLADE_KD_STRETCH + 2 ? j + CLADE_KD_STRETCH : columns;
    for (; j < end; j++) {
      const VECTOR column = *(const VECTOR *)(panel + j * LANES);
#pragma clang loop unroll(full)
      for (size_t r = 0; r < height; r++) {
        const VECTOR difference = column - queries[r][j];
        sums[r] = __builtin_elementwise_fma(difference, difference, sums[r]);
      }
    }
    if (j == columns)
      break;
    INTEGERS near = (INTEGERS){0};
#pragma clang loop unroll(full)
    for (size_t r = 0; r < height; r++)
      near |= (INTEGERS)(sums[r] <= search->limits[some[r]]);
    if (!BITS(near))
      return;
  }
#pragma clang loop unroll(full)
  for (size_t r = 0; r < height; r++) {
    const uint32_t near = BITS(sums[r] <= search->limits[some[r]]);
    if (near) {
      CLADE_SCALAR found[LANES] __attribute__((aligned(64)));
      *(VECTOR *)found = sums[r];
      CLADE_VARIANT(CLADE_NAME(kd_insert))(search, (size_t)some[r], found, near, first);
    }
  }
}

// The queries that a row of a leaf may be near enough to: all of them where there are many columns,
// else those whose distance from its box isn't above that of the farthest in their list.
CLADE_TARGET static inline __attribute__((always_inline)) size_t
CLADE_VARIANT(CLADE_NAME(kd_choose))(const size_t columns, const struct SEARCH *search,
                                     int32_t leaf, int32_t *some) {
  size_t chosen = 0;
  if (columns > CLADE_KD_NARROW) {
    for (; chosen < search->count; chosen++)
      some[chosen] = (int32_t)chosen;
    return chosen;
  }
  const CLADE_SCALAR *box = (const CLADE_SCALAR *)search->tree->boxes + (size_t)leaf * 2 * columns;
  for (size_t i = 0; i < search->count; i += LANES) {
    VECTOR gaps;
    CLADE_VARIANT(CLADE_NAME(kd_row_gaps))
    (columns, search->turned + i / LANES * columns, box, &gaps);
    uint32_t near = BITS(gaps <= *(const VECTOR *)(search->limits + i));
    for (; near; near &= near - 1) {
      some[chosen] = (int32_t)i + __builtin_ctz(near);
      chosen++;
    }
  }
  return chosen;
}

CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(kd_scan))(const size_t columns, struct SEARCH *search, int32_t leaf) {
  int32_t some[CLADE_KD_LEAF];
  const size_t count = CLADE_VARIANT(CLADE_NAME(kd_choose))(columns, search, leaf, some);
  for (int32_t p = search->tree->first_panel[leaf]; p < search->tree->end_panel[leaf]; p++) {
    const CLADE_SCALAR *panel =
        (const CLADE_SCALAR *)search->tree->panels + (size_t)p * columns * LANES;
    size_t i = 0;
    for (; i + CLADE_KD_TILE <= count; i += CLADE_KD_TILE)
      CLADE_VARIANT(CLADE_NAME(kd_compare))
    (CLADE_KD_TILE, columns, search, some + i, panel, p * LANES);
    for (; i < count; i++)
      CLADE_VARIANT(CLADE_NAME(kd_compare))(1, columns, search, some + i, panel, p * LANES);
  }
  // Lanes without a query have a limit that isn't above any other.
  VECTOR limits = *(const VECTOR *)search->limits;
  for (size_t i = LANES; i < search->count; i += LANES) {
    const VECTOR more = *(const VECTOR *)(search->limits + i);
    limits = LARGER(limits, more);
  }
  CLADE_SCALAR limit = limits[0];
#pragma clang loop unroll(full)
  for (size_t lane = 1; lane < LANES; lane++)
    limit = limits[lane] > limit ? limits[lane] : limit;
  search->limit = limit;
}

CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(kd_descend))(const size_t columns, struct SEARCH *search, int32_t node) {
  const struct clade_kd_tree *tree = search->tree;
  const CLADE_SCALAR *boxes = tree->boxes;
  // The nodes that wait, the nearest last; one a level, and a level halves the rows unless they
  // tie.
  struct {
    int32_t node;
    CLADE_SCALAR gap;
  } waiting[CLADE_KD_DEPTH];
  size_t depth = 0;
  for (;;) {
    const int32_t second = tree->second[node];
    if (second) {
      const CLADE_SCALAR a = CLADE_VARIANT(CLADE_NAME(kd_least_gap))(
          columns, boxes + (size_t)(node + 1) * 2 * columns, search->box);
      const CLADE_SCALAR b = CLADE_VARIANT(CLADE_NAME(kd_least_gap))(
          columns, boxes + (size_t)second * 2 * columns, search->box);
      const int swap = b < a;
      const CLADE_SCALAR near = swap ? b : a, far = swap ? a : b;
      if (far <= search->limit) {
        waiting[depth].node = swap ? node + 1 : second;
        waiting[depth].gap = far;
        depth++;
      }
      if (near <= search->limit) {
        node = swap ? second : node + 1;
        continue;
      }
    } else {
      CLADE_VARIANT(CLADE_NAME(kd_scan))(columns, search, node);
    }
    do {
      if (depth == 0)
        return;
      depth--;
    } while (waiting[depth].gap > search->limit);
    node = waiting[depth].node;
  }
}

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(kd_nearest))(const struct clade_kd_tree *tree,
                                                               const CLADE_SCALAR *queries,
                                                               const CLADE_SCALAR *box,
                                                               size_t count, size_t length,
                                                               CLADE_SCALAR *distances,
                                                               int32_t *places) {
  const size_t vectors = (length + LANES - 1) / LANES;
  const int brief = vectors <= CLADE_KD_SHORT;
  struct SEARCH search;
  search.tree = tree;
  search.queries = queries;
  search.box = box;
  search.count = count;
  search.length = length;
  search.names = NULL;
  search.places = NULL;
  VECTOR list[CLADE_KD_LEAF * CLADE_KD_SHORT] __attribute__((aligned(64)));
  INTEGERS names[CLADE_KD_LEAF * CLADE_KD_SHORT];
  if (brief) {
    search.stride = vectors * LANES;
    search.distances = (CLADE_SCALAR *)list;
    search.names = (CLADE_LANE_INTEGER *)names;
    for (size_t i = 0; i < count * vectors; i++) {
      list[i] = (VECTOR){0} + (CLADE_SCALAR)__builtin_inf();
      names[i] = (INTEGERS){0} + CLADE_KD_NOWHERE;
    }
  } else {
    search.stride = length;
    search.distances = distances;
    search.places = places;
    for (size_t i = 0; i < count * length; i++) {
      distances[i] = (CLADE_SCALAR)__builtin_inf();
      places[i] = CLADE_KD_NOWHERE;
    }
  }
  // Lanes without a query have a limit that nothing is within.
  for (size_t i = 0; i < CLADE_KD_LEAF; i++)
    search.limits[i] = i < count ? (CLADE_SCALAR)__builtin_inf() : -1;
  if (tree->columns <= CLADE_KD_NARROW)
    for (size_t i = 0; i < (count + LANES - 1) / LANES * LANES; i++)
      for (size_t j = 0; j < tree->columns; j++)
        search.turned[i / LANES * tree->columns + j][i % LANES] =
            i < count ? queries[i * tree->columns + j] : 0;
  search.limit = (CLADE_SCALAR)__builtin_inf();
  switch (tree->columns) {
#define CASE(n)                                                                                    \
  case n:                                                                                          \
    CLADE_VARIANT(CLADE_NAME(kd_descend))(n, &search, 0);                                          \
    break;
    CASE(1)
    CASE(2)
    CASE(3)
    CASE(4)
    CASE(5)
    CASE(6)
    CASE(7)
    CASE(8)
#undef CASE
  default:
    CLADE_VARIANT(CLADE_NAME(kd_descend))(tree->columns, &search, 0);
  }
  if (brief)
    for (size_t i = 0; i < count; i++)
      for (size_t k = 0; k < length; k++) {
        distances[i * length + k] = search.distances[i * search.stride + k];
        places[i * length + k] = (int32_t)search.names[i * search.stride + k];
      }
  else
    for (size_t i = 0; i < count; i++)
      CLADE_VARIANT(CLADE_NAME(kd_sort))
  (tree, length, distances + i * length, places + i * length);
}

#undef SEARCH
#undef NEARER
#undef SELECT
#undef SHIFT
#include "kd_boxes_end.h"
