#include "include/assign_shortlist.h"

#include "include/isa.h"
#include "variants_names.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#pragma STDC FP_CONTRACT OFF

// The rows that are compared with a pair of panels while that is near; a multiple of 8.
enum { CLADE_BLOCK = 32 };

static size_t padded_columns(size_t columns) { return (columns + 3) / 4 * 4; }

#if defined(__x86_64__)
static int has_vnni(void) {
  return clade_isa_current() == CLADE_ISA_AVX512 && __builtin_cpu_supports("avx512vnni");
}
#endif

int clade_shortlist_pays(void) {
#if defined(__x86_64__)
  // Without fused multiply-add every full distance is so slow that anything is better.
  return clade_isa_current() == CLADE_ISA_PORTABLE || has_vnni();
#else
  return 0;
#endif
}

// Rounded rows, their scores, and shortlists, one after the other.
size_t clade_shortlist_workspace(size_t padded, size_t columns) {
  return 64 + CLADE_BLOCK * padded * sizeof(int32_t) + CLADE_BLOCK * (padded_columns(columns) + 64) +
         padded * (sizeof(int32_t) + 2 * sizeof(double)) + columns * sizeof(float);
}

// Products of 8 rows (signed, `stride` apart) and 2 panels: products[r * padded + lane].
#if defined(__x86_64__)
__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))) static void
products_vnni(const int8_t *rows, size_t stride, size_t quads, const uint8_t *panels,
              const int32_t *starts, int32_t *products, size_t padded) {
  const uint8_t *second = panels + quads * 64;
  __m512i sums[8][2];
#pragma clang loop unroll(full)
  for (int r = 0; r < 8; r++)
    sums[r][0] = sums[r][1] = _mm512_set1_epi32(starts[r]);
#pragma clang loop unroll(disable)
  for (size_t q = 0; q < quads; q++) {
    const __m512i a = _mm512_loadu_si512(panels + q * 64), b = _mm512_loadu_si512(second + q * 64);
#pragma clang loop unroll(full)
    for (int r = 0; r < 8; r++) {
      int32_t four;
      memcpy(&four, rows + (size_t)r * stride + 4 * q, 4);
      const __m512i row = _mm512_set1_epi32(four);
      sums[r][0] = _mm512_dpbusd_epi32(sums[r][0], a, row);
      sums[r][1] = _mm512_dpbusd_epi32(sums[r][1], b, row);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < 8; r++) {
    _mm512_storeu_si512(products + (size_t)r * padded, sums[r][0]);
    _mm512_storeu_si512(products + (size_t)r * padded + 16, sums[r][1]);
  }
}
#endif

static void products_plain(const int8_t *rows, size_t stride, size_t quads, const uint8_t *panels,
                           const int32_t *starts, int32_t *products, size_t padded) {
  for (size_t r = 0; r < 8; r++)
    for (size_t half = 0; half < 2; half++) {
      int32_t *sums = products + r * padded + half * CLADE_CODE_LANES;
      for (size_t lane = 0; lane < CLADE_CODE_LANES; lane++)
        sums[lane] = starts[r];
      for (size_t q = 0; q < quads; q++) {
        const uint8_t *panel = panels + (half * quads + q) * 64;
        const int8_t *row = rows + r * stride + 4 * q;
        for (size_t lane = 0; lane < CLADE_CODE_LANES; lane++)
          sums[lane] += panel[4 * lane] * row[0] + panel[4 * lane + 1] * row[1] +
                        panel[4 * lane + 2] * row[2] + panel[4 * lane + 3] * row[3];
      }
    }
}

static void products(const int8_t *rows, size_t stride, size_t quads, const uint8_t *panels,
                     const int32_t *starts, int32_t *sums, size_t padded) {
#if defined(__x86_64__)
  if (has_vnni())
    return products_vnni(rows, stride, quads, panels, starts, sums, padded);
#endif
  products_plain(rows, stride, quads, panels, starts, sums, padded);
}

#define CLADE_TEMPLATE "assign_shortlist_template.h"

#define CLADE_SCALAR double
#define CLADE_LANE_INTEGER int64_t
#define CLADE_LANES 8
#define CLADE_UNIT 0x1p-53
#define CLADE_TINY 0x1p-1022
#define CLADE_NAME(name) CLADE_JOIN(name, f64)
#include "vectors.h"
#include "variants.h"
#undef CLADE_SCALAR
#undef CLADE_LANE_INTEGER
#undef CLADE_LANES
#undef CLADE_UNIT
#undef CLADE_TINY
#undef CLADE_NAME

#define CLADE_SCALAR float
#define CLADE_LANE_INTEGER int32_t
#define CLADE_LANES 16
#define CLADE_UNIT 0x1p-24
#define CLADE_TINY 0x1p-126f
#define CLADE_NAME(name) CLADE_JOIN(name, f32)
#include "vectors.h"
#include "variants.h"
#undef CLADE_SCALAR
#undef CLADE_LANE_INTEGER
#undef CLADE_LANES
#undef CLADE_UNIT
#undef CLADE_TINY
#undef CLADE_NAME

#define CLADE_ENCODE(scalar)                                                                       \
  const size_t quads = padded_columns(columns) / 4;                                                \
  memset(codes, 128, padded *quads * 4);                                                           \
  for (size_t c = 0; c < padded; c++) {                                                            \
    lower_squares[c] = upper_squares[c] = (float)__builtin_inf();                                  \
    steps[c] = norms[c] = losses[c] = 0;                                                           \
    if (c >= count)                                                                                \
      continue;                                                                                    \
    const scalar *center = centers + (size_t)order[c] * columns;                                   \
    double largest = 0, square = 0, norm = 0, loss = 0;                                            \
    for (size_t j = 0; j < columns; j++) {                                                         \
      const double x = (double)center[j] - (double)reference[j];                                   \
      const double magnitude = x < 0 ? -x : x;                                                     \
      largest = magnitude > largest ? magnitude : largest;                                         \
      square += x * x;                                                                             \
    }                                                                                              \
    const float step = (float)(largest / 127);                                                     \
    uint8_t *code = codes + c / CLADE_CODE_LANES * quads * 64 + c % CLADE_CODE_LANES * 4;          \
    for (size_t j = 0; j < columns; j++) {                                                         \
      const double x = (double)center[j] - (double)reference[j];                                   \
      double q = step > 0 ? (x / (double)step + 0x1.8p52) - 0x1.8p52 : 0;                          \
      q = q > 127 ? 127 : q < -127 ? -127 : q;                                                     \
      const double rounded = q * (double)step;                                                     \
      norm += rounded * rounded;                                                                   \
      loss += (x - rounded) * (x - rounded);                                                       \
      code[j / 4 * 64 + j % 4] = (uint8_t)(q + 128);                                               \
    }                                                                                              \
    /* The margins: of |c|², of the float arithmetic with the step and with |c|². */               \
    lower_squares[c] = (float)(square * (1 - 0x1p-20));                                            \
    upper_squares[c] = (float)(square * (1 + 0x1p-20));                                            \
    steps[c] = 2 * step;                                                                           \
    norms[c] = (float)(2 * sqrt(norm) * (1 + 0x1p-20));                                            \
    losses[c] = (float)(2 * sqrt(loss) * (1 + 0x1p-20) + sqrt(norm) * 0x1p-18);                    \
  }

void clade_encode_centers_f64(const double *centers, const int32_t *order, size_t count,
                              size_t columns, size_t padded, const float *reference,
                              uint8_t *codes, float *lower_squares, float *upper_squares,
                              float *steps, float *norms, float *losses) {
  CLADE_ENCODE(double)
}

void clade_encode_centers_f32(const float *centers, const int32_t *order, size_t count,
                              size_t columns, size_t padded, const float *reference,
                              uint8_t *codes, float *lower_squares, float *upper_squares,
                              float *steps, float *norms, float *losses) {
  CLADE_ENCODE(float)
}

size_t clade_assign_shortlist_f64(const double *rows, size_t count, const double *centers,
                                  const struct clade_codebook *book, const int32_t *order,
                                  void *workspace, int32_t *labels, double *distances) {
  CLADE_DISPATCH(assign_shortlist_f64, rows, count, centers, book, order, workspace, labels,
                 distances)
}

size_t clade_assign_shortlist_f32(const float *rows, size_t count, const float *centers,
                                  const struct clade_codebook *book, const int32_t *order,
                                  void *workspace, int32_t *labels, float *distances) {
  CLADE_DISPATCH(assign_shortlist_f32, rows, count, centers, book, order, workspace, labels,
                 distances)
}
