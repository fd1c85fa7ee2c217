#include "include/warping.h"

#include <stdint.h>

#pragma STDC FP_CONTRACT OFF

#define CLADE_TEMPLATE "warping_template.h"

#include "both_types.h"

void clade_warping_f64(int absolute, size_t window, double limit, const double *rows, size_t count,
                       size_t columns, const double *panels, size_t panel_count, double *space,
                       double *distances, size_t stride) {
  CLADE_DISPATCH(warping_f64, absolute, window, limit, rows, count, columns, panels, panel_count,
                 space, distances, stride)
}

void clade_warping_f32(int absolute, size_t window, float limit, const float *rows, size_t count,
                       size_t columns, const float *panels, size_t panel_count, float *space,
                       float *distances, size_t stride) {
  CLADE_DISPATCH(warping_f32, absolute, window, limit, rows, count, columns, panels, panel_count,
                 space, distances, stride)
}
