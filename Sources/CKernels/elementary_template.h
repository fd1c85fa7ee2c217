// One variant of exp and log of arrays; see elementary.h.

#include "elementary_functions_template.h"

CLADE_TARGET static void CLADE_VARIANT(exp_array)(const double *from, double *to, size_t count) {
#pragma clang loop vectorize(assume_safety)
  for (size_t i = 0; i < count; i++)
    to[i] = CLADE_VARIANT(exp_one)(from[i]);
}

CLADE_TARGET static void CLADE_VARIANT(log_array)(const double *from, double *to, size_t count) {
#pragma clang loop vectorize(assume_safety)
  for (size_t i = 0; i < count; i++)
    to[i] = CLADE_VARIANT(log_one)(from[i]);
}
