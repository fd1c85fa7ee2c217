// What becomes of the summed dissimilarity from the nearest of k medoids when an item joins these, and
// one of them may leave.
//
// Every dissimilarity x is rounded to (x · scale + shift) − shift first, a multiple of a unit that
// `shift` chooses. It has to be so large that all sums of `count` of these numbers are exact: then no
// result depends on the order of the items.
#ifndef CLADE_MEDOID_SWAPS_H
#define CLADE_MEDOID_SWAPS_H

#include <stddef.h>
#include <stdint.h>

// The copies of each medoid's sum that clade_medoid_gains adds to.
enum { CLADE_MEDOID_COPIES = 4 };

// What a candidate changes.
//
// `row` has the candidate's dissimilarities from all items, `nearest` and `second` those of each item
// from its two nearest medoids, and `slots` the number of the nearest, 0..<slot_count. The change from
// items that are nearer to the candidate than to any medoid is returned. By how much the removal of a
// medoid then costs less than it does without the candidate, a number of at most 0, is the sum of
// by_slot[c * slot_count + slot] over the copies c; it is added to what is there.
//
// `row` may have squared dissimilarities (`squared` not 0). What isn't below `limits` is passed over
// unseen: `second` itself, or numbers that no smaller square is at or above.
double clade_medoid_gains_f64(const double *row, const double *limits, int squared,
                              const double *nearest, const double *second, const int32_t *slots,
                              size_t count, double scale, double shift,
                              size_t slot_count, double *by_slot);
double clade_medoid_gains_f32(const float *row, const float *limits, int squared,
                              const float *nearest, const float *second, const int32_t *slots,
                              size_t count, double scale, double shift,
                              size_t slot_count, double *by_slot);

// The first part of this alone: the change when a candidate joins and no medoid leaves.
double clade_medoid_joining_f64(const double *row, const double *nearest, size_t count,
                                double scale, double shift);
double clade_medoid_joining_f32(const float *row, const float *nearest, size_t count, double scale,
                                double shift);

// The change when a candidate takes the place of one medoid.
double clade_medoid_swap_f64(const double *row, const double *nearest, const double *second,
                             const int32_t *slots, size_t count, double scale, double shift,
                             int32_t slot);
double clade_medoid_swap_f32(const float *row, const float *nearest, const float *second,
                             const int32_t *slots, size_t count, double scale, double shift,
                             int32_t slot);

// The sum of `count` rounded numbers.
double clade_medoid_sum_f64(const double *row, size_t count, double scale, double shift);
double clade_medoid_sum_f32(const float *row, size_t count, double scale, double shift);

#endif
