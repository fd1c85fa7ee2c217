// One variant of the kernels for sparse rows; see sparse_scores.h.

#define SCORE_VECTOR clade_score_vector
// a where the mask is set, b elsewhere.
#define CLADE_SELECT(mask, a, b)                                                                   \
  (SCORE_VECTOR)(((mask) & (clade_score_mask)(a)) | (~(mask) & (clade_score_mask)(b)))

// Adds the products with `count` dense rows to the scores of one tile of centers.
CLADE_TARGET static void CLADE_VARIANT(add_dense_rows)(
    const float *const *rows, const float *factors, size_t count, size_t first, float *scores) {
  SCORE_VECTOR sums[4];
  float *target = scores + first;
  memcpy(sums, target, sizeof sums);
  for (size_t r = 0; r < count; r++) {
    const float *row = rows[r] + first;
    const float factor = factors[r];
    SCORE_VECTOR values[4];
    memcpy(values, row, sizeof values);
#pragma clang loop unroll(full)
    for (int v = 0; v < 4; v++)
      sums[v] += values[v] * factor;
  }
  memcpy(target, sums, sizeof sums);
}

CLADE_TARGET static void CLADE_VARIANT(sparse_scores)(
    const int32_t *columns, const float *values, size_t count,
    const struct clade_center_index *index, const float **rows, float *factors, float *scores) {
  const size_t width = index->width;
  memset(scores, 0, width * sizeof *scores);
  size_t dense = 0;
  for (size_t j = 0; j < count; j++) {
    const int32_t column = columns[j], row = index->dense_rows[column];
    const float value = values[j];
    if (row >= 0) {
      rows[dense] = index->dense + (size_t)row * index->stride;
      factors[dense++] = value;
      continue;
    }
    const int64_t end = index->starts[column + 1];
    for (int64_t e = index->starts[column]; e < end; e++)
      scores[index->ids[e]] += value * index->weights[e];
  }
  if (dense == 0)
    return;
  for (size_t first = 0; first < width; first += CLADE_SCORE_WIDTH)
    CLADE_VARIANT(add_dense_rows)(rows, factors, dense, first, scores);
}

CLADE_TARGET static size_t CLADE_VARIANT(scores_above)(
    const float *scores, size_t width, float cut, int32_t *found, float *largest_below) {
  size_t count = 0;
  const SCORE_VECTOR nothing = (SCORE_VECTOR){0} - __builtin_inff();
  SCORE_VECTOR below = nothing;
  for (size_t first = 0; first < width; first += 16) {
    SCORE_VECTOR values;
    memcpy(&values, scores + first, sizeof values);
    const clade_score_mask above = values >= cut;
    const SCORE_VECTOR others = CLADE_SELECT(above, nothing, values);
    below = CLADE_SELECT(others > below, others, below);
    int any = 0;
#pragma clang loop unroll(full)
    for (int l = 0; l < 16; l++)
      any |= above[l];
    if (any) {
      for (int l = 0; l < 16; l++)
        if (above[l])
          found[count++] = (int32_t)(first + (size_t)l);
    }
  }
  float largest = -__builtin_inff();
  for (int l = 0; l < 16; l++)
    largest = below[l] > largest ? below[l] : largest;
  *largest_below = largest;
  return count;
}

CLADE_TARGET static float CLADE_VARIANT(largest_score)(const float *scores, size_t width) {
  SCORE_VECTOR most = (SCORE_VECTOR){0} - __builtin_inff();
  for (size_t first = 0; first < width; first += 16) {
    SCORE_VECTOR values;
    memcpy(&values, scores + first, sizeof values);
    most = CLADE_SELECT(values > most, values, most);
  }
  float largest = -__builtin_inff();
  for (int l = 0; l < 16; l++)
    largest = most[l] > largest ? most[l] : largest;
  return largest;
}

CLADE_TARGET static double CLADE_VARIANT(sparse_dot_f64)(const int32_t *columns,
                                                         const double *values, size_t count,
                                                         const double *dense) {
  double sum = 0;
  for (size_t j = 0; j < count; j++)
    sum = __builtin_fma(values[j], dense[columns[j]], sum);
  return sum;
}

CLADE_TARGET static double CLADE_VARIANT(sparse_dot_f32)(const int32_t *columns,
                                                         const double *values, size_t count,
                                                         const float *dense) {
  double sum = 0;
  for (size_t j = 0; j < count; j++)
    sum = __builtin_fma(values[j], (double)dense[columns[j]], sum);
  return sum;
}

#define CLADE_SPARSE_DOTS(name, scalar)                                                            \
  CLADE_TARGET static void CLADE_VARIANT(name)(                                                    \
      const int32_t *places, const double *values, size_t entries, const scalar *dense,            \
      size_t count, size_t columns, double *products) {                                            \
    size_t c = 0;                                                                                  \
    for (; c + 4 <= count; c += 4) {                                                               \
      const scalar *rows = dense + c * columns;                                                    \
      double a = 0, b = 0, d = 0, e = 0;                                                           \
      for (size_t j = 0; j < entries; j++) {                                                       \
        const size_t place = (size_t)places[j];                                                    \
        a = __builtin_fma(values[j], (double)rows[place], a);                                      \
        b = __builtin_fma(values[j], (double)rows[place + columns], b);                            \
        d = __builtin_fma(values[j], (double)rows[place + 2 * columns], d);                        \
        e = __builtin_fma(values[j], (double)rows[place + 3 * columns], e);                        \
      }                                                                                            \
      products[c] = a;                                                                             \
      products[c + 1] = b;                                                                         \
      products[c + 2] = d;                                                                         \
      products[c + 3] = e;                                                                         \
    }                                                                                              \
    for (; c < count; c++) {                                                                       \
      double a = 0;                                                                                \
      for (size_t j = 0; j < entries; j++)                                                         \
        a = __builtin_fma(values[j], (double)dense[c * columns + (size_t)places[j]], a);           \
      products[c] = a;                                                                             \
    }                                                                                              \
  }
CLADE_SPARSE_DOTS(sparse_dots_f64, double)
CLADE_SPARSE_DOTS(sparse_dots_f32, float)
#undef CLADE_SPARSE_DOTS
#undef CLADE_SELECT
#undef SCORE_VECTOR
