// Expectation: how probable each component of a Gaussian mixture makes each point.
//
// Points come in blocks of CLADE_MIXTURE_BLOCK, each block transposed: column after column, the
// points of the block side by side, so that vector lanes run across points. With precision factor P
// (lower triangular, covariance⁻¹ = Pᵀ·P) the log-density of component j at x is
//   constants[j] − ½·‖P·(x − mean)‖².
#ifndef CLADE_MIXTURE_EXPECTATION_H
#define CLADE_MIXTURE_EXPECTATION_H

#include <stddef.h>
#include <stdint.h>

// The points of a block.
#define CLADE_MIXTURE_BLOCK 32

// A component whose log-density lies further than this below the largest one at a point is taken
// for impossible there: exp(−40) of the whole is less than half a unit in the last place of 1.
#define CLADE_MIXTURE_NEGLIGIBLE 40.0

struct clade_mixture {
  size_t components;
  size_t columns;
  // Whether the factors are diagonal: `columns` numbers per component. Otherwise a factor is packed
  // in groups of 4 rows: for each column up to the group's last diagonal entry the 4 entries of the
  // group's rows, 0 above the diagonal and below the last row.
  int diagonal;
  // From one component's factor to the next; 0 when all share one.
  size_t factor_stride;
  const double *means;
  const double *factors;
  // log(weight) + log|P| − ½·columns·log 2π.
  const double *constants;
};

// What a pass writes; every pointer may be NULL but `log_densities`.
struct clade_mixture_output {
  // Per point: the log of the mixture's density.
  double *log_densities;
  // Per point: the component with the largest posterior, the first of equals, and that posterior.
  int32_t *labels;
  double *posteriors;
  // One entry per block and component that isn't negligible at all of its points: the component, the
  // block, and the CLADE_MIXTURE_BLOCK posteriors. Up to blocks · components entries.
  int32_t *entry_components;
  int32_t *entry_blocks;
  double *entry_posteriors;
};

// The number of doubles of `workspace`.
size_t clade_mixture_expectation_workspace(size_t columns, size_t components);

// Writes `output` for `blocks` blocks of points and returns the number of entries. `hints` has a
// component per block to try first, and is updated; it changes the speed only. What is computed for
// a point doesn't depend on the other points of its block. `points`, `workspace` and the arrays of
// `output` with an entry per point are aligned to 64 bytes.
size_t clade_mixture_expectation(const struct clade_mixture *mixture, const double *points,
                                 size_t blocks, int32_t *hints, double *workspace,
                                 const struct clade_mixture_output *output);

#endif
