// Products of rows and centers that are rounded to 8 bits; see assign_shortlist.h.
#ifndef CLADE_CODE_PRODUCTS_H
#define CLADE_CODE_PRODUCTS_H

#include "include/assign_shortlist.h"
#include "include/isa.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#if defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif
#endif

// The rows that are compared with a pair of panels while that is near; a multiple of 8.
enum { CLADE_BLOCK = 32 };

static size_t padded_columns(size_t columns) { return (columns + 3) / 4 * 4; }

// How products of 8-bit numbers are computed.
enum products_kind { PRODUCTS_PLAIN, PRODUCTS_AVX2, PRODUCTS_VNNI, PRODUCTS_DOT };

static enum products_kind products_kind(void) {
#if defined(__x86_64__)
  if (clade_isa_current() == CLADE_ISA_AVX512 && __builtin_cpu_supports("avx512vnni"))
    return PRODUCTS_VNNI;
  if (clade_isa_current() == CLADE_ISA_AVX2)
    return PRODUCTS_AVX2;
#elif defined(__aarch64__) && defined(__APPLE__)
  if (clade_isa_current() == CLADE_ISA_NEON)
    return PRODUCTS_DOT;
#elif defined(__aarch64__) && defined(__linux__)
  if (clade_isa_current() == CLADE_ISA_NEON && (getauxval(AT_HWCAP) & HWCAP_ASIMDDP))
    return PRODUCTS_DOT;
#endif
  return PRODUCTS_PLAIN;
}

