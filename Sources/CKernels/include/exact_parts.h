// Terms of an exact sum as whole numbers of two units, added up.
//
// What is added are integers, so the order of the terms doesn't matter, nor does the width of the
// vectors: every variant gives the same.
#ifndef CLADE_EXACT_PARTS_H
#define CLADE_EXACT_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The largest magnitude of `count` terms, 0 of none; not a number counts as infinite.
double clade_largest_magnitude(const double *terms, size_t count);

// Cuts each term into a multiple of a coarse unit and one of a fine unit, and adds up how many there
// are of each. Adding `coarse`, and then `fine` to what that left, rounds to a multiple of the unit.
//
// No term is larger than the bound that `coarse` and `fine` were made for, and there are 2^18 at most, so
// that the sums fit. What rounding makes of a sum is meant here: compilers may not put sums in another
// order.
//
// Returns whether nothing was left of any term; else the sums say nothing.
bool clade_exact_parts(const double *terms, size_t count, double coarse, double fine,
                       int64_t *coarse_sum, int64_t *fine_sum);

#endif
