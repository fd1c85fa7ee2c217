// One variant of the assignment, for one type of number; see assign.h. With CLADE_SECOND, of the one
// that finds how far behind the second nearest center is; see assign_lead.h.

#define VECTOR CLADE_NAME(clade_vector)
#define INTEGERS CLADE_NAME(clade_lanes)
#define LANES CLADE_LANES

// Rows that are compared with a panel together: as many as sums fit into registers. Each row's number is
// used once only, so that it needn't have a register (AVX-512 broadcasts it from memory on the way,
// which takes half as long again otherwise). Of single rows, CLADE_TAIL_WIDTH panels are taken at once.
#if CLADE_VECTOR_BYTES == 64
#define CLADE_HEIGHT 16
#define CLADE_TAIL_WIDTH 4
#elif CLADE_FUSED
#define CLADE_HEIGHT 4
#define CLADE_TAIL_WIDTH 2
#else
#define CLADE_HEIGHT 1
#define CLADE_TAIL_WIDTH 1
#endif

// Compares groups of `size` lanes of two pairs (distance, place), and leaves the nearer ones: of the
// first pair in the even groups, of the second in the odd ones.
#define MERGE(size, a, b)                                                                          \
  {                                                                                                \
    const VECTOR lower = CLADE_LOWER(size, least[a], least[b]);                                    \
    const VECTOR upper = CLADE_UPPER(size, least[a], least[b]);                                    \
    const INTEGERS lower_place = CLADE_LOWER(size, where[a], where[b]);                            \
    const INTEGERS upper_place = CLADE_UPPER(size, where[a], where[b]);                            \
    const INTEGERS nearer = (INTEGERS)(upper < lower) |                                            \
                            ((INTEGERS)(upper == lower) & (upper_place < lower_place));            \
    least[a] = (VECTOR)((nearer & (INTEGERS)upper) | (~nearer & (INTEGERS)lower));                 \
    where[a] = (nearer & upper_place) | (~nearer & lower_place);                                   \
    CLADE_MERGE_SECOND(size, a, b)                                                                 \
  }

// Lane by lane, the first where the mask is set, else the second.
#define CLADE_SELECT(mask, yes, no)                                                                \
  (VECTOR)(((mask) & (INTEGERS)(yes)) | (~(mask) & (INTEGERS)(no)))

// Of the two pairs' second least distances: the least of them and of the farther one of the first.
#if CLADE_SECOND
#define CLADE_MERGE_SECOND(size, a, b)                                                             \
  {                                                                                                \
    const VECTOR lower_second = CLADE_LOWER(size, second[a], second[b]);                           \
    const VECTOR upper_second = CLADE_UPPER(size, second[a], second[b]);                           \
    const VECTOR farther = CLADE_SELECT((INTEGERS)(lower < upper), upper, lower);                  \
    const VECTOR other = CLADE_SELECT((INTEGERS)(lower_second < upper_second), lower_second,       \
                                      upper_second);                                               \
    second[a] = CLADE_SELECT((INTEGERS)(farther < other), farther, other);                         \
  }
#else
#define CLADE_MERGE_SECOND(size, a, b)
#endif

#if CLADE_SECOND
// What is left of the second distance after the first, less what roundings may have made of it; see
// assign_lead.h.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(lead))(const VECTOR *least, const VECTOR *second, size_t columns,
                                VECTOR *lead) {
  const CLADE_SCALAR margin = (CLADE_SCALAR)CLADE_LEAD_MARGIN(columns, CLADE_UNIT);
  const VECTOR rest = __builtin_elementwise_sqrt(*second) * (1 - margin) -
                      __builtin_elementwise_sqrt(*least) * (1 + margin) - (CLADE_SCALAR)0x1p-60;
  // Within range for single precision.
  const VECTOR most = (VECTOR){0} + (CLADE_SCALAR)0x1p126;
  *lead = __builtin_elementwise_max(__builtin_elementwise_min(rest, most), -most);
}
#endif

// The squared distances of `height` rows from the centers of `width` panels, and what is nearer than
// what was found before.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(assign_panels))(const size_t height, const size_t width,
                                         const CLADE_SCALAR *rows, size_t columns,
                                         const CLADE_SCALAR *panel, CLADE_LANE_INTEGER place,
                                         VECTOR *least, VECTOR *second, INTEGERS *where) {
  VECTOR sums[CLADE_HEIGHT][CLADE_TAIL_WIDTH];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++)
#pragma clang loop unroll(full)
    for (size_t w = 0; w < width; w++)
      sums[i][w] = (VECTOR){0};
#pragma clang loop unroll(disable)
  for (size_t j = 0; j < columns; j++) {
    VECTOR column[CLADE_TAIL_WIDTH];
#pragma clang loop unroll(full)
    for (size_t w = 0; w < width; w++)
      column[w] = *(const VECTOR *)(panel + (w * columns + j) * LANES);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < height; i++)
