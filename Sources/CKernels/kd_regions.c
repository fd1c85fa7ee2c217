#include "include/kd_regions.h"
#include "kd_masks.h"

#pragma STDC FP_CONTRACT OFF

#define CLADE_TEMPLATE "kd_regions_template.h"

#include "both_types.h"

#define EACH_TYPE(type, scalar)                                                                    \
  int clade_kd_is_dense_##type(const struct clade_kd_tree *tree, const int32_t *starts,            \
                               const scalar *box, scalar limit, size_t wanted) {                 \
    CLADE_DISPATCH(kd_is_dense_##type, tree, starts, box, limit, wanted)                         \
  }                                                                                                \
  size_t clade_kd_marked_##type(const struct clade_kd_tree *tree, const uint8_t *marks,            \
                                int32_t own, scalar limit, size_t capacity, int32_t *nodes) {      \
    CLADE_DISPATCH(kd_marked_##type, tree, marks, own, limit, capacity, nodes)                     \
  }                                                                                                \
  int clade_kd_touch_##type(const struct clade_kd_tree *tree, int32_t a, int32_t b,                \
                            scalar limit) {                                                        \
    CLADE_DISPATCH(kd_touch_##type, tree, a, b, limit)                                             \
  }

EACH_TYPE(f64, double)
EACH_TYPE(f32, float)
