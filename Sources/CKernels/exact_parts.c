#include "include/exact_parts.h"

#pragma STDC FP_CONTRACT OFF

#define CLADE_TEMPLATE "exact_parts_template.h"
#include "variants.h"

double clade_largest_magnitude(const double *terms, size_t count) {
  CLADE_DISPATCH(largest_magnitude, terms, count);
}

bool clade_exact_parts(const double *terms, size_t count, double coarse, double fine,
                       int64_t *coarse_sum, int64_t *fine_sum) {
  CLADE_DISPATCH(exact_parts, terms, count, coarse, fine, coarse_sum, fine_sum);
}
