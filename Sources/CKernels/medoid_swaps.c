#include "include/medoid_swaps.h"

#include "kd_masks.h"

#pragma STDC FP_CONTRACT OFF

#define CLADE_TEMPLATE "medoid_swaps_template.h"

#include "both_types.h"

double clade_medoid_gains_f64(const double *row, const double *limits, int squared,
                              const double *nearest, const double *second, const int32_t *slots,
                              size_t count, double scale, double shift,
                              size_t slot_count, double *by_slot) {
  CLADE_DISPATCH(medoid_gains_f64, row, limits, squared, nearest, second, slots, count, scale, shift,
                 slot_count, by_slot)
}

double clade_medoid_gains_f32(const float *row, const float *limits, int squared,
                              const float *nearest, const float *second, const int32_t *slots,
                              size_t count, double scale, double shift,
                              size_t slot_count, double *by_slot) {
  CLADE_DISPATCH(medoid_gains_f32, row, limits, squared, nearest, second, slots, count, scale, shift,
                 slot_count, by_slot)
}

double clade_medoid_joining_f64(const double *row, const double *nearest, size_t count,
                                double scale, double shift) {
  CLADE_DISPATCH(medoid_joining_f64, row, nearest, count, scale, shift)
}

double clade_medoid_joining_f32(const float *row, const float *nearest, size_t count, double scale,
                                double shift) {
  CLADE_DISPATCH(medoid_joining_f32, row, nearest, count, scale, shift)
}

double clade_medoid_swap_f64(const double *row, const double *nearest, const double *second,
                             const int32_t *slots, size_t count, double scale, double shift,
                             int32_t slot) {
  CLADE_DISPATCH(medoid_swap_f64, row, nearest, second, slots, count, scale, shift, slot)
}

double clade_medoid_swap_f32(const float *row, const float *nearest, const float *second,
                             const int32_t *slots, size_t count, double scale, double shift,
                             int32_t slot) {
  CLADE_DISPATCH(medoid_swap_f32, row, nearest, second, slots, count, scale, shift, slot)
}

double clade_medoid_sum_f64(const double *row, size_t count, double scale, double shift) {
  CLADE_DISPATCH(medoid_sum_f64, row, count, scale, shift)
}

double clade_medoid_sum_f32(const float *row, size_t count, double scale, double shift) {
  CLADE_DISPATCH(medoid_sum_f32, row, count, scale, shift)
}
