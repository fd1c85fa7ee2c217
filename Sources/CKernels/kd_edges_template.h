// One variant of the shortest edges between components, for one type of number; see kd_edges.h.

#include "kd_boxes_template.h"
#include "kd_offers_template.h"

// The longest edge that matters to any of a node's rows.
CLADE_TARGET static inline CLADE_SCALAR NAME(kd_bound)(FOREST forest, int32_t node) {
  const int32_t component = forest->node_components[node];
  return component >= 0 ? NAME(kd_read)((const CLADE_SCALAR *)forest->lengths + component)
                        : NAME(kd_read)((const CLADE_SCALAR *)forest->node_bounds + node);
}

// Not above the length of any edge between rows of two nodes.
CLADE_TARGET static inline __attribute__((always_inline)) CLADE_SCALAR
NAME(kd_least_length)(const size_t columns, FOREST forest, int32_t a, int32_t b) {
  const CLADE_SCALAR *boxes = (const CLADE_SCALAR *)forest->tree->boxes;
  const CLADE_SCALAR *cores = (const CLADE_SCALAR *)forest->node_cores;
  CLADE_SCALAR least = cores[a] > cores[b] ? cores[a] : cores[b];
  if (a != b) {
    const CLADE_SCALAR gap = NAME(kd_least_gap)(columns, boxes + (size_t)a * 2 * columns,
                                                boxes + (size_t)b * 2 * columns);
    least = gap > least ? gap : least;
  }
  return least;
}

// The rows of a leaf, as they are compared with another.
struct NAME(kd_side) {
  int32_t node, first, panels;
  // The rows that are compared with the other side.
  size_t count;
  int32_t active[CLADE_KD_MOST];
  // How long an edge may be that matters to each row, −1 where none does or no row is.
  CLADE_SCALAR limits[CLADE_KD_MOST] __attribute__((aligned(64)));
  // The rows that are an end of all edges which matter, each of which has its other end in those of
  // the other side, and those of them to which edges to the other side may matter themselves.
  uint32_t ends[CLADE_KD_MOST / LANES], own[CLADE_KD_MOST / LANES];
  size_t end_count, own_count;
};

// Fills in a side; returns the longest edge that matters to it.
CLADE_TARGET static inline CLADE_SCALAR NAME(kd_look)(FOREST forest, int32_t node,
                                                      struct NAME(kd_side) * side) {
  const CLADE_LANE_INTEGER *components = (const CLADE_LANE_INTEGER *)forest->components;
  const CLADE_SCALAR *lengths = (const CLADE_SCALAR *)forest->lengths;
  side->node = node;
  side->first = forest->tree->first_panel[node] * LANES;
  side->panels = forest->tree->end_panel[node] - forest->tree->first_panel[node];
  const int32_t shared = forest->node_components[node];
  if (shared >= 0) {
    const CLADE_SCALAR bound = NAME(kd_read)(lengths + shared);
    for (int32_t i = 0; i < side->panels * LANES; i++)
      side->limits[i] = components[side->first + i] < 0 ? -1 : bound;
    return bound;
  }
  CLADE_SCALAR bound = -1;
  for (int32_t i = 0; i < side->panels * LANES; i++) {
    const CLADE_LANE_INTEGER component = components[side->first + i];
    const CLADE_SCALAR limit = component < 0 ? -1 : NAME(kd_read)(lengths + component);
    side->limits[i] = limit;
    bound = limit > bound ? limit : bound;
  }
  NAME(kd_write)((CLADE_SCALAR *)forest->node_bounds + node, bound);
  return bound;
}

