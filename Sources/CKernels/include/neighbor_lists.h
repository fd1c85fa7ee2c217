// Lists of the nearest rows, from distances that were computed before.
//
// A list holds the `length` nearest rows so far in ascending order of the distance, and of rows at the
// same distance in that of their numbers, each once: it depends on which rows were offered, not on their
// order.
// Before the first row all its distances are infinite and its numbers INT32_MAX. What isn't a number
// counts as infinity.
#ifndef CLADE_NEIGHBOR_LISTS_H
#define CLADE_NEIGHBOR_LISTS_H

#include <stddef.h>
#include <stdint.h>

// Offers rows to lists: `distances[i * stride + j]` is that of row `first_row + i`, of `rows`, from row
// `first_place + j`, of `places`, or where `numbers` isn't NULL from row `numbers[j]`.
//
// The i-th list of `row_distances` and `row_ids` is offered all places, and the j-th one of
// `place_distances` and `place_ids`, where these aren't NULL, all rows. A row is offered to its own
// list only where `itself` isn't 0. `row_limits` and `place_limits` hold the last distance of each list,
// and are kept.
void clade_neighbor_lists_f64(const double *distances, size_t stride, size_t rows,
                              int32_t first_row, size_t places, int32_t first_place,
                              const int32_t *numbers, size_t length, int itself, double *row_limits,
                              double *row_distances, int32_t *row_ids, double *place_limits,
                              double *place_distances, int32_t *place_ids);
void clade_neighbor_lists_f32(const float *distances, size_t stride, size_t rows, int32_t first_row,
                              size_t places, int32_t first_place, const int32_t *numbers,
                              size_t length, int itself, float *row_limits, float *row_distances, int32_t *row_ids,
                              float *place_limits, float *place_distances, int32_t *place_ids);

// Writes the places of the distances that are at most `limit`, in ascending order, and returns their
// number; `found` has room for all.
size_t clade_within_limit_f64(const double *distances, size_t places, double limit, int32_t *found);
size_t clade_within_limit_f32(const float *distances, size_t places, float limit, int32_t *found);

#endif
