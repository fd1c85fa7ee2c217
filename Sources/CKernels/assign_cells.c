#include "include/assign_cells.h"

#pragma STDC FP_CONTRACT OFF

// The rows whose cells are looked up before any is compared; a multiple of 8.
enum { CLADE_BLOCK = 64 };

typedef double clade_cell_doubles __attribute__((vector_size(64), aligned(8)));
typedef uint64_t clade_cell_codes __attribute__((vector_size(64)));

// How the bits of a number are moved apart so that `columns` numbers can be interleaved: groups of 16
// bits, then of 8 and so on, are moved up and those bits kept that are where they belong.
struct clade_spread {
  unsigned shifts[5];
  uint64_t masks[5];
};

static struct clade_spread spread_of(size_t columns, unsigned bits) {
  struct clade_spread spread;
  for (int step = 0; step < 5; step++) {
    const unsigned group = 16u >> step;
    spread.shifts[step] = (unsigned)(group * (columns - 1) % 64);
    spread.masks[step] = 0;
    for (unsigned bit = 0; bit < bits; bit++)
      spread.masks[step] |= (uint64_t)1 << ((bit / group) * group * columns + bit % group);
    // Nothing to move where all bits are in one group.
    if (bits <= group)
      spread.shifts[step] = 0;
  }
  return spread;
}

#define CLADE_TEMPLATE "assign_cells_template.h"

#include "both_types.h"

size_t clade_assign_cells_f64(const double *rows, size_t count, const struct clade_cells *cells,
                              int32_t *labels, double *distances) {
  CLADE_DISPATCH(assign_cells_f64, rows, count, cells, labels, distances)
}

size_t clade_assign_cells_f32(const float *rows, size_t count, const struct clade_cells *cells,
                              int32_t *labels, float *distances) {
  CLADE_DISPATCH(assign_cells_f32, rows, count, cells, labels, distances)
}
