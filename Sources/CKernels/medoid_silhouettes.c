#include "include/medoid_silhouettes.h"

#include "kd_masks.h"

#pragma STDC FP_CONTRACT OFF

#define CLADE_TEMPLATE "medoid_silhouettes_template.h"

#include "both_types.h"

double clade_medoid_silhouette_gains_f64(const double *row,
                                         const struct clade_medoid_triples *items, size_t first,
                                         size_t count, double shift, size_t slot_count,
                                         double *by_slot) {
  CLADE_DISPATCH(medoid_silhouette_gains_f64, row, items, first, count, shift, slot_count, by_slot)
}

double clade_medoid_silhouette_gains_f32(const float *row, const struct clade_medoid_triples *items,
                                         size_t first, size_t count, double shift,
                                         size_t slot_count, double *by_slot) {
  CLADE_DISPATCH(medoid_silhouette_gains_f32, row, items, first, count, shift, slot_count, by_slot)
}
