// One variant of the distances of other kinds, for one type of number; see metric_distances.h.

#define VECTOR CLADE_NAME(clade_vector)
#define INTEGERS CLADE_NAME(clade_lanes)
#define LANES CLADE_LANES

// The functions of numbers are made once for both types.
#if CLADE_LANES == 8
#include "elementary_functions_template.h"
#endif

// Raises lanes, which aren't negative, to a power: by multiplications where that is a small integer
// (`whole`), else as e^(power · log x).
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(raise))(VECTOR *lanes, double power, uint32_t whole) {
  VECTOR x = *lanes, result = (VECTOR){0} + 1;
  for (uint32_t rest = whole; rest;) {
    if (rest & 1)
      result *= x;
    rest >>= 1;
    if (rest)
      x *= x;
  }
  if (!whole) {
    double numbers[LANES];
    for (size_t lane = 0; lane < LANES; lane++)
      numbers[lane] = (double)x[lane];
#pragma clang loop vectorize(assume_safety)
    for (size_t lane = 0; lane < LANES; lane++)
      numbers[lane] = CLADE_VARIANT(exp_one)(power * CLADE_VARIANT(log_one)(numbers[lane]));
    for (size_t lane = 0; lane < LANES; lane++)
      result[lane] = (CLADE_SCALAR)numbers[lane];
  }
  *lanes = result;
}

// Distances of `height` rows from one panel; `form` and `height` are constants where this is inlined.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(metric_tile))(const enum clade_metric_form form, const size_t height,
                                       double power, uint32_t whole, const uint8_t *categories,
                                       const CLADE_SCALAR *rows, size_t columns,
                                       const CLADE_SCALAR *panel, CLADE_SCALAR *distances,
                                       size_t stride) {
  VECTOR sums[8], others[8];
  INTEGERS counts[8], both[8];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++) {
    sums[i] = others[i] = (VECTOR){0};
    counts[i] = both[i] = (INTEGERS){0};
  }
#pragma clang loop unroll(disable)
  for (size_t j = 0; j < columns; j++) {
    const VECTOR y = *(const VECTOR *)(panel + j * LANES);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < height; i++) {
      const VECTOR x = (VECTOR){0} + rows[i * columns + j];
      const VECTOR gap = __builtin_elementwise_abs(x - y);
      switch (form) {
      case CLADE_METRIC_ABSOLUTES:
        sums[i] += gap;
        break;
      case CLADE_METRIC_LARGEST:
        sums[i] = __builtin_elementwise_max(sums[i], gap);
        break;
      case CLADE_METRIC_POWERS: {
        VECTOR term = gap;
        CLADE_VARIANT(CLADE_NAME(raise))(&term, power, whole);
        sums[i] += term;
        break;
      }
      case CLADE_METRIC_CANBERRA: {
        const VECTOR size = __builtin_elementwise_abs(x) + __builtin_elementwise_abs(y);
        const INTEGERS some = (INTEGERS)(size > 0);
        sums[i] += (VECTOR)(some & (INTEGERS)(gap / size));
        break;
      }
      case CLADE_METRIC_BRAY_CURTIS:
        sums[i] += gap;
        others[i] += __builtin_elementwise_abs(x + y);
        break;
      case CLADE_METRIC_DIFFERING:
        counts[i] -= (INTEGERS)(x != y);
        break;
      case CLADE_METRIC_JACCARD:
      case CLADE_METRIC_DICE:
        counts[i] -= (INTEGERS)(x != 0) ^ (INTEGERS)(y != 0);
        both[i] -= (INTEGERS)(x != 0) & (INTEGERS)(y != 0);
        break;
      case CLADE_METRIC_GOWER: {
        const INTEGERS known = (INTEGERS)(x == x) & (INTEGERS)(y == y);
        const VECTOR one = (VECTOR){0} + 1;
        const INTEGERS term =
            categories[j] ? (INTEGERS)(x != y) & (INTEGERS)one : (INTEGERS)gap;
        sums[i] += (VECTOR)(known & term);
        counts[i] -= known;
        break;
      }
      }
    }
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++) {
    VECTOR of = others[i], result = sums[i], empty = (VECTOR){0};
    const VECTOR differing = __builtin_convertvector(counts[i], VECTOR);
    const VECTOR same = __builtin_convertvector(both[i], VECTOR);
    switch (form) {
    case CLADE_METRIC_DIFFERING:
      result = differing;
      break;
    case CLADE_METRIC_JACCARD:
      result = differing;
      of = differing + same;
      break;
    case CLADE_METRIC_DICE:
      result = differing;
      of = differing + (same + same);
      break;
    case CLADE_METRIC_GOWER:
      of = differing;
      empty += 1;
      break;
    default:
      break;
    }
    if (form == CLADE_METRIC_BRAY_CURTIS || form == CLADE_METRIC_JACCARD ||
        form == CLADE_METRIC_DICE || form == CLADE_METRIC_GOWER) {
      const INTEGERS some = (INTEGERS)(of > 0);
      result = (VECTOR)((some & (INTEGERS)(result / of)) | (~some & (INTEGERS)empty));
    }
    *(VECTOR *)(distances + i * stride) = result;
  }
}

