#include "include/mixture_scatter.h"

#include "include/mixture_expectation.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

// Eight numbers at a time in every variant: the compiler cuts them into the machine's vectors.
typedef double lanes __attribute__((ext_vector_type(8)));
typedef double half_lanes __attribute__((ext_vector_type(4)));
typedef double quarter_lanes __attribute__((ext_vector_type(2)));
#define LANES 8
#define BLOCK CLADE_MIXTURE_BLOCK
#define VECTORS (BLOCK / LANES)
#define SPLAT(x) ((lanes)(x))

// The points whose products are summed in registers before they are added to the sums.
#define GATHERED 128

static size_t padded_rows(size_t columns) { return (columns + 4) / 4 * 4; }

size_t clade_mixture_scatter_workspace(size_t columns) {
  const size_t full = padded_rows(columns) * GATHERED;
  const size_t diagonal = (2 * columns + 1) * LANES;
  return full > diagonal ? full : diagonal;
}

#define CLADE_TEMPLATE "mixture_scatter_template.h"
#include "variants.h"

void clade_mixture_scatter(const struct clade_mixture_entries *entries, const double *reference,
                           double *workspace, double *sums) {
  CLADE_DISPATCH(scatter, entries, reference, workspace, sums);
}

void clade_mixture_scatter_diagonal(const struct clade_mixture_entries *entries,
                                    const double *reference, double *workspace, double *sums) {
  CLADE_DISPATCH(scatter_diagonal, entries, reference, workspace, sums);
}