// Products of 8 rows (signed, `stride` apart) and 1 or 2 panels: products[r * padded + lane].
#if defined(__x86_64__)
__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))) static void
products_vnni(const int8_t *rows, size_t stride, size_t quads, const uint8_t *panels,
              size_t count, const int32_t *starts, int32_t *products, size_t padded) {
  if (count == 1) {
    __m512i sums[8];
#pragma clang loop unroll(full)
    for (int r = 0; r < 8; r++)
      sums[r] = _mm512_set1_epi32(starts[r]);
#pragma clang loop unroll(disable)
    for (size_t q = 0; q < quads; q++) {
      const __m512i a = _mm512_loadu_si512(panels + q * 64);
#pragma clang loop unroll(full)
      for (int r = 0; r < 8; r++) {
        int32_t four;
        memcpy(&four, rows + (size_t)r * stride + 4 * q, 4);
        sums[r] = _mm512_dpbusd_epi32(sums[r], a, _mm512_set1_epi32(four));
      }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < 8; r++)
      _mm512_storeu_si512(products + (size_t)r * padded, sums[r]);
    return;
  }
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

// Of 4 rows of 16-bit numbers and 8 centers. The instruction for 8-bit numbers could overflow; that for
// 16 bits adds up two products, and two such sums make a center's.
__attribute__((target("avx2"))) static inline void
products_of_four(const int16_t *rows, size_t stride, size_t quads, const uint8_t *centers,
                 const int32_t *starts, int32_t *products, size_t padded) {
  __m256i sums[4][2];
#pragma clang loop unroll(full)
  for (int r = 0; r < 4; r++)
    sums[r][0] = sums[r][1] = _mm256_setzero_si256();
#pragma clang loop unroll(disable)
  for (size_t q = 0; q < quads; q++) {
    const __m128i *from = (const __m128i *)(centers + q * 64);
    const __m256i a = _mm256_cvtepu8_epi16(_mm_loadu_si128(from));
    const __m256i b = _mm256_cvtepu8_epi16(_mm_loadu_si128(from + 1));
#pragma clang loop unroll(full)
    for (int r = 0; r < 4; r++) {
      int64_t four;
      memcpy(&four, rows + (size_t)r * stride + 4 * q, 8);
      const __m256i row = _mm256_set1_epi64x(four);
      sums[r][0] = _mm256_add_epi32(sums[r][0], _mm256_madd_epi16(a, row));
      sums[r][1] = _mm256_add_epi32(sums[r][1], _mm256_madd_epi16(b, row));
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < 4; r++) {
    const __m256i pairs =
        _mm256_permute4x64_epi64(_mm256_hadd_epi32(sums[r][0], sums[r][1]), 0xD8);
    _mm256_storeu_si256((__m256i *)(products + (size_t)r * padded),
                        _mm256_add_epi32(pairs, _mm256_set1_epi32(starts[r])));
  }
}

__attribute__((target("avx2"))) static void
products_avx2(const int16_t *rows, size_t stride, size_t quads, const uint8_t *panels,
              size_t count, const int32_t *starts, int32_t *products, size_t padded) {
  for (size_t part = 0; part < 2 * count; part++)
    for (size_t r = 0; r < 8; r += 4)
      products_of_four(rows + r * stride, stride, quads,
                       panels + part / 2 * quads * 64 + part % 2 * 32, starts + r,
                       products + r * padded + part * 8, padded);
}
#elif defined(__aarch64__)
// Centers less 128 are signed again, and nothing has to be taken off.
__attribute__((target("dotprod"))) static void
products_dot(const int8_t *rows, size_t stride, size_t quads, const uint8_t *panels, size_t count,
             int32_t *products, size_t padded) {
  for (size_t part = 0; part < 2 * count; part++) {
    const uint8_t *panel = panels + part / 2 * quads * 64;
    const size_t first = part % 2 * 4;
    int32x4_t sums[4][4];
#pragma clang loop unroll(full)
    for (int r = 0; r < 4; r++)
#pragma clang loop unroll(full)
      for (int c = 0; c < 4; c++)
        sums[r][c] = vdupq_n_s32(0);
#pragma clang loop unroll(disable)
    for (size_t q = 0; q < quads; q++) {
      int8x16_t centers[4];
#pragma clang loop unroll(full)
      for (int c = 0; c < 4; c++)
        centers[c] = vreinterpretq_s8_u8(
            veorq_u8(vld1q_u8(panel + q * 64 + 16 * (size_t)c), vdupq_n_u8(128)));
#pragma clang loop unroll(full)
      for (size_t r = 0; r < 4; r++) {
        int32_t four;
        memcpy(&four, rows + (first + r) * stride + 4 * q, 4);
        const int8x16_t row = vreinterpretq_s8_s32(vdupq_n_s32(four));
#pragma clang loop unroll(full)
        for (int c = 0; c < 4; c++)
          sums[r][c] = vdotq_s32(sums[r][c], centers[c], row);
      }
    }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < 4; r++)
#pragma clang loop unroll(full)
      for (size_t c = 0; c < 4; c++)
        vst1q_s32(products + (first + r) * padded + part / 2 * CLADE_CODE_LANES + 4 * c,
                  sums[r][c]);
  }
}
#endif

static void products_plain(const int8_t *rows, size_t stride, size_t quads, const uint8_t *panels,
                           size_t count, const int32_t *starts, int32_t *products, size_t padded) {
  for (size_t r = 0; r < 8; r++)
    for (size_t half = 0; half < count; half++) {
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

// Products of `count` rows, a multiple of 8, and all panels. `wide` has room for the rows in 16 bits.
static void all_products(const int8_t *rows, int16_t *wide, size_t count, size_t stride,
                         const uint8_t *panels, const int32_t *starts, int32_t *products,
                         size_t padded) {
  const enum products_kind kind = products_kind();
  const size_t quads = stride / 4;
  if (kind == PRODUCTS_AVX2)
    for (size_t i = 0; i < count * stride; i++)
      wide[i] = rows[i];
  for (size_t c = 0; c < padded; c += 2 * CLADE_CODE_LANES) {
    const size_t left = padded - c < 2 * CLADE_CODE_LANES ? 1 : 2;
    for (size_t r = 0; r < count; r += 8) {
      const int8_t *row = rows + r * stride;
      const uint8_t *panel = panels + c * stride;
      int32_t *to = products + r * padded + c;
      switch (kind) {
#if defined(__x86_64__)
      case PRODUCTS_VNNI:
        products_vnni(row, stride, quads, panel, left, starts + r, to, padded);
        break;
      case PRODUCTS_AVX2:
        products_avx2(wide + r * stride, stride, quads, panel, left, starts + r, to, padded);
        break;
#elif defined(__aarch64__)
      case PRODUCTS_DOT:
        products_dot(row, stride, quads, panel, left, to, padded);
        break;
#endif
      default:
        products_plain(row, stride, quads, panel, left, starts + r, to, padded);
      }
    }
  }
}

#endif
