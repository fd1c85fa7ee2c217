// One variant of the rows that are reached next, for one type of number; see kd_frontier.h.

#include "kd_boxes_template.h"

#define NAME(name) CLADE_VARIANT(CLADE_NAME(name))
#define FRONTIER const struct clade_kd_frontier *

// What was found up to now.
struct NAME(kd_reached) {
  CLADE_SCALAR value;
  int32_t rank, place;
};

// Whether a place or a node, whose rows aren't reached before `value` and `rank`, can come first.
CLADE_TARGET static inline __attribute__((always_inline)) int
NAME(kd_comes_first)(const struct NAME(kd_reached) * best, CLADE_SCALAR value, int32_t rank) {
  return rank != CLADE_KD_NOWHERE &&
         (value < best->value || (value == best->value && rank < best->rank));
}

// The rows of a leaf: those whose squared distance from the box, summed up as kd_gap does, is small
// enough.
CLADE_TARGET static inline __attribute__((always_inline)) void
NAME(kd_reach_leaf)(const size_t columns, FRONTIER frontier, int32_t node, const CLADE_SCALAR *box,
                    CLADE_SCALAR floor, struct NAME(kd_reached) * best) {
  const struct clade_kd_tree *tree = frontier->tree;
  for (int32_t p = tree->first_panel[node]; p < tree->end_panel[node]; p++) {
    const CLADE_SCALAR *panel = (const CLADE_SCALAR *)tree->panels + (size_t)p * columns * LANES;
    VECTOR sums = (VECTOR){0};
    for (size_t j = 0; j < columns; j++) {
      const VECTOR column = *(const VECTOR *)(panel + j * LANES);
      const VECTOR farther = __builtin_elementwise_max(box[j] - column, column - box[columns + j]);
      const VECTOR gap = __builtin_elementwise_max(farther, (VECTOR){0});
      sums = __builtin_elementwise_fma(gap, gap, sums);
    }
    uint32_t near = BITS(sums <= best->value);
    if (!near)
      continue;
    CLADE_SCALAR found[LANES] __attribute__((aligned(64)));
    *(VECTOR *)found = sums;
    for (; near; near &= near - 1) {
      const int lane = __builtin_ctz(near);
      const CLADE_SCALAR value = found[lane] > floor ? found[lane] : floor;
      const int32_t rank = frontier->ranks[p * LANES + lane];
      if (NAME(kd_comes_first)(best, value, rank))
        *best = (struct NAME(kd_reached)){value, rank, p * LANES + lane};
    }
  }
}

CLADE_TARGET static inline __attribute__((always_inline)) int32_t
NAME(kd_reach)(const size_t columns, const int any, FRONTIER frontier, const CLADE_SCALAR *box,
               CLADE_SCALAR floor, CLADE_SCALAR limit, CLADE_SCALAR *value) {
  const struct clade_kd_tree *tree = frontier->tree;
  const CLADE_SCALAR *boxes = tree->boxes;
  // The nodes that wait, the nearest last.
  struct {
    int32_t node;
    CLADE_SCALAR value;
  } waiting[CLADE_KD_DEPTH];
  size_t depth = 0;
  int32_t node = 0;
  struct NAME(kd_reached) best = {limit, CLADE_KD_NOWHERE, CLADE_KD_NOWHERE};
  if (frontier->node_ranks[0] == CLADE_KD_NOWHERE)
    return CLADE_KD_NOWHERE;
  for (;;) {
    const int32_t second = tree->second[node];
    if (second) {
      const int32_t ranks[2] = {frontier->node_ranks[node + 1], frontier->node_ranks[second]};
      CLADE_SCALAR a = NAME(kd_gap)(columns, boxes + (size_t)(node + 1) * 2 * columns, box);
      CLADE_SCALAR b = NAME(kd_gap)(columns, boxes + (size_t)second * 2 * columns, box);
      a = a > floor ? a : floor;
      b = b > floor ? b : floor;
      const int swap = b < a || (b == a && ranks[1] < ranks[0]);
      const int32_t near = swap ? second : node + 1, far = swap ? node + 1 : second;
      if (NAME(kd_comes_first)(&best, swap ? a : b, ranks[!swap])) {
        waiting[depth].node = far;
        waiting[depth].value = swap ? a : b;
        depth++;
      }
      if (NAME(kd_comes_first)(&best, swap ? b : a, ranks[swap])) {
        node = near;
        continue;
      }
    } else {
      NAME(kd_reach_leaf)(columns, frontier, node, box, floor, &best);
      if (any && best.place != CLADE_KD_NOWHERE && best.value <= floor)
        break;
    }
    do {
      if (depth == 0)
        goto done;
      depth--;
    } while (!NAME(kd_comes_first)(&best, waiting[depth].value,
                                   frontier->node_ranks[waiting[depth].node]));
    node = waiting[depth].node;
  }
done:
  *value = best.value;
  return best.place;
}

#define SEARCH(name, any)                                                                          \
  CLADE_TARGET static int32_t NAME(name)(FRONTIER frontier, const CLADE_SCALAR *box,               \
                                         CLADE_SCALAR floor, CLADE_SCALAR limit,                   \
                                         CLADE_SCALAR *value) {                                    \
    switch (frontier->tree->columns) {                                                             \
    case 1:                                                                                        \
      return NAME(kd_reach)(1, any, frontier, box, floor, limit, value);                           \
    case 2:                                                                                        \
      return NAME(kd_reach)(2, any, frontier, box, floor, limit, value);                           \
    case 3:                                                                                        \
      return NAME(kd_reach)(3, any, frontier, box, floor, limit, value);                           \
    default:                                                                                       \
      return NAME(kd_reach)(frontier->tree->columns, any, frontier, box, floor, limit, value);     \
    }                                                                                              \
  }

SEARCH(kd_next, 0)
SEARCH(kd_any_next, 1)

#undef SEARCH
#undef FRONTIER
#undef NAME
#include "kd_boxes_end.h"
