#include "include/kd_edges.h"
#include "kd_masks.h"

#pragma STDC FP_CONTRACT OFF

// The most places in a leaf.
enum { CLADE_KD_MOST = 128 };

// Lanes that needn't be aligned, and numbers as other threads see them.
typedef int64_t clade_kd_lanes_f64 __attribute__((vector_size(64), aligned(8)));
typedef int32_t clade_kd_lanes_f32 __attribute__((vector_size(64), aligned(4)));
typedef int64_t clade_kd_cell_f64 __attribute__((may_alias));
typedef int32_t clade_kd_cell_f32 __attribute__((may_alias));

#define CLADE_TEMPLATE "kd_edges_template.h"

#include "both_types.h"

#define EACH_TYPE(type, scalar)                                                                    \
  void clade_kd_edges_##type(const struct clade_kd_forest *forest, struct clade_kd_pair pair) {    \
    CLADE_DISPATCH(kd_edges_##type, forest, pair)                                                  \
  }                                                                                                \
  void clade_kd_offer_lists_##type(const struct clade_kd_forest *forest, const scalar *distances,  \
                                   const int32_t *places, size_t length, int32_t *some,            \
                                   size_t count) {                                                 \
    CLADE_DISPATCH(kd_offer_lists_##type, forest, distances, places, length, some, count)          \
  }                                                                                                \
  void clade_kd_offer_next_##type(const struct clade_kd_forest *forest, size_t first,              \
                                  size_t end) {                                                    \
    CLADE_DISPATCH(kd_offer_next_##type, forest, first, end)                                       \
  }                                                                                                \
  int clade_kd_divide_##type(const struct clade_kd_forest *forest, struct clade_kd_pair pair,      \
                             struct clade_kd_pair *parts) {                                        \
    CLADE_DISPATCH(kd_divide_##type, forest, pair, parts)                                          \
  }

EACH_TYPE(f64, double)
EACH_TYPE(f32, float)
