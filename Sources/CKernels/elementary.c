#include "include/elementary.h"

#include "elementary_bits.h"

#pragma STDC FP_CONTRACT OFF

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
