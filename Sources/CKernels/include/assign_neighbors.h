// Each row's nearest center where its nearest center of the pass before is known: the same labels as
// assign.h, but a row is compared only with the centers around that one.
//
// Of a row at the distance u from a center, every center that is farther than 2·u from that center is
// farther than u. So each center has the list of all centers, the nearest first, and a row goes
// down its own center's list as far as 2·u: the ball of "Fast k-means with accurate bounds" (Newling and
// Fleuret, 2016) without its bounds. Rows are brought together by center and by how far they have to go, and
// lanes run across them.
#ifndef CLADE_ASSIGN_NEIGHBORS_H
#define CLADE_ASSIGN_NEIGHBORS_H

#include <stddef.h>
#include <stdint.h>

enum {
  // Centers of a list that are compared together.
  CLADE_NEIGHBOR_BLOCK = 8,
  // Radii of a center by which its rows are brought together.
  CLADE_NEIGHBOR_RADII = 8,
  CLADE_NEIGHBOR_MOST_COLUMNS = 16,
  CLADE_NEIGHBOR_MOST_CENTERS = 4096
};

// Centers in the order in which the first of several nearest is taken. `stride` is their number, rounded up
// to a multiple of CLADE_NEIGHBOR_BLOCK.
struct clade_neighbors {
  size_t count;
  size_t stride;
  size_t columns;
  // count × columns.
  const void *centers;
  // The places of all centers by their distance from each, about (count × stride); what fills up the last
  // block is among them.
  const uint16_t *lists;
  // The least squared distance of any center of a block, or of those after it, from the list's own center
  // (count × stride / CLADE_NEIGHBOR_BLOCK).
  const void *least;
  // Squared distances up to which a row need go down the list by no more than 1, 2, 4 … blocks (count ×
  // CLADE_NEIGHBOR_RADII).
  const void *radii;
};

// Fills the list of the center at `place`, and its parts of `least` and `radii`. `transposed` has the
// centers column by column (columns × count); `squares` and `buckets` have room for `count`.
void clade_list_neighbors_f64(const double *transposed, size_t count, size_t columns, size_t place,
                              double *squares, uint16_t *buckets, uint16_t *list, double *least,
                              double *radii);
void clade_list_neighbors_f32(const float *transposed, size_t count, size_t columns, size_t place,
                              float *squares, uint16_t *buckets, uint16_t *list, float *least,
                              float *radii);

// The bytes of workspace for so many rows.
size_t clade_neighbors_workspace(size_t count, size_t centers);

// Writes the numbers `ids` of the centers nearest to `count` rows, of equally near ones the first. `places`
// has the places of the numbers, and `before` a number for each row. Returns how many distances were
// computed, those of unused lanes included.
size_t clade_assign_neighbors_f64(const double *rows, size_t count,
                                  const struct clade_neighbors *neighbors, const int32_t *ids,
                                  const int32_t *places, const int32_t *before, void *workspace,
                                  int32_t *after);
size_t clade_assign_neighbors_f32(const float *rows, size_t count,
                                  const struct clade_neighbors *neighbors, const int32_t *ids,
                                  const int32_t *places, const int32_t *before, void *workspace,
                                  int32_t *after);

#endif