// Finds the ends in one side of the edges to another that may matter, of which `bound` is the
// longest that matters there: rows whose distance from its box isn't too long, nor its core
// distances are.
CLADE_TARGET static inline __attribute__((always_inline)) void
NAME(kd_find_ends)(const size_t columns, FOREST forest, struct NAME(kd_side) * side, int32_t other,
                   CLADE_SCALAR least, CLADE_SCALAR bound) {
  const CLADE_SCALAR *cores = (const CLADE_SCALAR *)forest->cores + side->first;
  const CLADE_LANE_INTEGER *components =
      (const CLADE_LANE_INTEGER *)forest->components + side->first;
  const VECTOR *panels =
      (const VECTOR *)((const CLADE_SCALAR *)forest->tree->panels + (size_t)side->first * columns);
  const CLADE_SCALAR *box = (const CLADE_SCALAR *)forest->tree->boxes + (size_t)other * 2 * columns;
  const CLADE_LANE_INTEGER shared = forest->node_components[other];
  side->end_count = 0;
  side->own_count = 0;
  for (int32_t p = 0; p < side->panels; p++) {
    VECTOR lengths = (VECTOR){0};
    if (columns <= CLADE_KD_NARROW)
      NAME(kd_row_gaps)(columns, panels + (size_t)p * columns, box, &lengths);
    const VECTOR lane_cores = *(const VECTOR *)(cores + p * LANES);
    lengths = LARGER(lengths, lane_cores);
    const VECTOR shortest = (VECTOR){0} + least;
    lengths = LARGER(lengths, shortest);
    const VECTOR limits = *(const VECTOR *)(side->limits + p * LANES);
    const INTEGERS lane_components = *(const CLADE_NAME(clade_kd_lanes) *)(components + p * LANES);
    const INTEGERS differ =
        (INTEGERS)(lane_components >= 0) & (INTEGERS)(lane_components != shared);
    const INTEGERS own = differ & (INTEGERS)(lengths <= limits);
    side->own[p] = BITS(own);
    side->ends[p] = BITS(own | (differ & (INTEGERS)(lengths <= bound)));
    side->own_count += (size_t)__builtin_popcount(side->own[p]);
    side->end_count += (size_t)__builtin_popcount(side->ends[p]);
  }
}

// Makes the rows of some lanes those that are compared.
CLADE_TARGET static inline void NAME(kd_activate)(struct NAME(kd_side) * side,
                                                  const uint32_t *lanes) {
  size_t count = 0;
  for (int32_t p = 0; p < side->panels; p++)
    for (uint32_t bits = lanes[p]; bits; bits &= bits - 1)
      side->active[count++] = p * LANES + __builtin_ctz(bits);
  side->count = count;
}

// Compares `height` rows with a panel of the other side. A sum only ever grows, so that the rest of
// the columns is left out once all sums are too large.
CLADE_TARGET static inline __attribute__((always_inline)) void
NAME(kd_meet)(const size_t height, const size_t columns, FOREST forest, int32_t first,
              const int32_t *active, const CLADE_SCALAR *own, int32_t place,
              const CLADE_SCALAR *others) {
  const CLADE_SCALAR *panel =
      (const CLADE_SCALAR *)forest->tree->panels + (size_t)place * columns;
  const CLADE_SCALAR *cores = (const CLADE_SCALAR *)forest->cores;
  const CLADE_LANE_INTEGER *components = (const CLADE_LANE_INTEGER *)forest->components;
  const INTEGERS lane_components = *(const CLADE_NAME(clade_kd_lanes) *)(components + place);
  const VECTOR lane_limits = *(const VECTOR *)others;
  // How long an edge may be, less than any is where both ends are in one component.
  VECTOR reach[CLADE_KD_TILE];
  INTEGERS any = (INTEGERS){0};
#pragma clang loop unroll(full)
  for (size_t r = 0; r < height; r++) {
    const INTEGERS differ = (INTEGERS)(lane_components != components[first + active[r]]);
    const VECTOR limit = (VECTOR){0} + own[active[r]];
    const VECTOR longest = LARGER(limit, lane_limits);
    reach[r] = (VECTOR)((differ & (INTEGERS)longest) | (~differ & (INTEGERS)((VECTOR){0} - 1)));
    any |= differ;
  }
  if (!BITS(any))
    return;
  const CLADE_SCALAR *rows[CLADE_KD_TILE];
  VECTOR sums[CLADE_KD_TILE];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < height; r++) {
    rows[r] = (const CLADE_SCALAR *)forest->rows + (size_t)(first + active[r]) * columns;
    sums[r] = (VECTOR){0};
  }
  size_t j = 0;
  for (;;) {
    const size_t end = columns - j > CLADE_KD_STRETCH + 2 ? j + CLADE_KD_STRETCH : columns;
    for (; j < end; j++) {
      const VECTOR column = *(const VECTOR *)(panel + j * LANES);
#pragma clang loop unroll(full)
      for (size_t r = 0; r < height; r++) {
        const VECTOR difference = column - rows[r][j];
        sums[r] = __builtin_elementwise_fma(difference, difference, sums[r]);
      }
    }
    if (j == columns)
      break;
    INTEGERS near = (INTEGERS){0};
#pragma clang loop unroll(full)
    for (size_t r = 0; r < height; r++)
      near |= (INTEGERS)(sums[r] <= reach[r]);
    if (!BITS(near))
      return;
  }
  const VECTOR lane_cores = *(const VECTOR *)(cores + place);
