// The several nearest of packed rows, and the choice of where to look for them.
#ifndef CLADE_NEAREST_LISTS_H
#define CLADE_NEAREST_LISTS_H

#include <stddef.h>
#include <stdint.h>

// Merges packed rows (see panels.h) into lists of the nearest ones.
//
// List r has `length` pairs, `distances[r * length ...]` and `nearest[r * length ...]`, in ascending
// order of the distance (as distances.h has it) and then of the id; where there is nothing yet, infinity
// and INT32_MAX. Row i of `rows` (count × columns) has list `members[i]`, or list i where `members` is
// NULL. `ids` has `panel_count` times the panels' width entries, INT32_MAX
// where a panel holds no row. Number what is packed in the order of its values, so that ties don't
// depend on how it is cut into calls.
void clade_nearest_lists_f64(const double *rows, const int32_t *members, size_t count,
                             size_t columns, const double *panels, size_t panel_count,
                             const int32_t *ids, size_t length, double *distances,
                             int32_t *nearest);
void clade_nearest_lists_f32(const float *rows, const int32_t *members, size_t count,
                             size_t columns, const float *panels, size_t panel_count,
                             const int32_t *ids, size_t length, float *distances, int32_t *nearest);

// `places[i * length ...]` = the places of the `length` smallest of the `total` distances that begin at
// `distances[i * stride]`, in no order that means anything. Distances are compared as floats, equal ones
// by their place. `workspace` has room for `total` numbers.
void clade_smallest_distances_f64(const double *distances, size_t rows, size_t stride, size_t total,
                                  size_t length, uint64_t *workspace, int32_t *places);
void clade_smallest_distances_f32(const float *distances, size_t rows, size_t stride, size_t total,
                                  size_t length, uint64_t *workspace, int32_t *places);

#endif
