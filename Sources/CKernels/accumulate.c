#include "include/accumulate.h"

#include <sched.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

static inline int64_t clade_bits(double x) {
  int64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

// Waits for the lock of a group, and gives way to other threads where that takes long: its holder may
// not be running.
static inline uint32_t *clade_lock(uint32_t *locks, int32_t group) {
  uint32_t *lock = locks + ((size_t)group % CLADE_LOCKS) * CLADE_LOCK_STRIDE;
  for (unsigned tries = 0; __atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE); tries++)
    while (__atomic_load_n(lock, __ATOMIC_RELAXED))
      if (++tries % 256 == 0)
        sched_yield();
  return lock;
}

static inline void clade_unlock(uint32_t *lock) { __atomic_store_n(lock, 0, __ATOMIC_RELEASE); }

#define CLADE_TEMPLATE "accumulate_template.h"

#define CLADE_SCALAR double
#define CLADE_NAME(name) CLADE_JOIN(name, f64)
#include "variants.h"
#undef CLADE_SCALAR
#undef CLADE_NAME

#define CLADE_SCALAR float
#define CLADE_NAME(name) CLADE_JOIN(name, f32)
#include "variants.h"
#undef CLADE_SCALAR
#undef CLADE_NAME

size_t clade_accumulate_f64(const double *rows, size_t count, size_t columns, const int32_t *before,
                            const int32_t *after, const double *weights,
                            const struct clade_fixed_point *constants, int64_t *sums,
                            int64_t *addends, uint32_t *locks) {
  CLADE_DISPATCH(accumulate_f64, rows, count, columns, before, after, weights, constants, sums,
                 addends, locks);
}

size_t clade_accumulate_f32(const float *rows, size_t count, size_t columns, const int32_t *before,
                            const int32_t *after, const float *weights,
                            const struct clade_fixed_point *constants, int64_t *sums,
                            int64_t *addends, uint32_t *locks) {
  CLADE_DISPATCH(accumulate_f32, rows, count, columns, before, after, weights, constants, sums,
                 addends, locks);
}

void clade_largest_magnitudes_f64(const double *rows, size_t count, size_t columns,
                                  double *largest) {
  CLADE_DISPATCH(largest_magnitudes_f64, rows, count, columns, largest);
}

void clade_largest_magnitudes_f32(const float *rows, size_t count, size_t columns,
                                  double *largest) {
  CLADE_DISPATCH(largest_magnitudes_f32, rows, count, columns, largest);
}
