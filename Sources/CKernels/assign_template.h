// One variant of the assignment, for one type of number; see assign.h.

#define VECTOR CLADE_NAME(clade_vector)
#define INTEGERS CLADE_NAME(clade_lanes)
#define LANES CLADE_LANES

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

// The nearest of all packed centers for `height` rows, `width` panels at a time (both constants where
// this is inlined). Every lane keeps the least distance that it has seen and in which panel; distances
// never leave the registers. In the end the lanes of a row are compared.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(assign_rows))(const size_t height, const size_t width,
                                       const CLADE_SCALAR *rows, size_t columns,
                                       const CLADE_SCALAR *panels, size_t panel_count,
                                       const int32_t *ids, int32_t *labels,
                                       CLADE_SCALAR *distances) {
  VECTOR least[8];
  INTEGERS where[8];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++) {
    least[i] = (VECTOR){0} + (CLADE_SCALAR)__builtin_inf();
    where[i] = (INTEGERS){0};
  }
  size_t p = 0;
  for (; p + width <= panel_count; p += width) {
    const CLADE_SCALAR *panel = panels + p * columns * LANES;
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
        column[w] = *(const VECTOR *)(panel + (w * columns + j) * LANES);
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
#pragma clang loop unroll(full)
    for (size_t i = 0; i < height; i++)
#pragma clang loop unroll(full)
      for (size_t w = 0; w < width; w++) {
        const INTEGERS nearer = (INTEGERS)(sums[i][w] < least[i]);
        least[i] = (VECTOR)((nearer & (INTEGERS)sums[i][w]) | (~nearer & (INTEGERS)least[i]));
        where[i] = (nearer & (CLADE_LANE_INTEGER)(p + w)) | (~nearer & where[i]);
      }
  }
  // One panel may be left over where two are taken at a time.
  if (p < panel_count) {
    const CLADE_SCALAR *panel = panels + p * columns * LANES;
    VECTOR sums[8];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < height; i++)
      sums[i] = (VECTOR){0};
#pragma clang loop unroll(disable)
    for (size_t j = 0; j < columns; j++) {
      const VECTOR column = *(const VECTOR *)(panel + j * LANES);
#pragma clang loop unroll(full)
      for (size_t i = 0; i < height; i++) {
        const VECTOR difference = rows[i * columns + j] - column;
        sums[i] = __builtin_elementwise_fma(difference, difference, sums[i]);
      }
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < height; i++) {
      const INTEGERS nearer = (INTEGERS)(sums[i] < least[i]);
      least[i] = (VECTOR)((nearer & (INTEGERS)sums[i]) | (~nearer & (INTEGERS)least[i]));
      where[i] = (nearer & (CLADE_LANE_INTEGER)p) | (~nearer & where[i]);
    }
  }
  // Where becomes the place in the panels.
  INTEGERS lanes;
#pragma clang loop unroll(full)
  for (int lane = 0; lane < LANES; lane++)
    lanes[lane] = lane;
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++)
    where[i] = where[i] * LANES + lanes;
  if (height == 8) {
    MERGE(1, 0, 1) MERGE(1, 2, 3) MERGE(1, 4, 5) MERGE(1, 6, 7)
    MERGE(2, 0, 2) MERGE(2, 4, 6)
    MERGE(4, 0, 4)
  } else if (height == 4) {
    MERGE(1, 0, 1) MERGE(1, 2, 3)
    MERGE(2, 0, 2)
    MERGE(4, 0, 0)
  } else {
    MERGE(1, 0, 0)
    MERGE(2, 0, 0)
    MERGE(4, 0, 0)
  }
#if CLADE_LANES == 16
  MERGE(8, 0, 0)
#endif
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++) {
    labels[i] = ids[where[0][i]];
    distances[i] = least[0][i];
  }
}

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(assign))(
    const CLADE_SCALAR *rows, size_t count, size_t columns, const CLADE_SCALAR *panels,
    size_t panel_count, const int32_t *ids, int32_t *labels, CLADE_SCALAR *distances) {
  enum {
    height = CLADE_VECTOR_BYTES == 64 ? 8 : CLADE_VECTOR_BYTES == 32 ? 4 : CLADE_FUSED ? 4 : 1,
    width = CLADE_VECTOR_BYTES == 64 ? 2 : 1
  };
  size_t i = 0;
  for (; i + height <= count; i += height)
    CLADE_VARIANT(CLADE_NAME(assign_rows))
    (height, width, rows + i * columns, columns, panels, panel_count, ids, labels + i,
     distances + i);
  for (; i < count; i++)
    CLADE_VARIANT(CLADE_NAME(assign_rows))
    (1, width, rows + i * columns, columns, panels, panel_count, ids, labels + i, distances + i);
}

#undef VECTOR
#undef INTEGERS
#undef LANES
#undef MERGE
