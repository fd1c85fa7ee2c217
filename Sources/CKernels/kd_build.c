#include "include/kd_tree.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

typedef uint64_t clade_kd_key_f64 __attribute__((may_alias));
typedef uint32_t clade_kd_key_f32 __attribute__((may_alias));

#define CLADE_TEMPLATE "kd_build_template.h"

#include "both_types.h"

void clade_kd_box_f64(const double *rows, size_t count, size_t columns, double *box) {
  CLADE_DISPATCH(kd_box_f64, rows, count, columns, box)
}

void clade_kd_box_f32(const float *rows, size_t count, size_t columns, float *box) {
  CLADE_DISPATCH(kd_box_f32, rows, count, columns, box)
}

size_t clade_kd_split_f64(const double *rows, const int32_t *ids, size_t count, size_t columns,
                          size_t column, double lower, double upper, size_t rank, double *to,
                          int32_t *to_ids) {
  CLADE_DISPATCH(kd_split_f64, rows, ids, count, columns, column, lower, upper, rank, to, to_ids)
}

size_t clade_kd_split_f32(const float *rows, const int32_t *ids, size_t count, size_t columns,
                          size_t column, float lower, float upper, size_t rank, float *to,
                          int32_t *to_ids) {
  CLADE_DISPATCH(kd_split_f32, rows, ids, count, columns, column, lower, upper, rank, to, to_ids)
}