#pragma clang loop unroll(full)
  for (size_t r = 0; r < height; r++) {
    const VECTOR core = (VECTOR){0} + cores[first + active[r]];
    const VECTOR reached = LARGER(sums[r], core), lengths = LARGER(reached, lane_cores);
    uint32_t bits = BITS((INTEGERS)(lengths <= reach[r]));
    if (__builtin_expect(bits != 0, 0)) {
      const int32_t i = first + active[r];
      CLADE_SCALAR found[LANES] __attribute__((aligned(64)));
      *(VECTOR *)found = lengths;
      for (; bits; bits &= bits - 1) {
        const int lane = __builtin_ctz(bits);
        NAME(kd_offer)(forest, (size_t)components[i], found[lane], i, place + lane);
        NAME(kd_offer)
        (forest, (size_t)components[place + lane], found[lane], i, place + lane);
      }
    }
  }
}

// Compares the active rows of one side with all of the other.
CLADE_TARGET static inline __attribute__((always_inline)) void
NAME(kd_cross)(const size_t columns, FOREST forest, const struct NAME(kd_side) * a,
               const struct NAME(kd_side) * b) {
  for (int32_t p = 0; p < b->panels; p++) {
    size_t i = 0;
    for (; i + CLADE_KD_TILE <= a->count; i += CLADE_KD_TILE)
      NAME(kd_meet)
      (CLADE_KD_TILE, columns, forest, a->first, a->active + i, a->limits, b->first + p * LANES,
       b->limits + p * LANES);
    for (; i < a->count; i++)
      NAME(kd_meet)
      (1, columns, forest, a->first, a->active + i, a->limits, b->first + p * LANES,
       b->limits + p * LANES);
  }
}

CLADE_TARGET static inline __attribute__((always_inline)) void
NAME(kd_leaves)(const size_t columns, FOREST forest, int32_t first, int32_t second,
                CLADE_SCALAR least) {
  struct NAME(kd_side) a, b;
  const CLADE_SCALAR bound = NAME(kd_look)(forest, first, &a);
  if (first == second) {
    NAME(kd_find_ends)(columns, forest, &a, first, least, bound);
    NAME(kd_activate)(&a, a.own);
    NAME(kd_cross)(columns, forest, &a, &a);
    return;
  }
  NAME(kd_find_ends)(columns, forest, &a, second, least, NAME(kd_bound)(forest, second));
  if (a.end_count == 0)
    return;
  const CLADE_SCALAR other = NAME(kd_look)(forest, second, &b);
  if (least > bound && least > other)
    return;
  NAME(kd_find_ends)(columns, forest, &b, first, least, bound);
  if (b.end_count == 0)
    return;
  // An edge that matters has both ends among those found, and matters to one of them: compare those
  // of either side with all of the other, or on both sides only those to which edges matter.
  const size_t ends_of_a = a.end_count * (size_t)b.panels;
  const size_t ends_of_b = b.end_count * (size_t)a.panels;
  const size_t own = a.own_count * (size_t)b.panels + b.own_count * (size_t)a.panels;
  if (own < ends_of_a && own < ends_of_b) {
    NAME(kd_activate)(&a, a.own);
    NAME(kd_activate)(&b, b.own);
    NAME(kd_cross)(columns, forest, &a, &b);
    NAME(kd_cross)(columns, forest, &b, &a);
  } else if (ends_of_a <= ends_of_b) {
    NAME(kd_activate)(&a, a.ends);
    NAME(kd_cross)(columns, forest, &a, &b);
  } else {
    NAME(kd_activate)(&b, b.ends);
    NAME(kd_cross)(columns, forest, &b, &a);
  }
}

// Lets the bound of a node whose children's bounds may have fallen fall as well.
CLADE_TARGET static inline void NAME(kd_refresh)(FOREST forest, int32_t node) {
  const int32_t second = forest->tree->second[node];
  if (forest->node_components[node] >= 0 || second == 0)
    return;
  const CLADE_SCALAR a = NAME(kd_bound)(forest, node + 1), b = NAME(kd_bound)(forest, second);
  NAME(kd_write)((CLADE_SCALAR *)forest->node_bounds + node, a > b ? a : b);
}

// Whether edges between rows of two nodes may matter, which are at least `least` long.
CLADE_TARGET static inline int NAME(kd_matters)(FOREST forest, int32_t a, int32_t b,
                                                CLADE_SCALAR least) {
  const int32_t component = forest->node_components[a];
  if (component >= 0 && component == forest->node_components[b])
    return 0;
  return least <= NAME(kd_bound)(forest, a) || least <= NAME(kd_bound)(forest, b);
}

