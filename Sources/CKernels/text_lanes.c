#include "include/text_lanes.h"

#pragma STDC FP_CONTRACT OFF

#define CLADE_TEMPLATE "text_lanes_template.h"

#define CLADE_BITS 8
#define CLADE_CELL uint8_t
#define CLADE_NAME(name) CLADE_JOIN(name, 8)
#include "text_lanes_width.h"

#define CLADE_BITS 16
#define CLADE_CELL uint16_t
#define CLADE_NAME(name) CLADE_JOIN(name, 16)
#include "text_lanes_width.h"

#define CLADE_BITS 32
#define CLADE_CELL uint32_t
#define CLADE_NAME(name) CLADE_JOIN(name, 32)
#include "text_lanes_width.h"

#define CLADE_BITS 64
#define CLADE_CELL uint64_t
#define CLADE_NAME(name) CLADE_JOIN(name, 64)
#include "text_lanes_width.h"

// The functions that choose among the variants, for one width of lanes.
#define CLADE_TEXT_LANES(bits)                                                                     \
  void clade_edit_lanes_##bits(const uint32_t *text, size_t length, const uint32_t *slots,         \
                               const void *masks, const void *rows, void *steps, int is_first,     \
                               int is_last, int32_t *sums) {                                       \
    CLADE_DISPATCH(edit_lanes_##bits, text, length, slots, masks, rows, steps, is_first, is_last,  \
                   sums)                                                                           \
  }                                                                                                \
  void clade_jaro_lanes_##bits(const uint32_t *text, size_t length, const uint32_t *slots,         \
                               const void *masks, const void *sizes, size_t longest, void *space,  \
                               double *similarities) {                                             \
    CLADE_DISPATCH(jaro_lanes_##bits, text, length, slots, masks, sizes, longest, space,           \
                   similarities)                                                                   \
  }

CLADE_TEXT_LANES(8)
CLADE_TEXT_LANES(16)
CLADE_TEXT_LANES(32)
CLADE_TEXT_LANES(64)
