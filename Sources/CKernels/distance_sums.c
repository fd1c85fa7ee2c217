#include "include/distance_sums.h"

#pragma STDC FP_CONTRACT OFF

#define CLADE_TEMPLATE "distance_sums_template.h"
#include "variants.h"

void clade_distance_sums(const double *block, const double *points, size_t dimensions,
                         const size_t *starts, size_t clusters, double *sums) {
  CLADE_DISPATCH(distance_sums, block, points, dimensions, starts, clusters, sums);
}

void clade_distance_extremes(const double *block, const double *points, size_t dimensions,
                             const size_t *starts, size_t clusters, double *smallest,
                             double *largest) {
  CLADE_DISPATCH(distance_extremes, block, points, dimensions, starts, clusters, smallest,
                 largest);
}
