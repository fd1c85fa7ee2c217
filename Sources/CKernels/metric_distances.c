#include "include/metric_distances.h"

#include "elementary_bits.h"

#pragma STDC FP_CONTRACT OFF

#define CLADE_TEMPLATE "metric_distances_template.h"

#include "both_types.h"

void clade_metric_distances_f64(enum clade_metric_form form, double power,
                                const uint8_t *categories, const double *rows, size_t count,
                                size_t columns, const double *panels, size_t panel_count,
                                double *distances, size_t stride) {
  CLADE_DISPATCH(metric_distances_f64, form, power, categories, rows, count, columns, panels,
                 panel_count, distances, stride)
}

void clade_metric_distances_f32(enum clade_metric_form form, double power,
                                const uint8_t *categories, const float *rows, size_t count,
                                size_t columns, const float *panels, size_t panel_count,
                                float *distances, size_t stride) {
  CLADE_DISPATCH(metric_distances_f32, form, power, categories, rows, count, columns, panels,
                 panel_count, distances, stride)
}
