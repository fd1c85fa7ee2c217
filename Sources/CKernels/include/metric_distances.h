// Distances of other kinds than squared Euclidean ones (see distances.h).
//
// A distance is made of one term a column, in the order of the columns, and every term is the same
// for x, y as for y, x: so is the distance, in every bit and in every variant.
#ifndef CLADE_METRIC_DISTANCES_H
#define CLADE_METRIC_DISTANCES_H

#include <stddef.h>
#include <stdint.h>

enum clade_metric_form {
  // The sum of |x − y|.
  CLADE_METRIC_ABSOLUTES,
  // The largest |x − y|.
  CLADE_METRIC_LARGEST,
  // The sum of |x − y|^power.
  CLADE_METRIC_POWERS,
  // The sum of |x − y| / (|x| + |y|), where that isn't 0 / 0.
  CLADE_METRIC_CANBERRA,
  // The sum of |x − y| divided by the sum of |x + y|; 0 for 0 / 0.
  CLADE_METRIC_BRAY_CURTIS,
  // The number of columns in which x and y differ.
  CLADE_METRIC_DIFFERING,
  // Of the columns in which x or y isn't 0, the part in which one of them is; 0 for 0 / 0.
  CLADE_METRIC_JACCARD,
  // As before, with columns in which neither is 0 counted twice; 0 for 0 / 0.
  CLADE_METRIC_DICE,
  // The mean of |x − y|, in categories of x ≠ y, over the columns in which neither is NaN; 1 where
  // there is none.
  CLADE_METRIC_GOWER
};

// `distances[i * stride + j]` = distance of row i (of `count`) from packed row j (see panels.h);
// `stride` is at least `panel_count` times the panels' width, all of which is written. `power` is used
// by powers only; `categories`, by Gower's only, holds for each column whether it is one.
void clade_metric_distances_f64(enum clade_metric_form form, double power,
                                const uint8_t *categories, const double *rows, size_t count,
                                size_t columns, const double *panels, size_t panel_count,
                                double *distances, size_t stride);
void clade_metric_distances_f32(enum clade_metric_form form, double power,
                                const uint8_t *categories, const float *rows, size_t count,
                                size_t columns, const float *panels, size_t panel_count,
                                float *distances, size_t stride);

#endif
