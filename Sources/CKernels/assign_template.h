// One variant of the assignment, for one type of number; see assign.h.

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
  }

// The squared distances of `height` rows from the centers of `width` panels, and what is nearer than
// what was found before.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(assign_panels))(const size_t height, const size_t width,
                                         const CLADE_SCALAR *rows, size_t columns,
                                         const CLADE_SCALAR *panel, CLADE_LANE_INTEGER place,
                                         VECTOR *least, INTEGERS *where) {
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
                                       CLADE_SCALAR *distances) {
  VECTOR least[CLADE_HEIGHT];
  INTEGERS where[CLADE_HEIGHT];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++) {
    least[i] = (VECTOR){0} + (CLADE_SCALAR)__builtin_inf();
    where[i] = (INTEGERS){0};
  }
  size_t p = 0;
  for (; p + width <= panel_count; p += width)
    CLADE_VARIANT(CLADE_NAME(assign_panels))
    (height, width, rows, columns, panels + p * columns * LANES, (CLADE_LANE_INTEGER)p, least,
     where);
  if (width > 1)
    for (; p < panel_count; p++)
      CLADE_VARIANT(CLADE_NAME(assign_panels))
      (height, 1, rows, columns, panels + p * columns * LANES, (CLADE_LANE_INTEGER)p, least, where);
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
#pragma clang loop unroll(full)
    for (size_t i = 0; i < group; i++) {
      labels[first + i] = ids[where[first][i]];
      if (distances)
        distances[first + i] = least[first][i];
    }
  }
}

#include "assign_narrow_template.h"

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(assign))(
    const CLADE_SCALAR *rows, size_t count, size_t columns, const CLADE_SCALAR *panels,
    size_t panel_count, const int32_t *ids, int32_t *labels, CLADE_SCALAR *distances) {
  if (columns > 0 && panel_count > 0 && CLADE_IS_NARROW(columns, panel_count)) {
    CLADE_VARIANT(CLADE_NAME(assign_narrow))
    (rows, count, columns, panels, panel_count, ids, labels, distances);
    return;
  }
  size_t i = 0;
  for (; i + CLADE_HEIGHT <= count; i += CLADE_HEIGHT)
    CLADE_VARIANT(CLADE_NAME(assign_rows))
    (CLADE_HEIGHT, 1, rows + i * columns, columns, panels, panel_count, ids, labels + i,
     distances ? distances + i : NULL);
  for (; i < count; i++)
    CLADE_VARIANT(CLADE_NAME(assign_rows))
    (1, CLADE_TAIL_WIDTH, rows + i * columns, columns, panels, panel_count, ids, labels + i,
     distances ? distances + i : NULL);
}

#undef CLADE_HEIGHT
#undef CLADE_TAIL_WIDTH
#undef CLADE_IS_NARROW
#undef VECTOR
#undef INTEGERS
#undef LANES
#undef MERGE
