#include "include/region.h"

#pragma STDC FP_CONTRACT OFF

#define CLADE_TEMPLATE "region_template.h"
#include "both_types.h"

size_t clade_count_within_f64(struct clade_block_f64 block, const double *point, double limit) {
  CLADE_DISPATCH(count_within_f64, block, point, limit);
}

size_t clade_count_within_f32(struct clade_block_f32 block, const float *point, float limit) {
  CLADE_DISPATCH(count_within_f32, block, point, limit);
}

void clade_block_distances_f64(struct clade_block_f64 block, const double *point,
                               double *squares) {
  CLADE_DISPATCH(block_distances_f64, block, point, squares);
}

void clade_block_distances_f32(struct clade_block_f32 block, const float *point, float *squares) {
  CLADE_DISPATCH(block_distances_f32, block, point, squares);
}
