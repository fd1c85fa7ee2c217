#include "include/mixture_expectation.h"

#include "include/elementary.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

// Eight numbers at a time in every variant: the compiler cuts them into the machine's vectors.
typedef double lanes __attribute__((ext_vector_type(8)));
typedef long lane_mask __attribute__((ext_vector_type(8)));
#define LANES 8
#define BLOCK CLADE_MIXTURE_BLOCK
#define VECTORS (BLOCK / LANES)
#define SPLAT(x) ((lanes)(x))

size_t clade_mixture_expectation_workspace(size_t columns, size_t components) {
  return BLOCK * (columns + components + 1) + components;
}

#define CLADE_TEMPLATE "mixture_expectation_template.h"
#include "variants.h"

size_t clade_mixture_expectation(const struct clade_mixture *mixture, const double *points,
                                 size_t blocks, int32_t *hints, double *workspace,
                                 const struct clade_mixture_output *output) {
  CLADE_DISPATCH(expectation, mixture, points, blocks, hints, workspace, output);
}
