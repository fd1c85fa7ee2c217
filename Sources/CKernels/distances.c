#include "include/distances.h"

#pragma STDC FP_CONTRACT OFF

#define CLADE_TEMPLATE "distances_template.h"

#include "both_types.h"

void clade_squared_distances_f64(const double *rows, size_t count, size_t columns,
                                 const double *panels, size_t panel_count, double *distances,
                                 size_t stride) {
  CLADE_DISPATCH(squared_distances_f64, rows, count, columns, panels, panel_count, distances,
                 stride)
}

void clade_squared_distances_f32(const float *rows, size_t count, size_t columns,
                                 const float *panels, size_t panel_count, float *distances,
                                 size_t stride) {
  CLADE_DISPATCH(squared_distances_f32, rows, count, columns, panels, panel_count, distances,
                 stride)
}

void clade_distances_from_own_f64(const double *rows, size_t count, size_t columns,
                                  const double *centers, const int32_t *labels,
                                  double *distances) {
  CLADE_DISPATCH(distances_from_own_f64, rows, count, columns, centers, labels, distances)
}

void clade_distances_from_own_f32(const float *rows, size_t count, size_t columns,
                                  const float *centers, const int32_t *labels, double *distances) {
  CLADE_DISPATCH(distances_from_own_f32, rows, count, columns, centers, labels, distances)
}
