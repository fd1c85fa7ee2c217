// A kd-tree over packed rows: how it is laid out, how it is built, and what is looked up in it.
#ifndef CLADE_KD_TREE_H
#define CLADE_KD_TREE_H

#include <stddef.h>
#include <stdint.h>

// Nodes are numbered in preorder: the first child of node i is i + 1, the second one `second[i]`,
// which is 0 for a leaf. The rows of node i fill the panels (see panels.h) `first_panel[i]` to
// before `end_panel[i]`; each leaf begins with a panel of its own, the last of which it may not
// fill. What is missing there is infinite. A row's place is its panel times the panels' width plus
// its lane. No two rows are equal.
//
// `boxes` holds the least box around the rows of each node: its lower corner, then its upper one.
// The squared distance of two boxes is computed in the same order of the same operations as that of
// two rows (see distances.h), so that it is never above that of any of their rows, to the last bit.
struct clade_kd_tree {
  size_t columns;
  const int32_t *second;
  const int32_t *first_panel;
  const int32_t *end_panel;
  const void *boxes;
  const void *panels;
};

enum {
  // The most rows in a leaf, and the most that are looked up together.
  CLADE_KD_LEAF = 32,
  // The most levels of a tree.
  CLADE_KD_DEPTH = 512,
  // A place where a list has nothing yet.
  CLADE_KD_NOWHERE = INT32_MAX,
  // The numbers that a split counts in.
  CLADE_KD_COUNTS = 2048
};

// `box` (2 × columns) = the lower and the upper corner of `count` rows, at least one.
void clade_kd_box_f64(const double *rows, size_t count, size_t columns, double *box);
void clade_kd_box_f32(const float *rows, size_t count, size_t columns, float *box);

// Splits rows by their numbers in `column`, which lie in `lower`...`upper`, two different ones:
// below the one of rank `rank` (0 < rank < count), or else up to it, whichever is nearer to `rank`
// rows and leaves some on both sides. Both sides are written to `to`, the lower one first, each in
// the order in which its rows came, and their numbers `ids` to `to_ids`. Returns the number of rows
// on the lower side, which depends on the numbers only, not on the order of the rows.
size_t clade_kd_split_f64(const double *rows, const int32_t *ids, size_t count, size_t columns,
                          size_t column, double lower, double upper, size_t rank, double *to,
                          int32_t *to_ids);
size_t clade_kd_split_f32(const float *rows, const int32_t *ids, size_t count, size_t columns,
                          size_t column, float lower, float upper, size_t rank, float *to,
                          int32_t *to_ids);

// The `length` nearest rows of each of `count` queries, at most CLADE_KD_LEAF of them, with the box
// around them; they had better be near each other.
//
// List i begins at `distances[i * length]` and `places[i * length]`: squared distances in ascending
// order and the places of the rows, those at the same distance in the order of their values, first
// column first. Where the tree has fewer rows, infinity and CLADE_KD_NOWHERE.
void clade_kd_nearest_f64(const struct clade_kd_tree *tree, const double *queries,
                          const double *box, size_t count, size_t length, double *distances, int32_t *places);
void clade_kd_nearest_f32(const struct clade_kd_tree *tree, const float *queries, const float *box,
                          size_t count, size_t length, float *distances, int32_t *places);

// The rows whose squared distance from `query` is at most `limit`: returns how many there are, and
// writes the first `capacity` of them, their squared distances and their places, in the order of
// the places.
size_t clade_kd_within_f64(const struct clade_kd_tree *tree, const double *query, double limit,
                           size_t capacity, double *distances, int32_t *places);
size_t clade_kd_within_f32(const struct clade_kd_tree *tree, const float *query, float limit,
                           size_t capacity, float *distances, int32_t *places);

// The places whose squared distance from `query` is at least `lower` and at most `upper`: as
// clade_kd_within. The rows that are nearer than `lower` are counted only (`nearer`); the rows of
// place p are those from starts[p] to before starts[p + 1].
size_t clade_kd_between_f64(const struct clade_kd_tree *tree, const int32_t *starts,
                            const double *query, double lower, double upper, size_t capacity,
                            double *distances, int32_t *places, size_t *nearer);
size_t clade_kd_between_f32(const struct clade_kd_tree *tree, const int32_t *starts,
                            const float *query, float lower, float upper, size_t capacity,
                            float *distances, int32_t *places, size_t *nearer);

#endif
