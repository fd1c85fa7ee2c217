// The row of a kd-tree that is reached first of those that are left: a step of Prim's algorithm.
#ifndef CLADE_KD_FRONTIER_H
#define CLADE_KD_FRONTIER_H

#include "kd_tree.h"

// What is left of a tree. Each place has the rank of the row that is next there, and each node the
// least rank in it; CLADE_KD_NOWHERE where no row is left.
struct clade_kd_frontier {
  const struct clade_kd_tree *tree;
  const int32_t *ranks;
  const int32_t *node_ranks;
};

// Of the places that are left, that with the least `value`, which is the larger one of `floor` and
// the squared distance from `box`, a point being a box whose corners are equal; of several, the one
// with the least rank. CLADE_KD_NOWHERE where no value is at most `limit`.
int32_t clade_kd_next_f64(const struct clade_kd_frontier *frontier, const double *box, double floor,
                          double limit, double *value);
int32_t clade_kd_next_f32(const struct clade_kd_frontier *frontier, const float *box, float floor,
                          float limit, float *value);

// The same but for the rank: any of several. It is found faster where many are as near as `floor`.
int32_t clade_kd_any_next_f64(const struct clade_kd_frontier *frontier, const double *box,
                              double floor, double limit, double *value);
int32_t clade_kd_any_next_f32(const struct clade_kd_frontier *frontier, const float *box, float floor,
                              float limit, float *value);

#endif
