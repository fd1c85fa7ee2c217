// Doubles as their bits, for the elementary functions.
#ifndef CLADE_ELEMENTARY_BITS_H
#define CLADE_ELEMENTARY_BITS_H

#include <stdint.h>
#include <string.h>

static inline uint64_t clade_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline double clade_from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

#endif