CLADE_TARGET static inline __attribute__((always_inline)) int
NAME(kd_parts)(const size_t columns, FOREST forest, int32_t a, int32_t b,
               struct clade_kd_pair *parts, CLADE_SCALAR *least) {
  const struct clade_kd_tree *tree = forest->tree;
  if (a == b) {
    parts[0] = (struct clade_kd_pair){a + 1, a + 1};
    parts[1] = (struct clade_kd_pair){tree->second[a], tree->second[a]};
    parts[2] = (struct clade_kd_pair){a + 1, tree->second[a]};
    for (int i = 0; i < 3; i++)
      least[i] = NAME(kd_least_length)(columns, forest, parts[i].first, parts[i].second);
    return 3;
  }
  // The one with more panels is divided.
  const int32_t size_a = tree->end_panel[a] - tree->first_panel[a];
  const int32_t size_b = tree->end_panel[b] - tree->first_panel[b];
  if (tree->second[a] == 0 || (tree->second[b] && size_b > size_a)) {
    parts[0] = (struct clade_kd_pair){a, b + 1};
    parts[1] = (struct clade_kd_pair){a, tree->second[b]};
  } else {
    parts[0] = (struct clade_kd_pair){a + 1, b};
    parts[1] = (struct clade_kd_pair){tree->second[a], b};
  }
  for (int i = 0; i < 2; i++)
    least[i] = NAME(kd_least_length)(columns, forest, parts[i].first, parts[i].second);
  if (least[1] < least[0]) {
    const struct clade_kd_pair pair = parts[0];
    const CLADE_SCALAR length = least[0];
    parts[0] = parts[1];
    parts[1] = pair;
    least[0] = least[1];
    least[1] = length;
  }
  return 2;
}

// What waits on the stack while nodes are divided is kept small: leaves are compared in a function
// of their own.
#define SEARCH(known)                                                                              \
  CLADE_TARGET static __attribute__((noinline)) void NAME(kd_leaves_##known)(                      \
      FOREST forest, int32_t a, int32_t b, CLADE_SCALAR least) {                                   \
    NAME(kd_leaves)(known ? known : forest->tree->columns, forest, a, b, least);                   \
  }                                                                                                \
  CLADE_TARGET static void NAME(kd_search_##known)(FOREST forest, int32_t a, int32_t b,            \
                                                     CLADE_SCALAR least) {                         \
    const size_t width = known ? known : forest->tree->columns;                                    \
    if (!NAME(kd_matters)(forest, a, b, least))                                                    \
      return;                                                                                      \
    if (forest->tree->second[a] == 0 && forest->tree->second[b] == 0) {                            \
      NAME(kd_leaves_##known)(forest, a, b, least);                                                \
      return;                                                                                      \
    }                                                                                              \
    struct clade_kd_pair parts[4];                                                                 \
    CLADE_SCALAR lengths[4];                                                                       \
    const int count = NAME(kd_parts)(width, forest, a, b, parts, lengths);                         \
    for (int i = 0; i < count; i++)                                                                \
      NAME(kd_search_##known)(forest, parts[i].first, parts[i].second, lengths[i]);                \
    NAME(kd_refresh)(forest, a);                                                                   \
    if (b != a)                                                                                    \
      NAME(kd_refresh)(forest, b);                                                                 \
  }

SEARCH(2)
SEARCH(3)
SEARCH(4)
SEARCH(8)
SEARCH(0)

CLADE_TARGET static void NAME(kd_edges)(FOREST forest, struct clade_kd_pair pair) {
  const size_t columns = forest->tree->columns;
  const CLADE_SCALAR least =
      NAME(kd_least_length)(columns, forest, pair.first, pair.second);
  switch (columns) {
  case 2:
    NAME(kd_search_2)(forest, pair.first, pair.second, least);
    break;
  case 3:
    NAME(kd_search_3)(forest, pair.first, pair.second, least);
    break;
  case 4:
    NAME(kd_search_4)(forest, pair.first, pair.second, least);
    break;
  case 8:
    NAME(kd_search_8)(forest, pair.first, pair.second, least);
    break;
  default:
    NAME(kd_search_0)(forest, pair.first, pair.second, least);
  }
}

CLADE_TARGET static int NAME(kd_divide)(FOREST forest, struct clade_kd_pair pair,
                                        struct clade_kd_pair *parts) {
  const int32_t *second = forest->tree->second;
  const size_t columns = forest->tree->columns;
  const CLADE_SCALAR least = NAME(kd_least_length)(columns, forest, pair.first, pair.second);
  if (!NAME(kd_matters)(forest, pair.first, pair.second, least))
    return 0;
  if (second[pair.first] == 0 && second[pair.second] == 0)
    return -1;
  CLADE_SCALAR lengths[4];
  return NAME(kd_parts)(columns, forest, pair.first, pair.second, parts, lengths);
}

#undef SEARCH
#undef NAME
#undef FOREST
#include "kd_boxes_end.h"
