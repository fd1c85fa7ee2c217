// Which points of a block lie near another point.
//
// A block holds `count` points, column after column: the value in column j of point i is
// columns[j * stride + i]. A squared Euclidean distance is the sum over the columns in their order,
// each step fused: the same bits in every variant. Up to CLADE_REGION_PADDING numbers after a block's
// last point have to be readable.
#ifndef CLADE_REGION_H
#define CLADE_REGION_H

#include <stddef.h>
#include <stdint.h>

#define CLADE_REGION_PADDING 16

// Points, column after column.
struct clade_block_f64 {
  const double *columns;
  size_t stride;
  size_t count;
  size_t dimensions;
};

struct clade_block_f32 {
  const float *columns;
  size_t stride;
  size_t count;
  size_t dimensions;
};

// The number of the block's points whose squared distance from `point` is at most `limit`.
size_t clade_count_within_f64(struct clade_block_f64 block, const double *point, double limit);
size_t clade_count_within_f32(struct clade_block_f32 block, const float *point, float limit);

// Writes the squared distances of the block's points from `point` (count).
void clade_block_distances_f64(struct clade_block_f64 block, const double *point, double *squares);
void clade_block_distances_f32(struct clade_block_f32 block, const float *point, float *squares);

#endif
