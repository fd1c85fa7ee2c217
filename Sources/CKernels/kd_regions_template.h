// One variant of what DBSCAN asks of a kd-tree, for one type of number; see kd_regions.h.

#include "kd_boxes_template.h"

#define NAME(name) CLADE_VARIANT(CLADE_NAME(name))
#define TREE const struct clade_kd_tree *

// The largest squared distance that a row in box `a` can have from one in box `b`; see kd_gap.
CLADE_TARGET static inline __attribute__((always_inline)) CLADE_SCALAR
NAME(kd_width)(const size_t columns, const CLADE_SCALAR *a, const CLADE_SCALAR *b) {
  CLADE_SCALAR sum = 0;
  for (size_t j = 0; j < columns; j++) {
    const CLADE_SCALAR above = a[columns + j] - b[j], below = b[columns + j] - a[j];
    const CLADE_SCALAR width = above > below ? above : below;
    sum = __builtin_elementwise_fma(width, width, sum);
  }
  return sum;
}

// The rows of a panel that are within `limit` of a row whose numbers are `step` apart, a bit each.
CLADE_TARGET static inline __attribute__((always_inline)) uint32_t
NAME(kd_near_lanes)(const size_t columns, TREE tree, int32_t p, const CLADE_SCALAR *row, size_t step,
                    CLADE_SCALAR limit) {
  const CLADE_SCALAR *panel = (const CLADE_SCALAR *)tree->panels + (size_t)p * columns * LANES;
  VECTOR sums = (VECTOR){0};
  for (size_t j = 0; j < columns; j++) {
    const VECTOR difference = *(const VECTOR *)(panel + j * LANES) - row[j * step];
    sums = __builtin_elementwise_fma(difference, difference, sums);
  }
  return BITS(sums <= (VECTOR){0} + limit);
}

CLADE_TARGET static inline __attribute__((always_inline)) int
NAME(kd_dense)(const size_t columns, TREE tree, const int32_t *starts, const CLADE_SCALAR *box,
               CLADE_SCALAR limit, size_t wanted) {
  const CLADE_SCALAR *boxes = tree->boxes;
  int32_t waiting[CLADE_KD_DEPTH];
  size_t depth = 0, found = 0;
  int32_t node = 0;
  if (NAME(kd_gap)(columns, boxes, box) > limit)
    return 0;
  for (;;) {
    const int32_t second = tree->second[node];
    const int32_t first = tree->first_panel[node], end = tree->end_panel[node];
    if (NAME(kd_width)(columns, boxes + (size_t)node * 2 * columns, box) <= limit) {
      found += (size_t)(starts[(size_t)end * LANES] - starts[(size_t)first * LANES]);
    } else if (second) {
      const CLADE_SCALAR a =
          NAME(kd_gap)(columns, boxes + (size_t)(node + 1) * 2 * columns, box);
      const CLADE_SCALAR b = NAME(kd_gap)(columns, boxes + (size_t)second * 2 * columns, box);
      const int swap = b < a;
      if ((swap ? a : b) <= limit)
        waiting[depth++] = swap ? node + 1 : second;
      if ((swap ? b : a) <= limit) {
        node = swap ? second : node + 1;
        continue;
      }
    } else {
      for (int32_t p = first; p < end; p++)
        for (uint32_t near = NAME(kd_near_lanes)(columns, tree, p, box, 1, limit); near;
             near &= near - 1) {
          const int32_t place = p * LANES + __builtin_ctz(near);
          found += (size_t)(starts[place + 1] - starts[place]);
        }
    }
    if (found >= wanted)
      return 1;
    if (depth == 0)
      return 0;
    node = waiting[--depth];
  }
}

