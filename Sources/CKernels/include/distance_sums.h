// Distances from a block of points to all points, summed or compared cluster by cluster.
//
// The points are sorted so that each cluster is contiguous: cluster c holds the rows
// starts[c] ..< starts[c + 1]. `block` holds CLADE_DISTANCE_LANES points, one a lane: the value in
// dimension j of the point in lane l is block[j * CLADE_DISTANCE_LANES + l].
#ifndef CLADE_DISTANCE_SUMS_H
#define CLADE_DISTANCE_SUMS_H

#include <stddef.h>

// The number of points in a block.
#define CLADE_DISTANCE_LANES 32

// Writes, for each of `clusters` clusters and each lane, the sum of the Euclidean distances from the
// lane's point to the cluster's points: sums[c * CLADE_DISTANCE_LANES + l].
void clade_distance_sums(const double *block, const double *points, size_t dimensions,
                         const size_t *starts, size_t clusters, double *sums);

// Writes, for each of `clusters` clusters and each lane, the smallest and the largest squared
// Euclidean distance from the lane's point to the cluster's points. No cluster may be empty.
void clade_distance_extremes(const double *block, const double *points, size_t dimensions,
                             const size_t *starts, size_t clusters, double *smallest,
                             double *largest);

#endif
