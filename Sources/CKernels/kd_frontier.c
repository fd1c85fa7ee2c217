#include "include/kd_frontier.h"
#include "kd_masks.h"

#pragma STDC FP_CONTRACT OFF

#define CLADE_TEMPLATE "kd_frontier_template.h"

#include "both_types.h"

#define EACH_TYPE(type, scalar)                                                                    \
  int32_t clade_kd_next_##type(const struct clade_kd_frontier *frontier, const scalar *box,        \
                               scalar floor, scalar limit, scalar *value) {                        \
    CLADE_DISPATCH(kd_next_##type, frontier, box, floor, limit, value)                             \
  }                                                                                                \
  int32_t clade_kd_any_next_##type(const struct clade_kd_frontier *frontier, const scalar *box,    \
                                   scalar floor, scalar limit, scalar *value) {                    \
    CLADE_DISPATCH(kd_any_next_##type, frontier, box, floor, limit, value)                         \
  }

EACH_TYPE(f64, double)
EACH_TYPE(f32, float)
