#include "include/kd_tree.h"
#include "kd_masks.h"

#pragma STDC FP_CONTRACT OFF

#define CLADE_TEMPLATE "kd_within_template.h"

#include "both_types.h"

size_t clade_kd_within_f64(const struct clade_kd_tree *tree, const double *query, double limit,
                           size_t capacity, double *distances, int32_t *places) {
  CLADE_DISPATCH(kd_within_f64, tree, query, limit, capacity, distances, places)
}

size_t clade_kd_within_f32(const struct clade_kd_tree *tree, const float *query, float limit,
                           size_t capacity, float *distances, int32_t *places) {
  CLADE_DISPATCH(kd_within_f32, tree, query, limit, capacity, distances, places)
}

size_t clade_kd_between_f64(const struct clade_kd_tree *tree, const int32_t *starts,
                            const double *query, double lower, double upper, size_t capacity,
                            double *distances, int32_t *places, size_t *nearer) {
  CLADE_DISPATCH(kd_between_f64, tree, starts, query, lower, upper, capacity, distances, places,
                 nearer)
}

size_t clade_kd_between_f32(const struct clade_kd_tree *tree, const int32_t *starts,
                            const float *query, float lower, float upper, size_t capacity,
                            float *distances, int32_t *places, size_t *nearer) {
  CLADE_DISPATCH(kd_between_f32, tree, starts, query, lower, upper, capacity, distances, places,
                 nearer)
}
