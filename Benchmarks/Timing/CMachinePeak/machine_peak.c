#include "include/machine_peak.h"

#include <stdlib.h>
#include <time.h>

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

// Twelve independent chains hide the latency of an addition.
#define MEASURE(name, target, bytes)                                                               \
  target static double name(void) {                                                                \
    typedef double vector __attribute__((vector_size(bytes)));                                     \
    const long rounds = 20000000;                                                                  \
    vector sums[12], factor = (vector){0} + 0.999999, addend = (vector){0} + 1e-9;                 \
    for (int i = 0; i < 12; i++)                                                                   \
      sums[i] = (vector){0} + i;                                                                   \
    const double start = seconds();                                                                \
    for (long round = 0; round < rounds; round++)                                                  \
      for (int i = 0; i < 12; i++)                                                                 \
        sums[i] = __builtin_elementwise_fma(sums[i], factor, addend);                              \
    const double taken = seconds() - start;                                                        \
    for (int i = 1; i < 12; i++)                                                                   \
      sums[0] += sums[i];                                                                          \
    volatile double used = sums[0][0];                                                             \
    (void)used;                                                                                    \
    return (double)rounds * 12 * (bytes / 8) / taken;                                              \
  }

#if defined(__x86_64__)
MEASURE(peak_avx512, __attribute__((target("avx512f"))), 64)
MEASURE(peak_avx2, __attribute__((target("avx2,fma"))), 32)
#else
MEASURE(peak_plain, , 16)
#endif

double machine_peak_fused_multiply_adds(void) {
#if defined(__x86_64__)
  const double narrow = __builtin_cpu_supports("fma") ? peak_avx2() : 0;
  const double wide = __builtin_cpu_supports("avx512f") ? peak_avx512() : 0;
  return wide > narrow ? wide : narrow;
#else
  return peak_plain();
#endif
}

double machine_peak_bytes_read(long bytes) {
  const long count = bytes / 8;
  unsigned long *numbers = malloc((size_t)count * 8);
  if (!numbers)
    return 0;
  for (long i = 0; i < count; i++)
    numbers[i] = (unsigned long)i;
  double best = 0;
  for (int round = 0; round < 5; round++) {
    unsigned long sum = 0;
    const double start = seconds();
    for (long i = 0; i < count; i++)
      sum += numbers[i];
    const double rate = (double)bytes / (seconds() - start);
    volatile unsigned long used = sum;
    (void)used;
    best = rate > best ? rate : best;
  }
  free(numbers);
  return best;
}
