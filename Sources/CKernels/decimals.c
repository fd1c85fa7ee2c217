#include "include/decimals.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

static const uint64_t whole_tens[9] = {1,      10,      100,      1000,     10000,
                                       100000, 1000000, 10000000, 100000000};

static inline uint64_t load(const uint8_t *p) {
  uint64_t word;
  memcpy(&word, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

// The bytes of `word` less '0'; in `others` the high bit of every byte up to the first that is no
// digit (those behind it may be wrong by a carry and don't matter).
static inline uint64_t digits_of(uint64_t word, uint64_t *others) {
  uint64_t digits = word - 0x3030303030303030u;
  *others = ((word + 0x4646464646464646u) | digits) & 0x8080808080808080u;
  return digits;
}

// The number that eight digits make, the first in the lowest byte: pairs, fours, all.
static inline uint64_t number_of(uint64_t digits) {
  const uint64_t mask = 0x000000ff000000ffu;
  digits = digits * 10 + (digits >> 8);
  return ((digits & mask) * (100 + (1000000ull << 32)) +
          ((digits >> 16) & mask) * (1 + (10000ull << 32))) >>
         32;
}

// Adds the digits at *p, seven at most, to `value`.
static inline uint64_t add_few(uint64_t value, uint64_t digits, uint64_t others,
                               const uint8_t **p) {
  unsigned count = (unsigned)__builtin_ctzll(others) >> 3;
  *p += count;
  return value * whole_tens[count] + number_of((digits << (8 * (7 - count))) << 8);
}

// significand * 10^exponent for -22 <= exponent <= 0 and a significand that is not 0, rounded to
// nearest, ties to even. "Number Parsing at a Gigabyte per Second", algorithm 1.
static inline uint64_t scale(uint64_t significand, int exponent,
                             const struct clade_decimal_tables *tables) {
  const uint64_t *five = tables->fives + 2 * (exponent - tables->lowest_five);
  int zeros = __builtin_clzll(significand);
  uint64_t normalized = significand << zeros;
  unsigned __int128 product = (unsigned __int128)normalized * five[0];
  uint64_t high = (uint64_t)(product >> 64), low = (uint64_t)product;
  if (__builtin_expect((high & 0x1ff) == 0x1ff, 0)) {
    uint64_t second = (uint64_t)(((unsigned __int128)normalized * five[1]) >> 64);
    low += second;
    high += low < second;
  }
  unsigned upper = (unsigned)(high >> 63), shift = upper + 9;
  uint64_t mantissa = high >> shift;
  int binary = ((217706 * exponent) >> 16) + 63 + (int)upper - zeros + 1023;
  if (__builtin_expect(low <= 1 && exponent >= -4 && (mantissa & 3) == 1 &&
                           mantissa << shift == high,
                       0))
    mantissa &= ~1ull;
  mantissa = (mantissa + (mantissa & 1)) >> 1;
  // A mantissa of 2^53 carries into the exponent by itself.
  return ((uint64_t)(binary - 1) << 52) + mantissa;
}

// Reads whole numbers of at most seven digits, or six behind a minus sign, each from a single word;
// stops before anything else. Much the same as clade_parse_decimals, with `left` as it goes on: 0 at
// the end of the only row to read.
static __attribute__((noinline)) size_t parse_whole(const uint8_t **position, const uint8_t *end,
                                                    size_t limit, uint8_t delimiter, size_t width,
                                                    size_t *left_in_row, double *target) {
  const uint8_t *p = *position;
  size_t left = *left_in_row, count = 0;
  while (count < limit && p < end) {
    uint64_t word = load(p), others;
    uint64_t negative = (word & 0xff) == '-';
    word >>= 8 * negative;
    uint64_t digits = digits_of(word, &others);
    // Eight times the number of digits; 56 where there are eight, with a digit for an ending.
    unsigned bits = (unsigned)__builtin_ctzll(others | 1ull << 63) & 56;
    if (bits == 0 || (uint8_t)(word >> bits) != (left == 1 ? '\n' : delimiter))
      break;
    double value = (double)(int64_t)number_of((digits << (56 - bits)) << 8);
    target[count] = negative ? -value : value;
    count += 1;
    p += negative + (bits >> 3) + 1;
    if (left == 1) {
      left = width;
      if (left == 0)
        break;
    } else if (left != SIZE_MAX) {
      left -= 1;
    }
  }
  *position = p;
  *left_in_row = left;
  return count;
}

size_t clade_parse_decimals(const uint8_t **position, const uint8_t *end, size_t limit,
                            const struct clade_decimal_row *row,
                            const struct clade_decimal_tables *tables, double *target) {
  const uint8_t *p = *position;
  const uint8_t delimiter = row->delimiter, point = row->point;
  size_t left = row->left, count = 0;
  int is_whole = 1;
  while (count < limit && p < end) {
    // Whole numbers come behind whole numbers.
    if (is_whole) {
      count += parse_whole(&p, end, limit - count, delimiter, row->width, &left, target + count);
      is_whole = 0;
      if (count == limit || p >= end || left == 0)
        break;
    }
    const uint8_t *field = p;
    uint64_t others, digits, value;
    p += *p == ' ';
    uint64_t negative = *p == '-';
    p += negative;
    const uint8_t *first = p;
    if ((uint8_t)(p[0] - '0') > 9) {
      p = field;
      break;
    }
    if (p[1] == point) {
      value = (uint64_t)(p[0] - '0');
      p += 1;
    } else {
      digits = digits_of(load(p), &others);
      value = 0;
      while (others == 0 && p - first < 24) {
        value = value * 100000000 + number_of(digits);
        p += 8;
        digits = digits_of(load(p), &others);
      }
      if (others == 0) {
        p = field;
        break;
      }
      value = add_few(value, digits, others, &p);
    }
    size_t length = (size_t)(p - first);
    int exponent = 0, is_long = 0;
    if (*p == point) {
      const uint8_t *fraction = ++p;
      digits = digits_of(load(p), &others);
      while (others == 0 && p - fraction < 24) {
        value = value * 100000000 + number_of(digits);
        p += 8;
        is_long += 1;
        digits = digits_of(load(p), &others);
      }
      if (others == 0) {
        p = field;
        break;
      }
      value = add_few(value, digits, others, &p);
      exponent = (int)(fraction - p);
      length += (size_t)(p - fraction);
    }
    // More digits than a word can hold, or something behind the digits: for the caller.
    const uint8_t *after = p;
    if (left == 1 && *after == '\r')
      after += 1;
    if (__builtin_expect(length > 19 || *after != (left == 1 ? '\n' : delimiter), 0)) {
      p = field;
      break;
    }
    // Both ways are exact; which is taken follows the form of the number, which a processor can
    // foresee, rather than its size.
    uint64_t bits;
    if (is_long < 2 && value <= 1ull << 53) {
      double quotient = (double)(int64_t)value / tables->tens[-exponent];
      memcpy(&bits, &quotient, 8);
    } else {
      bits = value == 0 ? 0 : scale(value, exponent, tables);
    }
    bits |= negative << 63;
    memcpy(target + count, &bits, 8);
    count += 1;
    is_whole = exponent == 0;
    p = after + 1;
    if (left == 1) {
      if (row->width == 0)
        break;
      left = row->width;
    } else if (left != SIZE_MAX) {
      left -= 1;
    }
  }
  *position = p;
  return count;
}
