#include "include/neighbor_lists.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define CLADE_TEMPLATE "neighbor_lists_template.h"

#include "both_types.h"

void clade_neighbor_lists_f64(const double *distances, size_t stride, size_t rows,
                              int32_t first_row, size_t places, int32_t first_place,
                              const int32_t *numbers, size_t length, int itself, double *row_limits,
                              double *row_distances, int32_t *row_ids, double *place_limits,
                              double *place_distances, int32_t *place_ids) {
  CLADE_DISPATCH(neighbor_lists_f64, distances, stride, rows, first_row, places, first_place,
                 numbers, length, itself, row_limits, row_distances, row_ids, place_limits, place_distances,
                 place_ids)
}

void clade_neighbor_lists_f32(const float *distances, size_t stride, size_t rows, int32_t first_row,
                              size_t places, int32_t first_place, const int32_t *numbers,
                              size_t length, int itself, float *row_limits, float *row_distances, int32_t *row_ids,
                              float *place_limits, float *place_distances, int32_t *place_ids) {
  CLADE_DISPATCH(neighbor_lists_f32, distances, stride, rows, first_row, places, first_place,
                 numbers, length, itself, row_limits, row_distances, row_ids, place_limits, place_distances,
                 place_ids)
}

size_t clade_within_limit_f64(const double *distances, size_t places, double limit,
                              int32_t *found) {
  CLADE_DISPATCH(within_limit_f64, distances, places, limit, found)
}

size_t clade_within_limit_f32(const float *distances, size_t places, float limit, int32_t *found) {
  CLADE_DISPATCH(within_limit_f32, distances, places, limit, found)
}
