#include "include/accumulate.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

static inline int64_t clade_bits(double x) {
  int64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

#define CLADE_TEMPLATE "accumulate_template.h"

#define CLADE_SCALAR double
#define CLADE_NAME(name) CLADE_JOIN(name, f64)
#include "variants.h"
#undef CLADE_SCALAR
#undef CLADE_NAME

#define CLADE_SCALAR float
#define CLADE_NAME(name) CLADE_JOIN(name, f32)
#include "variants.h"
#undef CLADE_SCALAR
#undef CLADE_NAME

size_t clade_accumulate_f64(const double *rows, size_t count, size_t columns, const int32_t *before,
                            const int32_t *after, const double *weights,
                            const struct clade_fixed_point *constants, int64_t *sums,
                            int64_t *addends) {
  CLADE_DISPATCH(accumulate_f64, rows, count, columns, before, after, weights, constants, sums,
                 addends);
}

size_t clade_accumulate_f32(const float *rows, size_t count, size_t columns, const int32_t *before,
                            const int32_t *after, const float *weights,
                            const struct clade_fixed_point *constants, int64_t *sums,
                            int64_t *addends) {
  CLADE_DISPATCH(accumulate_f32, rows, count, columns, before, after, weights, constants, sums,
                 addends);
}

void clade_largest_magnitudes_f64(const double *rows, size_t count, size_t columns,
                                  double *largest) {
  CLADE_DISPATCH(largest_magnitudes_f64, rows, count, columns, largest);
}

void clade_largest_magnitudes_f32(const float *rows, size_t count, size_t columns,
                                  double *largest) {
  CLADE_DISPATCH(largest_magnitudes_f32, rows, count, columns, largest);
}
