// Sums of rows by group in fixed point, the same for any order of the rows.
//
// A value x of column j is rounded to a multiple of the coarse unit of its column by adding
// `coarse[j]` (1.5 · 2^e: the sum's last bit is worth the unit), what that left is rounded to a
// multiple of the fine unit by adding `fine[j]`, and the bits of both sums are added up as integers.
// Integer addition is associative, so neither order nor threads nor vector width can be seen in the
// result. The caller takes the constants' own bits off again, once for every addend.
#ifndef CLADE_ACCUMULATE_H
#define CLADE_ACCUMULATE_H

#include <stddef.h>
#include <stdint.h>

// The constants of `columns` columns.
struct clade_fixed_point {
  const double *prescale; // a power of two that values are multiplied by first
  const double *coarse;
  const double *fine;
};

// The locks of groups, each in a cache line of its own.
enum { CLADE_LOCKS = 256, CLADE_LOCK_STRIDE = 16 };

// Adds `rows` (count × columns) to `sums` (groups × 2 × columns: coarse, then fine).
//
// Row i joins group `after[i]` (0 when `after` is NULL; none when negative) and, when `before` isn't
// NULL, leaves group `before[i]` (none when negative); a row that stays where it was costs nothing.
// With `weights`, a row counts as its product with its weight, exactly: as two addends a value.
// `addends[g]` grows by the addends that each column of group g got, less those that it lost.
// Several threads may add to the same sums at once with the same `locks`, CLADE_LOCKS times
// CLADE_LOCK_STRIDE numbers that are 0 at first; NULL where only one does.
// Returns the number of rows that joined or left a group.
size_t clade_accumulate_f64(const double *rows, size_t count, size_t columns, const int32_t *before,
                            const int32_t *after, const double *weights,
                            const struct clade_fixed_point *constants, int64_t *sums,
                            int64_t *addends, uint32_t *locks);
size_t clade_accumulate_f32(const float *rows, size_t count, size_t columns, const int32_t *before,
                            const int32_t *after, const float *weights,
                            const struct clade_fixed_point *constants, int64_t *sums,
                            int64_t *addends, uint32_t *locks);

// `largest[j] = max(largest[j], |rows[i][j]|)` over all rows i; NaN counts as infinity.
void clade_largest_magnitudes_f64(const double *rows, size_t count, size_t columns,
                                  double *largest);
void clade_largest_magnitudes_f32(const float *rows, size_t count, size_t columns, double *largest);

#endif
