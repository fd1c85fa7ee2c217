#include "include/sparse_scores.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

typedef float clade_score_vector __attribute__((vector_size(64)));
typedef int32_t clade_score_mask __attribute__((vector_size(64)));

#define CLADE_TEMPLATE "sparse_scores_template.h"
#include "variants.h"

void clade_sparse_scores(const int32_t *columns, const float *values, size_t count,
                         const struct clade_center_index *index, const float **rows, float *factors,
                         float *scores) {
  CLADE_DISPATCH(sparse_scores, columns, values, count, index, rows, factors, scores)
}

size_t clade_scores_above(const float *scores, size_t width, float cut, int32_t *found,
                          float *largest_below) {
  CLADE_DISPATCH(scores_above, scores, width, cut, found, largest_below)
}

float clade_largest_score(const float *scores, size_t width) {
  CLADE_DISPATCH(largest_score, scores, width)
}

double clade_sparse_dot_f64(const int32_t *columns, const double *values, size_t count,
                            const double *dense) {
  CLADE_DISPATCH(sparse_dot_f64, columns, values, count, dense)
}

double clade_sparse_dot_f32(const int32_t *columns, const double *values, size_t count,
                            const float *dense) {
  CLADE_DISPATCH(sparse_dot_f32, columns, values, count, dense)
}

void clade_sparse_dots_f64(const int32_t *places, const double *values, size_t entries,
                           const double *dense, size_t count, size_t columns, double *products) {
  CLADE_DISPATCH(sparse_dots_f64, places, values, entries, dense, count, columns, products)
}

void clade_sparse_dots_f32(const int32_t *places, const double *values, size_t entries,
                           const float *dense, size_t count, size_t columns, double *products) {
  CLADE_DISPATCH(sparse_dots_f32, places, values, entries, dense, count, columns, products)
}