CLADE_TARGET static int NAME(kd_is_dense)(TREE tree, const int32_t *starts,
                                          const CLADE_SCALAR *box, CLADE_SCALAR limit,
                                          size_t wanted) {
  switch (tree->columns) {
  case 1:
    return NAME(kd_dense)(1, tree, starts, box, limit, wanted);
  case 2:
    return NAME(kd_dense)(2, tree, starts, box, limit, wanted);
  case 3:
    return NAME(kd_dense)(3, tree, starts, box, limit, wanted);
  default:
    return NAME(kd_dense)(tree->columns, tree, starts, box, limit, wanted);
  }
}

CLADE_TARGET static size_t NAME(kd_marked)(TREE tree, const uint8_t *marks, int32_t own,
                                           CLADE_SCALAR limit, size_t capacity, int32_t *nodes) {
  const size_t columns = tree->columns;
  const CLADE_SCALAR *boxes = tree->boxes, *box = boxes + (size_t)own * 2 * columns;
  int32_t waiting[CLADE_KD_DEPTH];
  size_t depth = 0, found = 0;
  int32_t node = 0;
  for (;;) {
    if (NAME(kd_gap)(columns, boxes + (size_t)node * 2 * columns, box) <= limit) {
      const int32_t second = tree->second[node];
      if (marks[node]) {
        if (node > own) {
          if (found < capacity)
            nodes[found] = node;
          found++;
        }
      } else if (second) {
        // What is below the first child comes before the second one.
        if (second > own) {
          waiting[depth++] = second;
          node++;
        } else {
          node = second;
        }
        continue;
      }
    }
    if (depth == 0)
      return found;
    node = waiting[--depth];
  }
}

// Whether any rows of two leaves are within `limit`.
CLADE_TARGET static int NAME(kd_leaves_touch)(TREE tree, int32_t a, int32_t b, CLADE_SCALAR limit) {
  const size_t columns = tree->columns;
  for (int32_t p = tree->first_panel[a]; p < tree->end_panel[a]; p++) {
    const CLADE_SCALAR *panel = (const CLADE_SCALAR *)tree->panels + (size_t)p * columns * LANES;
    for (int32_t lane = 0; lane < LANES; lane++)
      if (panel[lane] < (CLADE_SCALAR)__builtin_inf())
        for (int32_t q = tree->first_panel[b]; q < tree->end_panel[b]; q++)
          if (NAME(kd_near_lanes)(columns, tree, q, panel + lane, LANES, limit))
            return 1;
  }
  return 0;
}

CLADE_TARGET static int NAME(kd_touch)(TREE tree, int32_t a, int32_t b, CLADE_SCALAR limit) {
  const size_t columns = tree->columns;
  const CLADE_SCALAR *boxes = tree->boxes;
  const CLADE_SCALAR *box_a = boxes + (size_t)a * 2 * columns,
                     *box_b = boxes + (size_t)b * 2 * columns;
  if (NAME(kd_gap)(columns, box_a, box_b) > limit)
    return 0;
  if (NAME(kd_width)(columns, box_a, box_b) <= limit)
    return 1;
  if (tree->second[a] == 0 && tree->second[b] == 0)
    return NAME(kd_leaves_touch)(tree, a, b, limit);
  const int32_t size_a = tree->end_panel[a] - tree->first_panel[a];
  const int32_t size_b = tree->end_panel[b] - tree->first_panel[b];
  // The one with more panels is divided, and its nearer part comes first.
  const int divides_b = tree->second[a] == 0 || (tree->second[b] && size_b > size_a);
  const int32_t divided = divides_b ? b : a, other = divides_b ? a : b;
  const CLADE_SCALAR *box = divides_b ? box_a : box_b;
  const int32_t first = divided + 1, second = tree->second[divided];
  const int swap = NAME(kd_gap)(columns, boxes + (size_t)second * 2 * columns, box) <
                   NAME(kd_gap)(columns, boxes + (size_t)first * 2 * columns, box);
  return NAME(kd_touch)(tree, swap ? second : first, other, limit) ||
         NAME(kd_touch)(tree, swap ? first : second, other, limit);
}

#undef TREE
#undef NAME
#include "kd_boxes_end.h"
