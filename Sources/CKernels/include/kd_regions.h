// What DBSCAN asks of a kd-tree: where rows are dense, and which dense regions touch.
#ifndef CLADE_KD_REGIONS_H
#define CLADE_KD_REGIONS_H

#include "kd_tree.h"

// Whether at least `wanted` rows, one or more, have a squared distance of at most `limit` from a
// point, which is given as a box whose corners are equal. The rows of place p are those from
// starts[p] to before starts[p + 1].
int clade_kd_is_dense_f64(const struct clade_kd_tree *tree, const int32_t *starts,
                          const double *box, double limit, size_t wanted);
int clade_kd_is_dense_f32(const struct clade_kd_tree *tree, const int32_t *starts,
                          const float *box, float limit, size_t wanted);

// The nodes after node `own` that `marks` marks and that aren't within another marked one, and
// whose squared distance from node `own` is at most `limit`: returns how many there are, and writes
// the first `capacity` of them in ascending order.
size_t clade_kd_marked_f64(const struct clade_kd_tree *tree, const uint8_t *marks, int32_t own,
                           double limit, size_t capacity, int32_t *nodes);
size_t clade_kd_marked_f32(const struct clade_kd_tree *tree, const uint8_t *marks, int32_t own,
                           float limit, size_t capacity, int32_t *nodes);

// Whether any row of node a has a squared distance of at most `limit`, a finite one, from any of
// node b. Rows and boxes may be infinitely far: those are left out.
int clade_kd_touch_f64(const struct clade_kd_tree *tree, int32_t a, int32_t b, double limit);
int clade_kd_touch_f32(const struct clade_kd_tree *tree, int32_t a, int32_t b, float limit);

#endif
