// Which points can be the nearest of all to some place in a box.
#ifndef CLADE_BOX_CANDIDATES_H
#define CLADE_BOX_CANDIDATES_H

#include <stddef.h>
#include <stdint.h>

// Copies those of `count` points whose least distance from the box isn't above the smallest of all
// greatest distances, in their order, and returns how many they are.
//
// Column j of point i is `points[j * stride + i]`, and of a copied one `kept[j * stride + i]`; `places`
// are numbers that go with the points. The box is `lower` ... `upper` (columns). Squared distances are
// compared, and a point is left out only when its own is more than `factor` times the other plus
// `tiny`. `squares` has room for `stride` numbers, a multiple of 8, and so have the points: those from
// `count` on are infinite, also in what is copied.
size_t clade_box_candidates(const double *points, const int32_t *places, size_t count,
                            size_t stride, size_t columns, const double *lower,
                            const double *upper, double factor, double tiny, double *squares,
                            double *kept, int32_t *kept_places);

#endif
