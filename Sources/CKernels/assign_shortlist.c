#include "include/assign_shortlist.h"

#include <math.h>

#include "code_products.h"
#include "variants_names.h"

#pragma STDC FP_CONTRACT OFF

// In multiply-adds of the plain kernel in single precision: a row's products and what else a row, a
// column and a center cost, as measured.
double clade_shortlist_cost(size_t centers, size_t columns, size_t bytes) {
  const enum products_kind kind = products_kind();
  if (kind == PRODUCTS_PLAIN && clade_isa_current() != CLADE_ISA_PORTABLE)
    return INFINITY;
  const double pairs = (double)centers * (double)columns;
  const double part = kind == PRODUCTS_AVX2 ? 0.7 : 0.35;
  const double work = part * pairs + 7 * (double)centers + 12 * (double)columns + 2800;
  return work / (pairs * ((double)bytes / 4));
}

int clade_shortlist_pays(size_t centers, size_t columns, size_t bytes) {
  return 1.05 * clade_shortlist_cost(centers, columns, bytes) < 1;
}

// Rounded rows (of 8 bits, then of 16), their scores, and shortlists, one after the other.
size_t clade_shortlist_workspace(size_t padded, size_t columns) {
  return 64 + CLADE_BLOCK * padded * sizeof(int32_t) +
         CLADE_BLOCK * 3 * (padded_columns(columns) + 64) +
         padded * (sizeof(int32_t) + 2 * sizeof(double)) + columns * sizeof(float);
}

#define CLADE_TEMPLATE "assign_shortlist_template.h"

#define CLADE_SCALAR double
#define CLADE_LANE_INTEGER int64_t
#define CLADE_LANES 8
#define CLADE_UNIT 0x1p-53
#define CLADE_TINY 0x1p-1022
#define CLADE_NAME(name) CLADE_JOIN(name, f64)
#include "vectors.h"
#include "variants.h"
#undef CLADE_SCALAR
#undef CLADE_LANE_INTEGER
#undef CLADE_LANES
#undef CLADE_UNIT
#undef CLADE_TINY
#undef CLADE_NAME

#define CLADE_SCALAR float
#define CLADE_LANE_INTEGER int32_t
#define CLADE_LANES 16
#define CLADE_UNIT 0x1p-24
#define CLADE_TINY 0x1p-126f
#define CLADE_NAME(name) CLADE_JOIN(name, f32)
#include "vectors.h"
#include "variants.h"
#undef CLADE_SCALAR
#undef CLADE_LANE_INTEGER
#undef CLADE_LANES
#undef CLADE_UNIT
#undef CLADE_TINY
#undef CLADE_NAME

#undef CLADE_TEMPLATE
#define CLADE_TEMPLATE "screen_rows_template.h"
#include "variants.h"

void clade_encode_centers_f64(const double *centers, const int32_t *order, size_t count,
                              size_t columns, size_t padded, const float *reference,
                              uint8_t *codes, float *lower_squares, float *upper_squares,
                              float *steps, float *norms, float *losses) {
  CLADE_DISPATCH(encode_centers_f64, centers, order, count, columns, padded, reference, codes,
                 lower_squares, upper_squares, steps, norms, losses)
}

void clade_encode_centers_f32(const float *centers, const int32_t *order, size_t count,
                              size_t columns, size_t padded, const float *reference,
                              uint8_t *codes, float *lower_squares, float *upper_squares,
                              float *steps, float *norms, float *losses) {
  CLADE_DISPATCH(encode_centers_f32, centers, order, count, columns, padded, reference, codes,
                 lower_squares, upper_squares, steps, norms, losses)
}

size_t clade_assign_shortlist_f64(const double *rows, size_t count, const double *centers,
                                  const struct clade_codebook *book,
                                  const struct clade_row_scales *scales, const int32_t *order,
                                  const int32_t *skipped, void *workspace, int32_t *labels,
                                  double *distances) {
  CLADE_DISPATCH(assign_shortlist_f64, rows, count, centers, book, scales, order, skipped, workspace,
                 labels, distances)
}

size_t clade_assign_shortlist_f32(const float *rows, size_t count, const float *centers,
                                  const struct clade_codebook *book,
                                  const struct clade_row_scales *scales, const int32_t *order,
                                  const int32_t *skipped, void *workspace, int32_t *labels,
                                  float *distances) {
  CLADE_DISPATCH(assign_shortlist_f32, rows, count, centers, book, scales, order, skipped, workspace,
                 labels, distances)
}

void clade_encode_rows_f64(const double *rows, size_t count, size_t columns,
                           const float *reference, float *workspace, int8_t *codes,
                           const struct clade_row_scales *scales) {
  CLADE_DISPATCH(encode_rows_f64, rows, count, columns, reference, workspace, codes, scales)
}

void clade_encode_rows_f32(const float *rows, size_t count, size_t columns, const float *reference,
                           float *workspace, int8_t *codes, const struct clade_row_scales *scales) {
  CLADE_DISPATCH(encode_rows_f32, rows, count, columns, reference, workspace, codes, scales)
}

int clade_products_are_fast(void) { return products_kind() != PRODUCTS_PLAIN; }

size_t clade_screen_workspace(size_t padded, size_t columns) {
  return 64 + CLADE_BLOCK * padded * sizeof(int32_t) + padded * sizeof(float) +
         CLADE_BLOCK * 2 * (padded_columns(columns) + 64);
}

size_t clade_screen_rows(const int8_t *codes, const struct clade_row_scales *scales, size_t count,
                         const struct clade_codebook *book, double unit, const float *bounds,
                         void *workspace, int32_t *rows) {
  CLADE_DISPATCH(screen_rows, codes, scales, count, book, unit, bounds, workspace, rows)
}
