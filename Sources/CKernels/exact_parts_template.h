// The variants of exact_parts.h; included once per instruction set.

#define LANES (CLADE_VECTOR_BYTES / 8)
// Vectors at a time, as each sum waits for the one before.
#define VECTORS 4
#define STEP (LANES * VECTORS)

typedef double CLADE_VARIANT(terms)
    __attribute__((vector_size(CLADE_VECTOR_BYTES), aligned(8)));
typedef int64_t CLADE_VARIANT(counts)
    __attribute__((vector_size(CLADE_VECTOR_BYTES), aligned(8)));
#define TERMS CLADE_VARIANT(terms)
#define COUNTS CLADE_VARIANT(counts)

CLADE_TARGET static double CLADE_VARIANT(largest_magnitude)(const double *terms, size_t count) {
  // Bits of magnitudes are ordered as magnitudes are, with those that are no number above infinity.
  const int64_t sign = INT64_MIN, infinity = 0x7FF0000000000000;
  COUNTS most[VECTORS] = {{0}};
  size_t i = 0;
  for (; i + STEP <= count; i += STEP)
    for (int v = 0; v < VECTORS; v++) {
      const COUNTS bits = *(const COUNTS *)(terms + i + v * LANES) & ~sign;
      most[v] = __builtin_elementwise_max(most[v], bits);
    }
  int64_t largest = 0;
  for (int v = 0; v < VECTORS; v++)
    for (int lane = 0; lane < LANES; lane++)
      largest = most[v][lane] > largest ? most[v][lane] : largest;
  for (; i < count; i++) {
    int64_t bits;
    __builtin_memcpy(&bits, terms + i, 8);
    bits &= ~sign;
    largest = bits > largest ? bits : largest;
  }
  largest = largest < infinity ? largest : infinity;
  double result;
  __builtin_memcpy(&result, &largest, 8);
  return result;
}

CLADE_TARGET static bool CLADE_VARIANT(exact_parts)(const double *terms, size_t count,
                                                    double coarse, double fine,
                                                    int64_t *coarse_sum, int64_t *fine_sum) {
  const TERMS coarses = (TERMS){0} + coarse, fines = (TERMS){0} + fine;
  const COUNTS coarse_bits = (COUNTS)coarses, fine_bits = (COUNTS)fines;
  COUNTS high_sums[VECTORS] = {{0}}, low_sums[VECTORS] = {{0}}, left[VECTORS] = {{0}};
  for (size_t i = 0; i < count; i += STEP) {
    double rest[STEP] = {0};
    const double *from = terms + i;
    if (i + STEP > count) {
      for (size_t j = 0; i + j < count; j++)
        rest[j] = terms[i + j];
      from = rest;
    }
    for (int v = 0; v < VECTORS; v++) {
      const TERMS term = *(const TERMS *)(from + v * LANES);
      const TERMS high = term + coarses;
      const TERMS low_part = term - (high - coarses);
      const TERMS low = low_part + fines;
      high_sums[v] += (COUNTS)high - coarse_bits;
      low_sums[v] += (COUNTS)low - fine_bits;
      left[v] |= (COUNTS)(low_part - (low - fines));
    }
  }
  int64_t high = 0, low = 0, any = 0;
  for (int v = 0; v < VECTORS; v++)
    for (int lane = 0; lane < LANES; lane++) {
      high += high_sums[v][lane];
      low += low_sums[v][lane];
      any |= left[v][lane];
    }
  *coarse_sum = high;
  *fine_sum = low;
  // A difference of equal numbers is +0. (Of a term that is -0 it isn't; its sums are right too.)
  return any == 0;
}

#undef COUNTS
#undef TERMS
#undef STEP
#undef VECTORS
#undef LANES
