// Squared Euclidean distances.
//
// A distance is the sum of (x_j − y_j)² over the columns j = 0, 1, ... in this order, each added by a
// fused multiply-add: the same bits in every variant. The differences are squared as they are;
// |x|² − 2·x·y + |y|² would save the subtraction, but loses all digits for near points.
#ifndef CLADE_DISTANCES_H
#define CLADE_DISTANCES_H

#include <stddef.h>
#include <stdint.h>

// `distances[i * stride + j]` = squared distance of row i (of `count`) from packed row j (see
// panels.h); `stride` is at least `panel_count` times the panels' width, all of which is written.
void clade_squared_distances_f64(const double *rows, size_t count, size_t columns,
                                 const double *panels, size_t panel_count, double *distances,
                                 size_t stride);
void clade_squared_distances_f32(const float *rows, size_t count, size_t columns,
                                 const float *panels, size_t panel_count, float *distances,
                                 size_t stride);

// `distances[i]` = squared distance of row i from row `labels[i]` of `centers`, in double precision.
void clade_distances_from_own_f64(const double *rows, size_t count, size_t columns,
                                  const double *centers, const int32_t *labels, double *distances);
void clade_distances_from_own_f32(const float *rows, size_t count, size_t columns,
                                  const float *centers, const int32_t *labels, double *distances);

#endif
