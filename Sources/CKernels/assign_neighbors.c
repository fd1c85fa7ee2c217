#include "include/assign_neighbors.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

// The lengths that a list is sorted by.
enum { CLADE_BUCKETS = 1024 };

size_t clade_neighbors_workspace(size_t count, size_t centers) {
  return count * (sizeof(double) + 2 * sizeof(uint32_t)) +
         (centers * CLADE_NEIGHBOR_RADII + 1) * sizeof(uint32_t);
}

#define CLADE_TEMPLATE "assign_neighbors_template.h"

#include "both_types.h"

void clade_list_neighbors_f64(const double *transposed, size_t count, size_t columns, size_t place,
                              double *squares, uint16_t *buckets, uint16_t *list, double *least,
                              double *radii) {
  CLADE_DISPATCH(list_neighbors_f64, transposed, count, columns, place, squares, buckets, list, least,
                 radii)
}

void clade_list_neighbors_f32(const float *transposed, size_t count, size_t columns, size_t place,
                              float *squares, uint16_t *buckets, uint16_t *list, float *least,
                              float *radii) {
  CLADE_DISPATCH(list_neighbors_f32, transposed, count, columns, place, squares, buckets, list, least,
                 radii)
}

size_t clade_assign_neighbors_f64(const double *rows, size_t count,
                                  const struct clade_neighbors *neighbors, const int32_t *ids,
                                  const int32_t *places, const int32_t *before, void *workspace,
                                  int32_t *after) {
  CLADE_DISPATCH(assign_neighbors_f64, rows, count, neighbors, ids, places, before, workspace, after)
}

size_t clade_assign_neighbors_f32(const float *rows, size_t count,
                                  const struct clade_neighbors *neighbors, const int32_t *ids,
                                  const int32_t *places, const int32_t *before, void *workspace,
                                  int32_t *after) {
  CLADE_DISPATCH(assign_neighbors_f32, rows, count, neighbors, ids, places, before, workspace, after)
}
