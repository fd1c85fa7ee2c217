// The variants of distance_sums.h; included once per instruction set.
//
// A lane belongs to one point of the block. Its squared distance to one row is summed over the
// dimensions in order, each step fused; its sum over rows runs in the order of the rows. So neither
// the width of the vectors nor their number changes a bit.

#define WIDTH (CLADE_VECTOR_BYTES / 8)
// The vectors worked on at a time: as many as the registers hold beside what else is needed.
#define VECTORS (CLADE_VECTOR_BYTES >= 32 ? 4 : 8)
#define STEP (VECTORS * WIDTH)

typedef double CLADE_VARIANT(lanes)
    __attribute__((vector_size(CLADE_VECTOR_BYTES), aligned(8)));
#define LANES CLADE_VARIANT(lanes)

// The squared distances from STEP points of a block to one row.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(squared_distances)(const double *block, const double *row, size_t dimensions,
                                 LANES *squares) {
  for (int v = 0; v < VECTORS; v++)
    squares[v] = (LANES){0.0};
  for (size_t j = 0; j < dimensions; j++) {
    const double value = row[j];
    const LANES *coordinates = (const LANES *)(block + j * CLADE_DISTANCE_LANES);
    for (int v = 0; v < VECTORS; v++) {
      const LANES difference = coordinates[v] - value;
      squares[v] = __builtin_elementwise_fma(difference, difference, squares[v]);
    }
  }
}

CLADE_TARGET static void CLADE_VARIANT(distance_sums)(const double *block, const double *points,
                                                      size_t dimensions, const size_t *starts,
                                                      size_t clusters, double *sums) {
  for (size_t cluster = 0; cluster < clusters; cluster++) {
    for (int first = 0; first < CLADE_DISTANCE_LANES; first += STEP) {
      LANES totals[VECTORS];
      for (int v = 0; v < VECTORS; v++)
        totals[v] = (LANES){0.0};
      for (size_t row = starts[cluster]; row < starts[cluster + 1]; row++) {
        LANES squares[VECTORS];
        CLADE_VARIANT(squared_distances)
        (block + first, points + row * dimensions, dimensions, squares);
        for (int v = 0; v < VECTORS; v++)
          totals[v] += __builtin_elementwise_sqrt(squares[v]);
      }
      LANES *target = (LANES *)(sums + cluster * CLADE_DISTANCE_LANES + first);
      for (int v = 0; v < VECTORS; v++)
        target[v] = totals[v];
    }
  }
}

CLADE_TARGET static void
CLADE_VARIANT(distance_extremes)(const double *block, const double *points, size_t dimensions,
                                 const size_t *starts, size_t clusters, double *smallest,
                                 double *largest) {
  for (size_t cluster = 0; cluster < clusters; cluster++) {
    for (int first = 0; first < CLADE_DISTANCE_LANES; first += STEP) {
      LANES low[VECTORS], high[VECTORS];
      for (int v = 0; v < VECTORS; v++) {
        low[v] = (LANES){0.0} + __builtin_inf();
        high[v] = (LANES){0.0};
      }
      for (size_t row = starts[cluster]; row < starts[cluster + 1]; row++) {
        LANES squares[VECTORS];
        CLADE_VARIANT(squared_distances)
        (block + first, points + row * dimensions, dimensions, squares);
        for (int v = 0; v < VECTORS; v++) {
          low[v] = __builtin_elementwise_min(low[v], squares[v]);
          high[v] = __builtin_elementwise_max(high[v], squares[v]);
        }
      }
      LANES *lows = (LANES *)(smallest + cluster * CLADE_DISTANCE_LANES + first);
      LANES *highs = (LANES *)(largest + cluster * CLADE_DISTANCE_LANES + first);
      for (int v = 0; v < VECTORS; v++) {
        lows[v] = low[v];
        highs[v] = high[v];
      }
    }
  }
}

#undef LANES
#undef STEP
#undef VECTORS
#undef WIDTH
