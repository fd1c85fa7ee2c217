// Reads rows of decimal numbers.
#ifndef CLADE_DECIMALS_H
#define CLADE_DECIMALS_H

#include <stddef.h>
#include <stdint.h>

// The powers that are multiplied by.
struct clade_decimal_tables {
  // 10^0 ... 10^22.
  const double *tens;
  // The 128 leading bits of 5^q for q from `lowest_five` to 308: high word, low word.
  const uint64_t *fives;
  int lowest_five;
};

// What stands between numbers, and where rows end.
struct clade_decimal_row {
  uint8_t delimiter;
  uint8_t point;
  // The numbers up to the end of the present row, or SIZE_MAX if something else follows them there.
  size_t left;
  // The numbers of each further row, 0 if only the present one is to be read.
  size_t width;
};

// Reads plain numbers from *position on, each followed by the delimiter or, at the end of a row, by a
// line end, into `target`, at most `limit` of them; before `end` every row has its line end, and 32
// bytes behind it may be looked at.
//
// Stops before the first field that is anything else: missing, in quotes, with an exponent, with more
// than 19 digits ... and leaves that to the caller. Every number is the double nearest to what is
// written, ties to even. Returns how many were read, and moves *position behind the last one's
// delimiter or line end.
size_t clade_parse_decimals(const uint8_t **position, const uint8_t *end, size_t limit,
                            const struct clade_decimal_row *row,
                            const struct clade_decimal_tables *tables, double *target);

#endif
