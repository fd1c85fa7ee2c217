// One variant of the distance kernels, for one type of number; see distances.h.

#define VECTOR CLADE_NAME(clade_vector)
#define LANES CLADE_LANES

// Distances of `height` rows from one panel; `height` is a constant where this is inlined.
CLADE_TARGET static inline __attribute__((always_inline)) void CLADE_VARIANT(CLADE_NAME(tile))(
    const size_t height, const CLADE_SCALAR *rows, size_t columns, const CLADE_SCALAR *panel,
    CLADE_SCALAR *distances, size_t stride) {
  VECTOR sums[16];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++)
    sums[i] = (VECTOR){0};
#pragma clang loop unroll(disable)
  for (size_t j = 0; j < columns; j++) {
    const VECTOR column = *(const VECTOR *)(panel + j * LANES);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < height; i++) {
      // This way round AVX-512 needs no register for the row's number; the square is the same.
      const VECTOR difference = column - rows[i * columns + j];
      sums[i] = __builtin_elementwise_fma(difference, difference, sums[i]);
    }
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++)
    *(VECTOR *)(distances + i * stride) = sums[i];
}

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(squared_distances))(
    const CLADE_SCALAR *rows, size_t count, size_t columns, const CLADE_SCALAR *panels,
    size_t panel_count, CLADE_SCALAR *distances, size_t stride) {
  enum { height = CLADE_VECTOR_BYTES == 64 ? 16 : CLADE_VECTOR_BYTES == 32 ? 4 : 2 };
  size_t i = 0;
  for (; i + height <= count; i += height)
    for (size_t p = 0; p < panel_count; p++)
      CLADE_VARIANT(CLADE_NAME(tile))
      (height, rows + i * columns, columns, panels + p * columns * LANES,
       distances + i * stride + p * LANES, stride);
  for (; i < count; i++)
    for (size_t p = 0; p < panel_count; p++)
      CLADE_VARIANT(CLADE_NAME(tile))
      (1, rows + i * columns, columns, panels + p * columns * LANES,
       distances + i * stride + p * LANES, stride);
}

typedef CLADE_SCALAR CLADE_VARIANT(CLADE_NAME(few))
    __attribute__((vector_size(8 * sizeof(CLADE_SCALAR)), aligned(sizeof(CLADE_SCALAR))));
#define FEW CLADE_VARIANT(CLADE_NAME(few))
typedef double CLADE_VARIANT(CLADE_NAME(doubles)) __attribute__((vector_size(64)));
#define DOUBLES CLADE_VARIANT(CLADE_NAME(doubles))

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(distances_from_own))(
    const CLADE_SCALAR *rows, size_t count, size_t columns, const CLADE_SCALAR *centers,
    const int32_t *labels, double *distances) {
  size_t i = 0;
  // Eight rows at once, since the sum of one is a chain in which each term waits for the last.
  for (; i + 8 <= count; i += 8) {
    const CLADE_SCALAR *row = rows + i * columns, *center[8];
    DOUBLES sums = {0};
#pragma clang loop unroll(full)
    for (size_t r = 0; r < 8; r++)
      center[r] = centers + (size_t)labels[i + r] * columns;
    size_t j = 0;
    for (; j + 8 <= columns; j += 8) {
      DOUBLES differences[8];
#pragma clang loop unroll(full)
      for (size_t r = 0; r < 8; r++)
        differences[r] = __builtin_convertvector(*(const FEW *)(row + r * columns + j), DOUBLES) -
                         __builtin_convertvector(*(const FEW *)(center[r] + j), DOUBLES);
      CLADE_TRANSPOSE_8(differences)
#pragma clang loop unroll(full)
      for (int column = 0; column < 8; column++)
        sums = __builtin_elementwise_fma(differences[column], differences[column], sums);
    }
    for (; j < columns; j++)
#pragma clang loop unroll(full)
      for (size_t r = 0; r < 8; r++) {
        const double difference = (double)row[r * columns + j] - (double)center[r][j];
        sums[r] = __builtin_fma(difference, difference, sums[r]);
      }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < 8; r++)
      distances[i + r] = sums[r];
  }
  for (; i < count; i++) {
    const CLADE_SCALAR *row = rows + i * columns, *center = centers + (size_t)labels[i] * columns;
    double sum = 0;
    for (size_t j = 0; j < columns; j++) {
      const double difference = (double)row[j] - (double)center[j];
      sum = __builtin_fma(difference, difference, sum);
    }
    distances[i] = sum;
  }
}

#undef DOUBLES
#undef FEW
#undef VECTOR
#undef LANES
