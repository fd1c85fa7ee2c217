// Each row's nearest center where there are few columns: the same labels as assign.h, but a row is
// compared only with the centers that can be nearest to a row in its cell of space.
//
// Cells are boxes that come of halving a cube again and again, one column after the other. Which cell a
// row is in follows from its code: its columns as whole numbers of `bits` bits with their bits
// interleaved, the highest bit of the first column first. A table of the first bits leads to a cell or
// to another table for the next bits.
#ifndef CLADE_ASSIGN_CELLS_H
#define CLADE_ASSIGN_CELLS_H

#include <stddef.h>
#include <stdint.h>

enum {
  CLADE_CELL_MOST_COLUMNS = 8,
  // An entry of a table with this bit is a cell, else another table.
  CLADE_CELL_BIT = 31,
  // A cell: the number of its panels above the place of the first one; 0 panels stand for all centers.
  CLADE_CELL_PANELS_SHIFT = 24,
  CLADE_CELL_MOST_PANELS = 127,
  // A table: the number of bits that it takes above the place where it begins.
  CLADE_TABLE_BITS_SHIFT = 26
};

struct clade_cells {
  size_t columns;
  // Column j of a row is the whole number next to (x − lower[j]) · scale, of `bits` bits. A row that
  // isn't in this range is compared with all centers.
  unsigned bits;
  const double *lower;
  double scale;
  // The first of the tables takes `root_bits` bits.
  unsigned root_bits;
  const uint32_t *table;
  // Packed as in panels.h, the centers of a cell in the order of all centers. The first `all_panels` of
  // them hold all centers.
  const void *panels;
  size_t all_panels;
  // What to call them: an entry for every lane of every panel.
  const int32_t *ids;
};

// As clade_assign_f64 in assign.h for the centers of the first panels. Returns the number of panels that
// rows were compared with.
size_t clade_assign_cells_f64(const double *rows, size_t count, const struct clade_cells *cells,
                              int32_t *labels, double *distances);
size_t clade_assign_cells_f32(const float *rows, size_t count, const struct clade_cells *cells,
                              int32_t *labels, float *distances);

#endif
