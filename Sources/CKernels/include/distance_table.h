// Distances between clusters in a square table, while clusters are joined.
//
// A row holds the distances of one cluster from those in all slots, infinite for itself and for
// slots without a cluster; rows are whole vectors long.
#ifndef CLADE_DISTANCE_TABLE_H
#define CLADE_DISTANCE_TABLE_H

#include <stddef.h>
#include <stdint.h>

// How the distance of a cluster of size s from one that two were joined to follows from its
// distances a, b from the two.
enum clade_table_rule {
  // max(a, b).
  CLADE_TABLE_LARGEST,
  // first_factor · a + second_factor · b + term, and not below 0.
  CLADE_TABLE_LINEAR,
  // ((s + first_factor) · a + (s + second_factor) · b − s · term) / (s + first_factor +
  // second_factor), and not below 0.
  CLADE_TABLE_WARD
};

// Two slots whose clusters are joined: the new one stands in the first.
struct clade_table_join {
  int32_t first, second;
  double first_factor, second_factor, term;
};

// The place of the least of `count` numbers, a multiple of 8: the distances of the cluster called
// `name` from those called `names`. Of several, one that follows from the names.
size_t clade_table_nearest(const double *row, size_t count, const int32_t *names, int32_t name);

// The first of the least of `count` numbers, a multiple of 8.
size_t clade_table_least(const double *row, size_t count);

// Takes the distances of the cluster called `name` in `slot` from those in `count` lower slots (a
// multiple of 8) to their least distances so far, and to whom these are.
void clade_table_lower(const double *row, size_t count, int32_t slot, int32_t name,
                       const int32_t *names, double *least, int32_t *nearest,
                       const int32_t *all_names);

// `first` = the distances of the cluster of a join from `count` clusters (a multiple of 8) of some
// sizes, of those of its two parts.
void clade_table_join_rows(enum clade_table_rule rule, const struct clade_table_join *join,
                           double *first, const double *second, const double *sizes, size_t count);

// Puts the distances of a cluster of some size from those of `count` joins into its row, and makes
// those from their second parts infinite.
void clade_table_join_columns(enum clade_table_rule rule, const struct clade_table_join *joins,
                              size_t count, double size, double *row);

// Moves the numbers in some places, ascending ones, to the front.
void clade_table_pack(const int32_t *places, size_t count, double *row);

// `count` square roots.
void clade_table_roots(double *row, size_t count);

#endif