#define CLADE_ALL_ROWS(form, tall)                                                                 \
  case form: {                                                                                     \
    enum { height = tall };                                                                        \
    size_t i = 0;                                                                                  \
    for (; i + height <= count; i += height)                                                       \
      for (size_t p = 0; p < panel_count; p++)                                                     \
        CLADE_VARIANT(CLADE_NAME(metric_tile))                                                     \
    (form, height, power, whole, categories, rows + i * columns, columns,                          \
     panels + p * columns * LANES, distances + i * stride + p * LANES, stride);                    \
    for (; i < count; i++)                                                                         \
      for (size_t p = 0; p < panel_count; p++)                                                     \
        CLADE_VARIANT(CLADE_NAME(metric_tile))                                                     \
    (form, 1, power, whole, categories, rows + i * columns, columns,                               \
     panels + p * columns * LANES, distances + i * stride + p * LANES, stride);                    \
    return;                                                                                        \
  }

// As many rows at once as their sums fit into registers.
#define CLADE_ONE_SUM (CLADE_VECTOR_BYTES == 64 ? 8 : CLADE_VECTOR_BYTES == 32 ? 4 : 1)
#define CLADE_TWO_SUMS (CLADE_VECTOR_BYTES == 64 ? 8 : CLADE_VECTOR_BYTES == 32 ? 2 : 1)

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(metric_distances))(
    enum clade_metric_form form, double power, const uint8_t *categories, const CLADE_SCALAR *rows,
    size_t count, size_t columns, const CLADE_SCALAR *panels, size_t panel_count,
    CLADE_SCALAR *distances, size_t stride) {
  const uint32_t whole =
      power >= 1 && power <= 64 && power == (double)(uint32_t)power ? (uint32_t)power : 0;
  switch (form) {
    CLADE_ALL_ROWS(CLADE_METRIC_ABSOLUTES, CLADE_ONE_SUM)
    CLADE_ALL_ROWS(CLADE_METRIC_LARGEST, CLADE_ONE_SUM)
    CLADE_ALL_ROWS(CLADE_METRIC_POWERS, 1)
    CLADE_ALL_ROWS(CLADE_METRIC_CANBERRA, CLADE_ONE_SUM)
    CLADE_ALL_ROWS(CLADE_METRIC_BRAY_CURTIS, CLADE_TWO_SUMS)
    CLADE_ALL_ROWS(CLADE_METRIC_DIFFERING, CLADE_ONE_SUM)
    CLADE_ALL_ROWS(CLADE_METRIC_JACCARD, CLADE_TWO_SUMS)
    CLADE_ALL_ROWS(CLADE_METRIC_DICE, CLADE_TWO_SUMS)
    CLADE_ALL_ROWS(CLADE_METRIC_GOWER, CLADE_TWO_SUMS)
  }
}

#undef CLADE_ALL_ROWS
#undef CLADE_ONE_SUM
#undef CLADE_TWO_SUMS
#undef VECTOR
#undef INTEGERS
#undef LANES
