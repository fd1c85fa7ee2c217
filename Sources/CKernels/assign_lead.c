#include "include/assign_lead.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define CLADE_TEMPLATE "assign_template.h"
#define CLADE_SECOND 1
#define CLADE_RESULT float

#include "both_types.h"

#undef CLADE_TEMPLATE
#define CLADE_TEMPLATE "lower_leads_template.h"
#include "variants.h"

void clade_assign_lead_f64(const double *rows, size_t count, size_t columns, const double *panels,
                           size_t panel_count, const int32_t *ids, int32_t *labels, float *leads) {
  CLADE_DISPATCH(assign_f64, rows, count, columns, panels, panel_count, ids, labels, leads)
}

void clade_assign_lead_f32(const float *rows, size_t count, size_t columns, const float *panels,
                           size_t panel_count, const int32_t *ids, int32_t *labels, float *leads) {
  CLADE_DISPATCH(assign_f32, rows, count, columns, panels, panel_count, ids, labels, leads)
}

size_t clade_lower_leads(float *leads, const int32_t *labels, size_t count, const float *drifts,
                         int32_t *rows) {
  CLADE_DISPATCH(lower_leads, leads, labels, count, drifts, rows)
}

void clade_gather_rows(const void *rows, size_t size, const int32_t *numbers, size_t count,
                       void *copies) {
  // Rows that are passed over are gaps that a processor doesn't expect, so it is told what comes.
  enum { ahead = 12 };
  for (size_t i = 0; i < count; i++) {
    if (i + ahead < count) {
      const char *next = (const char *)rows + (size_t)numbers[i + ahead] * size;
      for (size_t line = 0; line < size && line < 512; line += 64)
        __builtin_prefetch(next + line);
    }
    memcpy((char *)copies + i * size, (const char *)rows + (size_t)numbers[i] * size, size);
  }
}