#pragma clang loop unroll(full)
      for (size_t w = 0; w < width; w++) {
        const VECTOR difference = column[w] - rows[i * columns + j];
        sums[i][w] = __builtin_elementwise_fma(difference, difference, sums[i][w]);
      }
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++)
#pragma clang loop unroll(full)
    for (size_t w = 0; w < width; w++) {
      const INTEGERS nearer = (INTEGERS)(sums[i][w] < least[i]);
#if CLADE_SECOND
      const VECTOR farther = CLADE_SELECT(nearer, least[i], sums[i][w]);
      second[i] = CLADE_SELECT((INTEGERS)(farther < second[i]), farther, second[i]);
#else
      (void)second;
#endif
      least[i] = (VECTOR)((nearer & (INTEGERS)sums[i][w]) | (~nearer & (INTEGERS)least[i]));
      where[i] = (nearer & (place + (CLADE_LANE_INTEGER)w)) | (~nearer & where[i]);
    }
}

// The nearest of all packed centers for `height` rows, `width` panels at a time (both constants where
// this is inlined). Every lane keeps the least distance that it has seen and in which panel; distances
// never leave the registers. In the end the lanes of a row are compared.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(assign_rows))(const size_t height, const size_t width,
                                       const CLADE_SCALAR *rows, size_t columns,
                                       const CLADE_SCALAR *panels, size_t panel_count,
                                       const int32_t *ids, int32_t *labels,
                                       CLADE_RESULT *results) {
  VECTOR least[CLADE_HEIGHT], second[CLADE_HEIGHT];
  INTEGERS where[CLADE_HEIGHT];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++) {
    least[i] = second[i] = (VECTOR){0} + (CLADE_SCALAR)__builtin_inf();
    where[i] = (INTEGERS){0};
  }
  size_t p = 0;
  for (; p + width <= panel_count; p += width)
    CLADE_VARIANT(CLADE_NAME(assign_panels))
    (height, width, rows, columns, panels + p * columns * LANES, (CLADE_LANE_INTEGER)p, least,
     second, where);
  if (width > 1)
    for (; p < panel_count; p++)
      CLADE_VARIANT(CLADE_NAME(assign_panels))
      (height, 1, rows, columns, panels + p * columns * LANES, (CLADE_LANE_INTEGER)p, least, second,
       where);
  // Where becomes the place in the panels.
  INTEGERS lanes;
#pragma clang loop unroll(full)
  for (int lane = 0; lane < LANES; lane++)
    lanes[lane] = lane;
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++)
    where[i] = where[i] * LANES + lanes;
  // Rows are compared together, as many as there are lanes; lane i is row i's then.
  const size_t group = height < LANES ? height : LANES;
#pragma clang loop unroll(full)
  for (size_t first = 0; first < height; first += group) {
#define MERGE_ALL(size)                                                                            \
  _Pragma("clang loop unroll(full)") for (size_t i = 0; i < group; i += 2 * size)                  \
      MERGE(size, first + i, (group > size ? first + i + size : first + i))
    MERGE_ALL(1)
    MERGE_ALL(2)
    MERGE_ALL(4)
#if CLADE_LANES == 16
    MERGE_ALL(8)
#endif
#undef MERGE_ALL
#if CLADE_SECOND
    VECTOR lead;
    CLADE_VARIANT(CLADE_NAME(lead))(least + first, second + first, columns, &lead);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < group; i++) {
      labels[first + i] = ids[where[first][i]];
      results[first + i] = (float)lead[i];
    }
#else
#pragma clang loop unroll(full)
    for (size_t i = 0; i < group; i++) {
      labels[first + i] = ids[where[first][i]];
      if (results)
        results[first + i] = least[first][i];
    }
#endif
  }
}

#if !CLADE_SECOND
#include "assign_narrow_template.h"
#endif

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(assign))(
    const CLADE_SCALAR *rows, size_t count, size_t columns, const CLADE_SCALAR *panels,
    size_t panel_count, const int32_t *ids, int32_t *labels, CLADE_RESULT *results) {
#if !CLADE_SECOND
  if (columns > 0 && panel_count > 0 && CLADE_IS_NARROW(columns, panel_count)) {
    CLADE_VARIANT(CLADE_NAME(assign_narrow))
    (rows, count, columns, panels, panel_count, ids, labels, results);
    return;
  }
#endif
  size_t i = 0;
#if CLADE_SECOND && CLADE_HEIGHT == 16
  // Sums of few columns are compared so often that all that is compared had better be in registers.
  if (columns <= 16)
    for (; i + 8 <= count; i += 8)
      CLADE_VARIANT(CLADE_NAME(assign_rows))
      (8, 1, rows + i * columns, columns, panels, panel_count, ids, labels + i,
       results ? results + i : NULL);
#endif
  for (; i + CLADE_HEIGHT <= count; i += CLADE_HEIGHT)
    CLADE_VARIANT(CLADE_NAME(assign_rows))
    (CLADE_HEIGHT, 1, rows + i * columns, columns, panels, panel_count, ids, labels + i,
     results ? results + i : NULL);
  for (; i < count; i++)
    CLADE_VARIANT(CLADE_NAME(assign_rows))
    (1, CLADE_TAIL_WIDTH, rows + i * columns, columns, panels, panel_count, ids, labels + i,
     results ? results + i : NULL);
}

#undef CLADE_HEIGHT
#undef CLADE_TAIL_WIDTH
#undef CLADE_IS_NARROW
#undef CLADE_MERGE_SECOND
#undef CLADE_SELECT
#undef VECTOR
#undef INTEGERS
#undef LANES
#undef MERGE
