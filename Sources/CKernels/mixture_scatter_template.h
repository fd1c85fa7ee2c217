// One variant of the weighted sums; see mixture_scatter.h.

// The sums of a 4 × 4 tile that fit the registers together: SIDE × SIDE.
#if CLADE_VECTOR_BYTES == 64
#define SIDE 4
#else
#define SIDE 2
#endif

// The sum of the lanes, always in the same order.
CLADE_TARGET static inline __attribute__((always_inline)) double
CLADE_VARIANT(sum_of_lanes)(const lanes *x) {
  const half_lanes half = __builtin_shufflevector(*x, *x, 0, 1, 2, 3) +
                          __builtin_shufflevector(*x, *x, 4, 5, 6, 7);
  const quarter_lanes quarter =
      __builtin_shufflevector(half, half, 0, 1) + __builtin_shufflevector(half, half, 2, 3);
  return quarter[0] + quarter[1];
}

// Adds the products of `height` rows from `row` on with SIDE rows from `column` on, summed over
// `vectors` vectors, to the lower triangle `sums` of `rows` rows.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(add_tile)(const double *z, size_t row, size_t column, size_t height, size_t rows,
                        size_t vectors, double *sums) {
  const lanes *left = (const lanes *)(z + row * GATHERED);
  const lanes *right = (const lanes *)(z + column * GATHERED);
  lanes sum[SIDE][SIDE];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < height; r++)
#pragma clang loop unroll(full)
    for (size_t c = 0; c < SIDE; c++)
      sum[r][c] = SPLAT(0.0);
  for (size_t v = 0; v < vectors; v++) {
#pragma clang loop unroll(full)
    for (size_t r = 0; r < height; r++) {
      const lanes x = left[r * (GATHERED / LANES) + v];
#pragma clang loop unroll(full)
      for (size_t c = 0; c < SIDE; c++)
        sum[r][c] =
            __builtin_elementwise_fma(x, right[c * (GATHERED / LANES) + v], sum[r][c]);
    }
  }
#pragma clang loop unroll(full)
  for (size_t r = 0; r < height; r++)
#pragma clang loop unroll(full)
    for (size_t c = 0; c < SIDE; c++)
      if (row + r < rows && column + c <= row + r)
        sums[(row + r) * (row + r + 1) / 2 + column + c] +=
            CLADE_VARIANT(sum_of_lanes)(&sum[r][c]);
}

// Adds Σ z·zᵀ of the gathered points to the lower triangle `sums`. `z` has `rows` rows of GATHERED
// numbers, of which `vectors` vectors are used; rows up to a multiple of 4 are readable.
CLADE_TARGET static void
CLADE_VARIANT(add_products)(const double *z, size_t rows, size_t vectors, double *sums) {
  for (size_t row = 0; row < rows; row += SIDE)
    for (size_t column = 0; column < row + SIDE; column += SIDE) {
      if (row + 1 == rows)
        CLADE_VARIANT(add_tile)(z, row, column, 1, rows, vectors, sums);
      else
        CLADE_VARIANT(add_tile)(z, row, column, SIDE, rows, vectors, sums);
    }
}

CLADE_TARGET static void
CLADE_VARIANT(scatter)(const struct clade_mixture_entries *entries, const double *reference,
                       double *workspace, double *sums) {
  const size_t columns = entries->columns, rows = columns + 1;
  double *z = workspace;
  for (size_t row = rows; row < padded_rows(columns); row++)
    memset(z + row * GATHERED, 0, GATHERED * sizeof(double));
  size_t gathered = 0;
  for (size_t e = 0; e <= entries->count; e++) {
    // Sum what is gathered when the next block might not fit, and at the end.
    if (gathered > 0 && (e == entries->count || gathered + BLOCK > GATHERED)) {
      const size_t vectors = (gathered + LANES - 1) / LANES;
      for (size_t row = 0; row < rows; row++)
        for (size_t p = gathered; p < vectors * LANES; p++)
          z[row * GATHERED + p] = 0.0;
      CLADE_VARIANT(add_products)(z, rows, vectors, sums);
      gathered = 0;
    }
    if (e == entries->count)
      break;
    const size_t entry = (size_t)entries->chosen[e], block = (size_t)entries->blocks[entry];
    const double *points = entries->points + block * columns * BLOCK;
    const double *weights = entries->weights + block * BLOCK;
    const double *posteriors = entries->posteriors + entry * BLOCK;
    double share[BLOCK], root[BLOCK];
    uint8_t chosen[BLOCK];
    size_t count = 0;
    for (size_t p = 0; p < BLOCK; p++)
      share[p] = weights[p] * posteriors[p];
    for (size_t p = 0; p < BLOCK; p++) {
      chosen[count] = (uint8_t)p;
      count += share[p] > 0.0;
    }
    if (count > BLOCK / 2) {
      // Most points take part: the others add zeros.
      for (size_t p = 0; p < BLOCK; p++)
        root[p] = __builtin_sqrt(share[p]);
      for (size_t i = 0; i < columns; i++)
        for (size_t p = 0; p < BLOCK; p++)
          z[i * GATHERED + gathered + p] = root[p] * (points[i * BLOCK + p] - reference[i]);
      memcpy(z + columns * GATHERED + gathered, root, sizeof root);
      gathered += BLOCK;
    } else {
      for (size_t c = 0; c < count; c++)
        root[c] = __builtin_sqrt(share[chosen[c]]);
      for (size_t i = 0; i < columns; i++)
        for (size_t c = 0; c < count; c++)
          z[i * GATHERED + gathered + c] =
              root[c] * (points[i * BLOCK + chosen[c]] - reference[i]);
      memcpy(z + columns * GATHERED + gathered, root, count * sizeof(double));
      gathered += count;
    }
  }
}

CLADE_TARGET static void
CLADE_VARIANT(scatter_diagonal)(const struct clade_mixture_entries *entries,
                                const double *reference, double *workspace, double *sums) {
  const size_t columns = entries->columns;
  lanes *squares = (lanes *)workspace, *shifts = squares + columns, *total = shifts + columns;
  memset(workspace, 0, (2 * columns + 1) * sizeof(lanes));
  for (size_t e = 0; e < entries->count; e++) {
    const size_t entry = (size_t)entries->chosen[e], block = (size_t)entries->blocks[entry];
    const lanes *points = (const lanes *)(entries->points + block * columns * BLOCK);
    const lanes *weights = (const lanes *)(entries->weights + block * BLOCK);
    const lanes *posteriors = (const lanes *)(entries->posteriors + entry * BLOCK);
    lanes share[VECTORS];
    for (int v = 0; v < VECTORS; v++) {
      share[v] = weights[v] * posteriors[v];
      *total += share[v];
    }
    for (size_t i = 0; i < columns; i++) {
      lanes shift = shifts[i], square = squares[i];
#pragma clang loop unroll(full)
      for (size_t v = 0; v < VECTORS; v++) {
        const lanes difference = points[i * VECTORS + v] - SPLAT(reference[i]);
        const lanes part = share[v] * difference;
        shift += part;
        square = __builtin_elementwise_fma(part, difference, square);
      }
      shifts[i] = shift;
      squares[i] = square;
    }
  }
  for (size_t i = 0; i < 2 * columns + 1; i++)
    sums[i] += CLADE_VARIANT(sum_of_lanes)(squares + i);
}

#undef SIDE
