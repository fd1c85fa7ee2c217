#include "include/nearest_lists.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

// Distances aren't negative, so their bits as floats are in the order of the distances.
static inline uint64_t clade_distance_bits(float distance) {
  uint32_t bits;
  memcpy(&bits, &distance, sizeof bits);
  return bits;
}

// Moves the `length` smallest of `count` keys to the front (Hoare's FIND); 0 < length <= count.
static void clade_select(uint64_t *keys, size_t count, size_t length) {
  const ptrdiff_t k = (ptrdiff_t)length - 1;
  ptrdiff_t low = 0, high = (ptrdiff_t)count - 1;
  while (low < high) {
    const uint64_t a = keys[low], b = keys[low + (high - low) / 2], c = keys[high];
    const uint64_t pivot = a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
    ptrdiff_t i = low, j = high;
    do {
      while (keys[i] < pivot)
        i++;
      while (keys[j] > pivot)
        j--;
      if (i <= j) {
        const uint64_t key = keys[i];
        keys[i++] = keys[j];
        keys[j--] = key;
      }
    } while (i <= j);
    if (j < k)
      low = i;
    if (k < i)
      high = j;
  }
}

#define CLADE_TEMPLATE "nearest_lists_template.h"

#include "both_types.h"

void clade_nearest_lists_f64(const double *rows, const int32_t *members, size_t count,
                             size_t columns, const double *panels, size_t panel_count,
                             const int32_t *ids, size_t length, double *distances,
                             int32_t *nearest) {
  CLADE_DISPATCH(nearest_lists_f64, rows, members, count, columns, panels, panel_count, ids, length,
                 distances, nearest)
}

void clade_nearest_lists_f32(const float *rows, const int32_t *members, size_t count,
                             size_t columns, const float *panels, size_t panel_count,
                             const int32_t *ids, size_t length, float *distances,
                             int32_t *nearest) {
  CLADE_DISPATCH(nearest_lists_f32, rows, members, count, columns, panels, panel_count, ids, length,
                 distances, nearest)
}

void clade_smallest_distances_f64(const double *distances, size_t rows, size_t stride, size_t total,
                                  size_t length, uint64_t *workspace, int32_t *places) {
  CLADE_DISPATCH(smallest_distances_f64, distances, rows, stride, total, length, workspace, places)
}

void clade_smallest_distances_f32(const float *distances, size_t rows, size_t stride, size_t total,
                                  size_t length, uint64_t *workspace, int32_t *places) {
  CLADE_DISPATCH(smallest_distances_f32, distances, rows, stride, total, length, workspace, places)
}
