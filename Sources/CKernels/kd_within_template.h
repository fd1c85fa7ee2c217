// One variant of the rows within a radius, for one type of number; see kd_tree.h.

#include "kd_boxes_template.h"

// The squared distance of a row from a box; as kd_gap has it.
CLADE_TARGET static inline CLADE_SCALAR CLADE_VARIANT(CLADE_NAME(kd_reach))(
    size_t columns, const CLADE_SCALAR *box, const CLADE_SCALAR *row) {
  CLADE_SCALAR sum = 0;
  for (size_t j = 0; j < columns; j++) {
    const CLADE_SCALAR above = box[j] - row[j], below = row[j] - box[columns + j];
    CLADE_SCALAR gap = above > below ? above : below;
    gap = gap > 0 ? gap : 0;
    sum = __builtin_elementwise_fma(gap, gap, sum);
  }
  return sum;
}

CLADE_TARGET static size_t CLADE_VARIANT(CLADE_NAME(kd_within))(const struct clade_kd_tree *tree,
                                                                const CLADE_SCALAR *query,
                                                                CLADE_SCALAR limit, size_t capacity,
                                                                CLADE_SCALAR *distances,
                                                                int32_t *places) {
  const size_t columns = tree->columns;
  const CLADE_SCALAR *boxes = tree->boxes;
  int32_t waiting[CLADE_KD_DEPTH];
  size_t depth = 0, found = 0;
  int32_t node = 0;
  for (;;) {
    if (CLADE_VARIANT(CLADE_NAME(kd_reach))(columns, boxes + (size_t)node * 2 * columns, query) <=
        limit) {
      if (tree->second[node]) {
        waiting[depth++] = tree->second[node];
        node++;
        continue;
      }
      for (int32_t p = tree->first_panel[node]; p < tree->end_panel[node]; p++) {
        const CLADE_SCALAR *panel =
            (const CLADE_SCALAR *)tree->panels + (size_t)p * columns * LANES;
        VECTOR sums = {0};
        for (size_t j = 0; j < columns; j++) {
          const VECTOR difference = *(const VECTOR *)(panel + j * LANES) - query[j];
          sums = __builtin_elementwise_fma(difference, difference, sums);
        }
        // What is missing in a panel is infinitely far.
        const VECTOR reach = (VECTOR){0} + limit;
        for (uint32_t near = BITS(sums <= reach); near; near &= near - 1) {
          const int lane = __builtin_ctz(near);
          if (found < capacity) {
            distances[found] = sums[lane];
            places[found] = p * LANES + lane;
          }
          found++;
        }
      }
    }
    if (depth == 0)
      return found;
    node = waiting[--depth];
  }
}

// The largest squared distance that a row in a box can have from another row.
CLADE_TARGET static inline CLADE_SCALAR CLADE_VARIANT(CLADE_NAME(kd_farthest))(
    size_t columns, const CLADE_SCALAR *box, const CLADE_SCALAR *row) {
  CLADE_SCALAR sum = 0;
  for (size_t j = 0; j < columns; j++) {
    const CLADE_SCALAR above = box[columns + j] - row[j], below = row[j] - box[j];
    const CLADE_SCALAR gap = above > below ? above : below;
    sum = __builtin_elementwise_fma(gap, gap, sum);
  }
  return sum;
}

CLADE_TARGET static size_t CLADE_VARIANT(CLADE_NAME(kd_between))(
    const struct clade_kd_tree *tree, const int32_t *starts, const CLADE_SCALAR *query,
    CLADE_SCALAR lower, CLADE_SCALAR upper, size_t capacity, CLADE_SCALAR *distances,
    int32_t *places, size_t *nearer) {
  const size_t columns = tree->columns;
  const CLADE_SCALAR *boxes = tree->boxes;
  int32_t waiting[CLADE_KD_DEPTH];
  size_t depth = 0, found = 0, inside = 0;
  int32_t node = 0;
  for (;;) {
    const CLADE_SCALAR *box = boxes + (size_t)node * 2 * columns;
    if (CLADE_VARIANT(CLADE_NAME(kd_reach))(columns, box, query) <= upper) {
      if (CLADE_VARIANT(CLADE_NAME(kd_farthest))(columns, box, query) < lower) {
        inside += (size_t)(starts[(size_t)tree->end_panel[node] * LANES] -
                           starts[(size_t)tree->first_panel[node] * LANES]);
      } else if (tree->second[node]) {
        waiting[depth++] = tree->second[node];
        node++;
        continue;
      } else {
        for (int32_t p = tree->first_panel[node]; p < tree->end_panel[node]; p++) {
          const CLADE_SCALAR *panel =
              (const CLADE_SCALAR *)tree->panels + (size_t)p * columns * LANES;
          VECTOR sums = {0};
          for (size_t j = 0; j < columns; j++) {
            const VECTOR difference = *(const VECTOR *)(panel + j * LANES) - query[j];
            sums = __builtin_elementwise_fma(difference, difference, sums);
          }
          const uint32_t within = BITS(sums < (VECTOR){0} + lower);
          for (uint32_t bits = within; bits; bits &= bits - 1) {
            const int place = p * LANES + __builtin_ctz(bits);
            inside += (size_t)(starts[place + 1] - starts[place]);
          }
          for (uint32_t near = BITS(sums <= (VECTOR){0} + upper) & ~within; near; near &= near - 1) {
            const int lane = __builtin_ctz(near);
            if (found < capacity) {
              distances[found] = sums[lane];
              places[found] = p * LANES + lane;
            }
            found++;
          }
        }
      }
    }
    if (depth == 0)
      break;
    node = waiting[--depth];
  }
  *nearer = inside;
  return found;
}

#include "kd_boxes_end.h"
