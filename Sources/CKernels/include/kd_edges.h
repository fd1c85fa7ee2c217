// Shortest edges between components of the rows in a kd-tree: a round of Borůvka's algorithm.
#ifndef CLADE_KD_EDGES_H
#define CLADE_KD_EDGES_H

#include "kd_tree.h"

// Locks of components.
enum { CLADE_KD_LOCKS = 1024 };

// A forest over the places of a tree. The length of an edge is the largest of the squared distance
// of its ends and of the cores of both.
struct clade_kd_forest {
  const struct clade_kd_tree *tree;
  // The rows, place after place (places × columns).
  const void *rows;
  // Each place's squared core distance (0 for the plain spanning tree), infinite where no row is,
  // and the least in each node.
  const void *cores;
  const void *node_cores;
  // Each place's component, the number of one of its places, or -1 where no row is; of as many
  // bytes as the numbers of a row. Each node's component, or -1 where its rows are in several.
  const void *components;
  const int32_t *node_components;
  // For each node whose rows are in several components, at least the longest of their shortest
  // edges.
  void *node_bounds;
  // For each component, the shortest edge out of it that was found up to now: its length, infinite
  // at first, and its ends (2 a component), the lower place first. Of several, the one whose first
  // end is lowest, then that with the lowest second end. −1 for a component that none is looked
  // for: nothing is offered to it.
  void *lengths;
  int32_t *ends;
  // CLADE_KD_LOCKS numbers, 0 at first.
  uint32_t *locks;
};

// Two nodes between whose rows edges are looked for; the same one twice for those within it.
struct clade_kd_pair {
  int32_t first, second;
};

// Offers all edges between rows of two nodes to their components, but for those that can't be the
// shortest ones. Several threads may do so at once: the result doesn't depend on which is first.
void clade_kd_edges_f64(const struct clade_kd_forest *forest, struct clade_kd_pair pair);
void clade_kd_edges_f32(const struct clade_kd_forest *forest, struct clade_kd_pair pair);

// Offers, from each of `count` places that `some` names, the shortest edge to a row of another
// component in its list, `length` a place, to its component; see kd_tree.h. Places in whose lists
// all rows are of one component become -1 in `some`.
void clade_kd_offer_lists_f64(const struct clade_kd_forest *forest, const double *distances,
                              const int32_t *places, size_t length, int32_t *some, size_t count);
void clade_kd_offer_lists_f32(const struct clade_kd_forest *forest, const float *distances,
                              const int32_t *places, size_t length, int32_t *some, size_t count);

// Offers edges between those of the places first ... end that follow each other, so that each
// component has one if this is done for all of them; `end` is a place too.
void clade_kd_offer_next_f64(const struct clade_kd_forest *forest, size_t first, size_t end);
void clade_kd_offer_next_f32(const struct clade_kd_forest *forest, size_t first, size_t end);

// Replaces a pair by the pairs of its nodes' children, the nearest first, and returns how many they
// are, at most 4; 0 where the pair can't have an edge that matters, and -1 where both are leaves.
int clade_kd_divide_f64(const struct clade_kd_forest *forest, struct clade_kd_pair pair,
                        struct clade_kd_pair *parts);
int clade_kd_divide_f32(const struct clade_kd_forest *forest, struct clade_kd_pair pair,
                        struct clade_kd_pair *parts);

#endif
