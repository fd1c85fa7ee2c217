// Maximisation: one component's weighted sums over the points that it takes part in.
#ifndef CLADE_MIXTURE_SCATTER_H
#define CLADE_MIXTURE_SCATTER_H

#include <stddef.h>
#include <stdint.h>

struct clade_mixture_entries {
  // Points in blocks as in mixture_expectation.h, and the weight of each.
  const double *points;
  const double *weights;
  size_t columns;
  // What clade_mixture_expectation wrote.
  const int32_t *blocks;
  const double *posteriors;
  // The entries of one component, `count` numbers.
  const int32_t *chosen;
  size_t count;
};

// The number of doubles of `workspace` for either function.
size_t clade_mixture_scatter_workspace(size_t columns);

// With y = (x − reference, 1) of columns + 1 entries and r = weight · posterior, adds Σ r·y·yᵀ to
// `sums`: the lower triangle, row after row, (columns + 1)·(columns + 2)/2 numbers. Its last row is
// Σ r·(x − reference) and Σ r.
void clade_mixture_scatter(const struct clade_mixture_entries *entries, const double *reference,
                           double *workspace, double *sums);

// Adds Σ r·(x − reference)² of each column, Σ r·(x − reference) of each column, and Σ r to `sums`:
// 2·columns + 1 numbers.
void clade_mixture_scatter_diagonal(const struct clade_mixture_entries *entries,
                                    const double *reference, double *workspace, double *sums);

#endif
