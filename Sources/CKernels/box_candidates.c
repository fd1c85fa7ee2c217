#include "include/box_candidates.h"

#include "variants_names.h"

#pragma STDC FP_CONTRACT OFF

typedef double clade_box_doubles __attribute__((vector_size(64), aligned(8)));

#define CLADE_TEMPLATE "box_candidates_template.h"
#include "variants.h"

size_t clade_box_candidates(const double *points, const int32_t *places, size_t count,
                            size_t stride, size_t columns, const double *lower,
                            const double *upper, double factor, double tiny, double *squares,
                            double *kept, int32_t *kept_places) {
  CLADE_DISPATCH(box_candidates, points, places, count, stride, columns, lower, upper, factor, tiny,
                 squares, kept, kept_places)
}
