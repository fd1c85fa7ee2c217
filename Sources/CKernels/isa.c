#include "include/isa.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static _Atomic int current = -1;

int clade_isa_available(enum clade_isa isa) {
  switch (isa) {
  case CLADE_ISA_PORTABLE:
    return 1;
  case CLADE_ISA_NEON:
#if defined(__aarch64__)
    return 1;
#else
    return 0;
#endif
  case CLADE_ISA_AVX2:
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return 0;
#endif
  case CLADE_ISA_AVX512:
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return 0;
#endif
  }
  return 0;
}

const char *clade_isa_name(enum clade_isa isa) {
  switch (isa) {
  case CLADE_ISA_PORTABLE:
    return "portable";
  case CLADE_ISA_NEON:
    return "neon";
  case CLADE_ISA_AVX2:
    return "avx2";
  case CLADE_ISA_AVX512:
    return "avx512";
  }
  return "unknown";
}

static enum clade_isa choose(void) {
  const char *wanted = getenv("CLADE_ISA");
  if (wanted) {
    for (int isa = CLADE_ISA_PORTABLE; isa <= CLADE_ISA_AVX512; isa++)
      if (strcmp(wanted, clade_isa_name((enum clade_isa)isa)) == 0 &&
          clade_isa_available((enum clade_isa)isa))
        return (enum clade_isa)isa;
  }
  for (int isa = CLADE_ISA_AVX512; isa > CLADE_ISA_PORTABLE; isa--)
    if (clade_isa_available((enum clade_isa)isa))
      return (enum clade_isa)isa;
  return CLADE_ISA_PORTABLE;
}

enum clade_isa clade_isa_current(void) {
  int isa = atomic_load_explicit(&current, memory_order_relaxed);
  if (isa < 0) {
    isa = (int)choose();
    atomic_store_explicit(&current, isa, memory_order_relaxed);
  }
  return (enum clade_isa)isa;
}

int clade_isa_force(enum clade_isa isa) {
  if (!clade_isa_available(isa))
    return -1;
  atomic_store_explicit(&current, (int)isa, memory_order_relaxed);
  return 0;
}
