// Includes one template once per instruction set, and chooses among the results at run time.
//
// A kernel's file defines CLADE_TEMPLATE as the name of its template and includes this header. The
// template names its functions CLADE_VARIANT(name) and marks them CLADE_TARGET; CLADE_VECTOR_BYTES
// is the width of the vectors to use. The kernel's file then calls CLADE_DISPATCH(name, arguments).
#include "include/isa.h"
#include "variants_names.h"

#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)

#define CLADE_SUFFIX avx512
#define CLADE_TARGET __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")))
#define CLADE_VECTOR_BYTES 64
#define CLADE_FUSED 1
#include CLADE_TEMPLATE
#undef CLADE_SUFFIX
#undef CLADE_TARGET
#undef CLADE_VECTOR_BYTES
#undef CLADE_FUSED

#define CLADE_SUFFIX avx2
#define CLADE_TARGET __attribute__((target("avx2,fma")))
#define CLADE_VECTOR_BYTES 32
#define CLADE_FUSED 1
#include CLADE_TEMPLATE
#undef CLADE_SUFFIX
#undef CLADE_TARGET
#undef CLADE_VECTOR_BYTES
#undef CLADE_FUSED

#elif defined(__aarch64__)

#define CLADE_SUFFIX neon
#define CLADE_TARGET
#define CLADE_VECTOR_BYTES 16
#define CLADE_FUSED 1
#include CLADE_TEMPLATE
#undef CLADE_SUFFIX
#undef CLADE_TARGET
#undef CLADE_VECTOR_BYTES
#undef CLADE_FUSED

#endif

#define CLADE_SUFFIX portable
#define CLADE_TARGET
#define CLADE_VECTOR_BYTES 16
#define CLADE_FUSED 0
#include CLADE_TEMPLATE
#undef CLADE_SUFFIX
#undef CLADE_TARGET
#undef CLADE_VECTOR_BYTES
#undef CLADE_FUSED

#ifndef CLADE_DISPATCH
#if defined(__x86_64__)
#define CLADE_DISPATCH(name, ...)                                                                  \
  switch (clade_isa_current()) {                                                                   \
  case CLADE_ISA_AVX512:                                                                           \
    return name##_avx512(__VA_ARGS__);                                                             \
  case CLADE_ISA_AVX2:                                                                             \
    return name##_avx2(__VA_ARGS__);                                                               \
  default:                                                                                         \
    return name##_portable(__VA_ARGS__);                                                           \
  }
#elif defined(__aarch64__)
#define CLADE_DISPATCH(name, ...)                                                                  \
  switch (clade_isa_current()) {                                                                   \
  case CLADE_ISA_NEON:                                                                             \
    return name##_neon(__VA_ARGS__);                                                               \
  default:                                                                                         \
    return name##_portable(__VA_ARGS__);                                                           \
  }
#else
#define CLADE_DISPATCH(name, ...) return name##_portable(__VA_ARGS__)
#endif
#endif
