#include "include/ward_nearest.h"

#include "cluster_ties.h"
#include "include/kd_tree.h"
#include "kd_masks.h"
#include "variants_names.h"

#pragma STDC FP_CONTRACT OFF

typedef double clade_ward_vector __attribute__((vector_size(64), aligned(8)));

// What bounds are wider by than any rounding on the way to a distance.
#define CLADE_WARD_SLACK (1 + 0x1p-40)
// Farther than any cluster, and less than infinity, as which a place without a cluster is far.
#define CLADE_WARD_FAR 0x1p1000

#define CLADE_TEMPLATE "ward_nearest_template.h"
#include "variants.h"

void clade_ward_nearest(const struct clade_ward_tree *tree, const double *centroids,
                        const double *halves, const int32_t *names, size_t count,
                        double *distances, int32_t *nearest) {
  CLADE_DISPATCH(ward_nearest, tree, centroids, halves, names, count, distances, nearest)
}
