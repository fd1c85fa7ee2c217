// Nearest clusters by Ward's criterion, over a kd-tree of their centroids.
//
// The distance of two clusters of sizes v, w with centroids x, y is 2vw / (v + w) · |x − y|², which
// is |x − y|² / (h + g) for h = 1 / 2v and g = 1 / 2w: the squared distance of two rows.
#ifndef CLADE_WARD_NEAREST_H
#define CLADE_WARD_NEAREST_H

#include <stddef.h>
#include <stdint.h>

// Nodes, panels and places are those of kd_tree.h, but that a panel may have places without a
// cluster anywhere: such a place is infinite and its name −1.
struct clade_ward_tree {
  size_t columns;
  const int32_t *second;
  const int32_t *first_panel;
  const int32_t *end_panel;
  const double *boxes;
  const double *panels;
  // 1 / 2w of the cluster at each place, 0 where there is none, and the largest in each node.
  const double *halves;
  const double *node_halves;
  // What the cluster at each place is called: a number from 0 on.
  const int32_t *names;
};

// The most clusters that are looked up together.
enum { CLADE_WARD_GROUP = 32 };

// The distance of the nearest other cluster of each of `count` clusters, at most CLADE_WARD_GROUP,
// and its name; of those at the same distance one that follows from the names. They had better be
// near each other. Distances and names are those of clusters that may be nearest at first, or
// infinite and -1; where there is no other, the name stays -1.
void clade_ward_nearest(const struct clade_ward_tree *tree, const double *centroids,
                        const double *halves, const int32_t *names, size_t count,
                        double *distances, int32_t *nearest);

#endif
