#include "include/kd_tree.h"
#include "kd_masks.h"

#pragma STDC FP_CONTRACT OFF

// The most vectors that a list is kept in while it grows.
enum { CLADE_KD_SHORT = 4 };

#define CLADE_TEMPLATE "kd_nearest_template.h"

#include "both_types.h"

void clade_kd_nearest_f64(const struct clade_kd_tree *tree, const double *queries,
                          const double *box, size_t count, size_t length, double *distances,
                          int32_t *places) {
  CLADE_DISPATCH(kd_nearest_f64, tree, queries, box, count, length, distances, places)
}

void clade_kd_nearest_f32(const struct clade_kd_tree *tree, const float *queries, const float *box,
                          size_t count, size_t length, float *distances, int32_t *places) {
  CLADE_DISPATCH(kd_nearest_f32, tree, queries, box, count, length, distances, places)
}
