#include "include/elementary.h"

#include <stdint.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

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

#define CLADE_TEMPLATE "elementary_template.h"
#include "variants.h"

double clade_exp(double x) { return exp_one_portable(x); }

double clade_log(double x) { return log_one_portable(x); }

void clade_exp_array(const double *from, double *to, size_t count) {
  CLADE_DISPATCH(exp_array, from, to, count);
}

void clade_log_array(const double *from, double *to, size_t count) {
  CLADE_DISPATCH(log_array, from, to, count);
}
