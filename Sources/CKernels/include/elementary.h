// exp and log with the same bits on every machine, for one number and for arrays.
//
// Only IEEE additions, multiplications, divisions and comparisons in one fixed order, never fused,
// so the scalar functions and all vector variants agree in every bit. Errors stay below 1 ulp (in
// the subnormal results of exp below 1 ulp of the subnormal spacing).
#ifndef CLADE_ELEMENTARY_H
#define CLADE_ELEMENTARY_H

#include <stddef.h>

double clade_exp(double x);
double clade_log(double x);

// `to[i] = exp(from[i])`; `from` and `to` may be the same array, but may not overlap otherwise.
void clade_exp_array(const double *from, double *to, size_t count);
// `to[i] = log(from[i])`; `from` and `to` may be the same array, but may not overlap otherwise.
void clade_log_array(const double *from, double *to, size_t count);

#endif
