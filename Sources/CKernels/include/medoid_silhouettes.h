// What becomes of the sum of a / b, the dissimilarities of each item from the nearest and the second
// nearest of k medoids, when an item joins these, and one of them may leave.
//
// Quotients x are rounded to (x + shift) − shift, a multiple of a unit that `shift` chooses, so that all
// sums of `count` of them are exact; a quotient of 0 is 0 whatever it is divided by.
#ifndef CLADE_MEDOID_SILHOUETTES_H
#define CLADE_MEDOID_SILHOUETTES_H

#include <stddef.h>
#include <stdint.h>

// The copies of each medoid's sum that are added to.
enum { CLADE_SILHOUETTE_COPIES = 2 };

// What is known of each item: `count` entries each.
struct clade_medoid_triples {
  // The dissimilarities from the three nearest medoids, `double` or `float`; infinite where there is no
  // third.
  const void *first, *second, *third;
  // The rounded quotients of the first two, of the first and the third, and of the last two.
  const double *without_third, *without_second, *without_first;
  // The numbers of the nearest and of the second nearest medoid, 0..<slot_count.
  const int32_t *first_slots, *second_slots;
};

// What a candidate changes, in the manner of clade_medoid_gains: returned is the change where no medoid
// leaves, and to the copies c of each medoid's sum, by_slot[c * slot_count + slot], is added what its
// removal then changes on top of that and of what it changes without the candidate.
double clade_medoid_silhouette_gains_f64(const double *row,
                                         const struct clade_medoid_triples *items, size_t first,
                                         size_t count, double shift, size_t slot_count,
                                         double *by_slot);
double clade_medoid_silhouette_gains_f32(const float *row, const struct clade_medoid_triples *items,
                                         size_t first, size_t count, double shift,
                                         size_t slot_count, double *by_slot);

#endif
