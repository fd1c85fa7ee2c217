// The variants of plane_cut.h; included once per instruction set.

#define LANES 8
#define VECTOR clade_vector_f64
// The vectors of rows worked on together, so that the sum of one needn't wait for the last term's.
#define SQUARES (CLADE_VECTOR_BYTES / 32 ? CLADE_VECTOR_BYTES / 32 : 1)
// The vectors of columns whose sums are kept in registers together.
#define TOGETHER (CLADE_VECTOR_BYTES / 8)

// Turns eight vectors that hold a row each into eight that hold a column each.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(transpose)(VECTOR *square) {
#define EXCHANGE(size)                                                                             \
  _Pragma("clang loop unroll(full)") for (int a = 0; a < LANES; a++) if ((a & size) == 0) {        \
    const VECTOR lower = CLADE_LOWER(size, square[a], square[a + size]);                           \
    const VECTOR upper = CLADE_UPPER(size, square[a], square[a + size]);                           \
    square[a] = lower;                                                                             \
    square[a + size] = upper;                                                                      \
  }
  EXCHANGE(4)
  EXCHANGE(2)
  EXCHANGE(1)
#undef EXCHANGE
}

// A lane belongs to a member.
CLADE_TARGET static void CLADE_VARIANT(project)(const struct clade_members *members,
                                                const double *origin, const double *direction,
                                                double *coordinates) {
  const size_t columns = members->columns;
  for (size_t first = 0; first < members->count; first += SQUARES * LANES) {
    const size_t left = members->count - first;
    const double *row[SQUARES * LANES];
    for (size_t lane = 0; lane < SQUARES * LANES; lane++) {
      const size_t member = first + (lane < left ? lane : left - 1);
      row[lane] = members->rows + (size_t)members->places[member] * columns;
    }
    VECTOR sum[SQUARES];
#pragma clang loop unroll(full)
    for (int s = 0; s < SQUARES; s++)
      sum[s] = (VECTOR){0.0};
    size_t column = 0;
    for (; column + LANES <= columns; column += LANES) {
      VECTOR square[SQUARES][LANES];
#pragma clang loop unroll(full)
      for (int s = 0; s < SQUARES; s++) {
#pragma clang loop unroll(full)
        for (int lane = 0; lane < LANES; lane++)
          square[s][lane] = *(const VECTOR *)(row[s * LANES + lane] + column);
        CLADE_VARIANT(transpose)(square[s]);
      }
#pragma clang loop unroll(full)
      for (int j = 0; j < LANES; j++) {
#pragma clang loop unroll(full)
        for (int s = 0; s < SQUARES; s++) {
          const VECTOR difference = square[s][j] - origin[column + (size_t)j];
          const VECTOR product = difference * direction[column + (size_t)j];
          sum[s] = sum[s] + product;
        }
      }
    }
    for (; column < columns; column++) {
#pragma clang loop unroll(full)
      for (int s = 0; s < SQUARES; s++) {
        const double *const *own = row + s * LANES;
        const VECTOR values = {own[0][column], own[1][column], own[2][column], own[3][column],
                               own[4][column], own[5][column], own[6][column], own[7][column]};
        const VECTOR difference = values - origin[column];
        const VECTOR product = difference * direction[column];
        sum[s] = sum[s] + product;
      }
    }
    for (size_t lane = 0; lane < SQUARES * LANES && lane < left; lane++)
      coordinates[first + lane] = sum[lane / LANES][lane % LANES];
  }
}

// A lane belongs to a column.
CLADE_TARGET static void CLADE_VARIANT(add_scaled)(const struct clade_members *members,
                                                   const double *factors, const double *origin,
                                                   double *sums) {
  const size_t columns = members->columns;
  size_t column = 0;
  for (; column + TOGETHER * LANES <= columns; column += TOGETHER * LANES) {
    VECTOR sum[TOGETHER], from[TOGETHER];
#pragma clang loop unroll(full)
    for (int v = 0; v < TOGETHER; v++) {
      sum[v] = *(const VECTOR *)(sums + column + (size_t)v * LANES);
      from[v] = *(const VECTOR *)(origin + column + (size_t)v * LANES);
    }
    for (size_t member = 0; member < members->count; member++) {
      const double *row = members->rows + (size_t)members->places[member] * columns + column;
      const double factor = factors[member];
#pragma clang loop unroll(full)
      for (int v = 0; v < TOGETHER; v++) {
        const VECTOR difference = *(const VECTOR *)(row + v * LANES) - from[v];
        const VECTOR product = difference * factor;
        sum[v] = sum[v] + product;
      }
    }
#pragma clang loop unroll(full)
    for (int v = 0; v < TOGETHER; v++)
      *(VECTOR *)(sums + column + (size_t)v * LANES) = sum[v];
  }
  for (; column + LANES <= columns; column += LANES) {
    VECTOR sum = *(const VECTOR *)(sums + column);
    const VECTOR from = *(const VECTOR *)(origin + column);
    for (size_t member = 0; member < members->count; member++) {
      const double *row = members->rows + (size_t)members->places[member] * columns + column;
      const VECTOR difference = *(const VECTOR *)row - from;
      const VECTOR product = difference * factors[member];
      sum = sum + product;
    }
    *(VECTOR *)(sums + column) = sum;
  }
  for (; column < columns; column++) {
    double sum = sums[column];
    for (size_t member = 0; member < members->count; member++) {
      const size_t place = (size_t)members->places[member];
      const double product = (members->rows[place * columns + column] - origin[column]) *
                             factors[member];
      sum = sum + product;
    }
    sums[column] = sum;
  }
}

#undef TOGETHER
#undef SQUARES
#undef VECTOR
#undef LANES
