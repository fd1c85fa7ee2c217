// Dynamic time warping: the least sum of the differences of paired numbers of two series, where pairs go
// on along one series, the other, or both.
//
// A lane of a vector is a series of a panel (see panels.h); the tables of sums are gone through a few
// rows at a time, each a column behind the one above, so that none waits for another. Each sum is that of
// its own pair and the least of the three before it: the same for x, y as for y, x, and in every variant.
#ifndef CLADE_WARPING_H
#define CLADE_WARPING_H

#include <stddef.h>

// `distances[i * stride + j]` = the least sum between row i (of `count`) and packed row j; `stride` is at
// least `panel_count` times the panels' width, all of which is written.
//
// Pairs are no more than `window` columns apart. What is summed is |x − y| if `absolute`, else (x − y)².
// Where every sum through a row of a panel's tables is greater than `limit`, the distances from that panel
// are infinite instead. `space` has room for `columns` × 64 bytes.
void clade_warping_f64(int absolute, size_t window, double limit, const double *rows, size_t count,
                       size_t columns, const double *panels, size_t panel_count, double *space,
                       double *distances, size_t stride);
void clade_warping_f32(int absolute, size_t window, float limit, const float *rows, size_t count,
                       size_t columns, const float *panels, size_t panel_count, float *space,
                       float *distances, size_t stride);

#endif
