// Comparing a text with many others at once: a lane of a vector for each of them.
//
// Texts are numbers, one a letter. The texts that stand in lanes, the patterns, are there as bits: for
// each letter that occurs in any of them a row of `masks`, in which bit i of a lane is set where the
// letter is the pattern's i-th. `slots` holds the row of each letter; row 0 is all zeros, for letters
// that no pattern has. A row has 64 bytes: 512 / N lanes of N bits, for patterns of up to N letters.
// Only integers are compared, so that all variants give the same numbers.
#ifndef CLADE_TEXT_LANES_H
#define CLADE_TEXT_LANES_H

#include <stddef.h>
#include <stdint.h>

// Edit distances by the bit-parallel algorithm of Myers, as Hyyrö wrote it, a lane a pattern.
//
// Patterns of more than N letters take several calls, one for each N of their letters, in order:
// `steps` (`length` × 64 bytes) keeps how the distances change along the text from one call to the
// next; `is_first` and `is_last` say which call it is. `rows` (64 bytes) has the bits that are letters
// of a pattern. Each call adds to `sums` (a lane each), from the text's length on, what becomes the
// distance.
void clade_edit_lanes_8(const uint32_t *text, size_t length, const uint32_t *slots,
                        const void *masks, const void *rows, void *steps, int is_first,
                        int is_last, int32_t *sums);
void clade_edit_lanes_16(const uint32_t *text, size_t length, const uint32_t *slots,
                         const void *masks, const void *rows, void *steps, int is_first,
                         int is_last, int32_t *sums);
void clade_edit_lanes_32(const uint32_t *text, size_t length, const uint32_t *slots,
                         const void *masks, const void *rows, void *steps, int is_first,
                         int is_last, int32_t *sums);
void clade_edit_lanes_64(const uint32_t *text, size_t length, const uint32_t *slots,
                         const void *masks, const void *rows, void *steps, int is_first,
                         int is_last, int32_t *sums);

// Jaro's similarities. `sizes` (64 bytes) has the length of each lane's pattern, `longest` the greatest
// of them, and `space` room for `length` × 64 bytes. Lengths must fit in a lane.
void clade_jaro_lanes_8(const uint32_t *text, size_t length, const uint32_t *slots,
                        const void *masks, const void *sizes, size_t longest, void *space,
                        double *similarities);
void clade_jaro_lanes_16(const uint32_t *text, size_t length, const uint32_t *slots,
                         const void *masks, const void *sizes, size_t longest, void *space,
                         double *similarities);
void clade_jaro_lanes_32(const uint32_t *text, size_t length, const uint32_t *slots,
                         const void *masks, const void *sizes, size_t longest, void *space,
                         double *similarities);
void clade_jaro_lanes_64(const uint32_t *text, size_t length, const uint32_t *slots,
                         const void *masks, const void *sizes, size_t longest, void *space,
                         double *similarities);

#endif
