// Vectors of 64 bytes, which the compiler cuts into as many registers as the instruction set needs.
// Included by a kernel's file once for each type of number, which it names CLADE_SCALAR, with
// CLADE_LANE_INTEGER the signed integer of the same size and CLADE_LANES their number in a vector.

typedef CLADE_SCALAR CLADE_NAME(clade_vector)
    __attribute__((vector_size(64), aligned(sizeof(CLADE_SCALAR))));
typedef CLADE_LANE_INTEGER CLADE_NAME(clade_lanes) __attribute__((vector_size(64)));

// Of two vectors that hold lanes in groups of `size`, LOWER takes the even groups of both in turn and
// UPPER the odd ones.
#ifndef CLADE_LOWER
#define CLADE_SHUFFLE_NAME(side, lanes, size) side##lanes##_##size
#define CLADE_SHUFFLE(side, lanes, size) CLADE_SHUFFLE_NAME(side, lanes, size)
#define CLADE_LOWER(size, a, b) CLADE_SHUFFLE(CLADE_LOWER_, CLADE_LANES, size)(a, b)
#define CLADE_UPPER(size, a, b) CLADE_SHUFFLE(CLADE_UPPER_, CLADE_LANES, size)(a, b)

#define CLADE_LOWER_8_1(a, b) __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14)
#define CLADE_UPPER_8_1(a, b) __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15)
#define CLADE_LOWER_8_2(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define CLADE_UPPER_8_2(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define CLADE_LOWER_8_4(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define CLADE_UPPER_8_4(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
#define CLADE_LOWER_16_1(a, b)                                                                     \
  __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30)
#define CLADE_UPPER_16_1(a, b)                                                                     \
  __builtin_shufflevector(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31)
#define CLADE_LOWER_16_2(a, b)                                                                     \
  __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define CLADE_UPPER_16_2(a, b)                                                                     \
  __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define CLADE_LOWER_16_4(a, b)                                                                     \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27)
#define CLADE_UPPER_16_4(a, b)                                                                     \
  __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31)
#define CLADE_LOWER_16_8(a, b)                                                                     \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#define CLADE_UPPER_16_8(a, b)                                                                     \
  __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)

// A stage of bringing `lanes` vectors that hold a row each to hold a column each, in place; the stages have
// the sizes 1, 2, 4 and so on.
#define CLADE_TRANSPOSE_STAGE(lanes, size, parts)                                                  \
  _Pragma("clang loop unroll(full)") for (size_t lane = 0; lane < lanes; lane++) {                 \
    if (lane & size)                                                                               \
      continue;                                                                                    \
    const __typeof__(parts[0]) lower =                                                             \
        CLADE_SHUFFLE(CLADE_LOWER_, lanes, size)(parts[lane], parts[lane + size]);                 \
    parts[lane + size] =                                                                           \
        CLADE_SHUFFLE(CLADE_UPPER_, lanes, size)(parts[lane], parts[lane + size]);                 \
    parts[lane] = lower;                                                                           \
  }
#define CLADE_TRANSPOSE_8(parts)                                                                   \
  CLADE_TRANSPOSE_STAGE(8, 1, parts)                                                               \
  CLADE_TRANSPOSE_STAGE(8, 2, parts)                                                               \
  CLADE_TRANSPOSE_STAGE(8, 4, parts)

// The numbers in the even and in the odd places of two vectors, one after the other.
#define CLADE_EVENS(a, b) CLADE_SHUFFLE(CLADE_EVENS_, CLADE_LANES, 1)(a, b)
#define CLADE_ODDS(a, b) CLADE_SHUFFLE(CLADE_ODDS_, CLADE_LANES, 1)(a, b)
#define CLADE_EVENS_8_1(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define CLADE_ODDS_8_1(a, b) __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#define CLADE_EVENS_16_1(a, b)                                                                     \
  __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define CLADE_ODDS_16_1(a, b)                                                                      \
  __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
#endif
