// What cutting rows by a plane takes: their coordinates along a direction, and sums of rows.
//
// Of every sum the terms are added one after the other, a coordinate's by column and a column's by
// member, and products are rounded before they are added; so every variant gives the same bits.
#ifndef CLADE_PLANE_CUT_H
#define CLADE_PLANE_CUT_H

#include <stddef.h>
#include <stdint.h>

// Some of the rows of a matrix, in an order.
struct clade_members {
  const double *rows;
  size_t columns;
  // Which rows.
  const int32_t *places;
  size_t count;
};

// Writes the coordinate of each member along `direction`, measured from `origin`.
void clade_project(const struct clade_members *members, const double *origin,
                   const double *direction, double *coordinates);

// Adds to sums[c], for each member i in turn, factors[i] times what its value in column c is above
// that of `origin`.
void clade_add_scaled(const struct clade_members *members, const double *factors,
                      const double *origin, double *sums);

#endif
