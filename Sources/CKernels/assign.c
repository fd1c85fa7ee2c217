#include "include/assign.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

// The most columns that can be few; see assign_narrow_template.h.
enum { CLADE_NARROW = 32 };

#define CLADE_TEMPLATE "assign_template.h"
#define CLADE_SECOND 0
#define CLADE_RESULT CLADE_SCALAR

#include "both_types.h"

void clade_assign_f64(const double *rows, size_t count, size_t columns, const double *panels,
                      size_t panel_count, const int32_t *ids, int32_t *labels, double *distances) {
  CLADE_DISPATCH(assign_f64, rows, count, columns, panels, panel_count, ids, labels, distances)
}

void clade_assign_f32(const float *rows, size_t count, size_t columns, const float *panels,
                      size_t panel_count, const int32_t *ids, int32_t *labels, float *distances) {
  CLADE_DISPATCH(assign_f32, rows, count, columns, panels, panel_count, ids, labels, distances)
}
