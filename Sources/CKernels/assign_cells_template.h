// One variant of the assignment by cells, for one type of number; see assign_cells.h.

#define VECTOR CLADE_NAME(clade_vector)
#define INTEGERS CLADE_NAME(clade_lanes)
#define LANES CLADE_LANES

// As in assign_template.h.
#define MERGE(size, a, b)                                                                          \
  {                                                                                                \
    const VECTOR lower = CLADE_LOWER(size, least[a], least[b]);                                    \
    const VECTOR upper = CLADE_UPPER(size, least[a], least[b]);                                    \
    const INTEGERS lower_place = CLADE_LOWER(size, where[a], where[b]);                            \
    const INTEGERS upper_place = CLADE_UPPER(size, where[a], where[b]);                            \
    const INTEGERS nearer = (INTEGERS)(upper < lower) |                                            \
                            ((INTEGERS)(upper == lower) & (upper_place < lower_place));            \
    least[a] = (VECTOR)((nearer & (INTEGERS)upper) | (~nearer & (INTEGERS)lower));                 \
    where[a] = (nearer & upper_place) | (~nearer & lower_place);                                   \
  }

// The codes of 8 rows, and which of them have a column out of range.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(codes))(const size_t columns, const CLADE_SCALAR *rows,
                                 const struct clade_cells *cells,
                                 const struct clade_spread *spread, uint64_t *codes,
                                 uint64_t *out_of_range) {
  clade_cell_codes code = {0}, outside = {0};
  const double most = (double)(((uint64_t)1 << cells->bits) - 1);
  for (size_t j = 0; j < columns; j++) {
    clade_cell_doubles x;
#pragma clang loop unroll(full)
    for (int lane = 0; lane < 8; lane++)
      x[lane] = (double)rows[(size_t)lane * columns + j];
    const clade_cell_doubles t = (x - cells->lower[j]) * cells->scale;
    outside |= ~((clade_cell_codes)(t >= 0) & (clade_cell_codes)(t <= most));
    // The last bits of t + 2^52 are t as a whole number.
    clade_cell_codes whole =
        (clade_cell_codes)(t + 0x1p52) & (((uint64_t)1 << cells->bits) - 1);
#pragma clang loop unroll(full)
    for (int step = 0; step < 5; step++)
      whole = (whole | whole << spread->shifts[step]) & spread->masks[step];
    code |= whole << (columns - 1 - j);
  }
  *(clade_cell_codes *)codes = code;
  *(clade_cell_codes *)out_of_range = outside;
}

// The nearest centers of 8 rows, each among the panels of its own cell.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(assign_in_cells))(const size_t columns, const CLADE_SCALAR *rows,
                                           const struct clade_cells *cells, const uint32_t *first,
                                           const uint32_t *counts, int32_t *labels,
                                           CLADE_SCALAR *distances) {
  VECTOR least[8];
  INTEGERS where[8], lanes;
#pragma clang loop unroll(full)
  for (int lane = 0; lane < LANES; lane++)
    lanes[lane] = lane;
#pragma clang loop unroll(full)
  for (size_t i = 0; i < 8; i++) {
    const CLADE_SCALAR *panel =
        (const CLADE_SCALAR *)cells->panels + (size_t)first[i] * columns * LANES;
    VECTOR nearest = (VECTOR){0} + (CLADE_SCALAR)__builtin_inf();
    INTEGERS place = (INTEGERS){0};
    for (uint32_t p = 0; p < counts[i]; p++, panel += columns * LANES) {
      VECTOR sum = {0};
      for (size_t j = 0; j < columns; j++) {
        const VECTOR difference = rows[i * columns + j] - *(const VECTOR *)(panel + j * LANES);
        sum = __builtin_elementwise_fma(difference, difference, sum);
      }
      const INTEGERS nearer = (INTEGERS)(sum < nearest);
      nearest = (VECTOR)((nearer & (INTEGERS)sum) | (~nearer & (INTEGERS)nearest));
      place = (nearer & (CLADE_LANE_INTEGER)p) | (~nearer & place);
    }
    least[i] = nearest;
    where[i] = place * LANES + lanes;
  }
  MERGE(1, 0, 1) MERGE(1, 2, 3) MERGE(1, 4, 5) MERGE(1, 6, 7)
  MERGE(2, 0, 2) MERGE(2, 4, 6)
  MERGE(4, 0, 4)
#if CLADE_LANES == 16
  MERGE(8, 0, 0)
#endif
#pragma clang loop unroll(full)
  for (size_t i = 0; i < 8; i++) {
    labels[i] = cells->ids[(size_t)first[i] * LANES + (size_t)where[0][i]];
    if (distances)
      distances[i] = least[0][i];
  }
}

CLADE_TARGET static inline __attribute__((always_inline)) size_t
CLADE_VARIANT(CLADE_NAME(assign_cells_columns))(const size_t columns, const CLADE_SCALAR *rows,
                                                size_t count, const struct clade_cells *cells,
                                                int32_t *labels, CLADE_SCALAR *distances) {
  const struct clade_spread spread = spread_of(columns, cells->bits);
  const unsigned first_shift = cells->bits * (unsigned)columns - cells->root_bits;
  uint64_t codes[CLADE_BLOCK] __attribute__((aligned(64)));
  uint64_t outside[CLADE_BLOCK] __attribute__((aligned(64)));
  uint32_t first[CLADE_BLOCK], counts[CLADE_BLOCK];
  CLADE_SCALAR padded[8 * CLADE_CELL_MOST_COLUMNS], padded_distances[8];
  int32_t padded_labels[8];
  size_t compared = 0;
  for (size_t start = 0; start < count;) {
    const CLADE_SCALAR *block = rows + start * columns;
    size_t height = (count - start < CLADE_BLOCK ? count - start : CLADE_BLOCK) & ~(size_t)7;
    int32_t *label = labels + start;
    CLADE_SCALAR *distance = distances ? distances + start : NULL;
    const size_t rest = height > 0 ? 0 : count - start;
    if (rest > 0) {
      // Fewer than 8 rows are left: they are filled up to 8.
      for (size_t i = 0; i < 8; i++)
        for (size_t j = 0; j < columns; j++)
          padded[i * columns + j] = block[(i < rest ? i : 0) * columns + j];
      block = padded;
      label = padded_labels;
      distance = distances ? padded_distances : NULL;
      height = 8;
    }
    for (size_t i = 0; i < height; i += 8)
      CLADE_VARIANT(CLADE_NAME(codes))
      (columns, block + i * columns, cells, &spread, codes + i, outside + i);
    for (size_t i = 0; i < height; i++) {
      unsigned shift = first_shift;
      uint32_t entry = cells->table[codes[i] >> shift];
      while (!(entry >> CLADE_CELL_BIT)) {
        const unsigned bits = entry >> CLADE_TABLE_BITS_SHIFT;
        shift -= bits;
        entry = cells->table[(entry & (((uint32_t)1 << CLADE_TABLE_BITS_SHIFT) - 1)) +
                             ((codes[i] >> shift) & (((uint64_t)1 << bits) - 1))];
      }
      const uint32_t panels = (entry >> CLADE_CELL_PANELS_SHIFT) & CLADE_CELL_MOST_PANELS;
      const int all = outside[i] != 0 || panels == 0;
      first[i] = all ? 0 : entry & (((uint32_t)1 << CLADE_CELL_PANELS_SHIFT) - 1);
      counts[i] = all ? (uint32_t)cells->all_panels : panels;
      compared += counts[i];
      __builtin_prefetch((const CLADE_SCALAR *)cells->panels + (size_t)first[i] * columns * LANES);
    }
    for (size_t i = 0; i < height; i += 8)
      CLADE_VARIANT(CLADE_NAME(assign_in_cells))
      (columns, block + i * columns, cells, first + i, counts + i, label + i,
       distance ? distance + i : NULL);
    for (size_t i = 0; i < rest; i++) {
      labels[start + i] = padded_labels[i];
      if (distances)
        distances[start + i] = padded_distances[i];
    }
    start += rest > 0 ? rest : height;
  }
  return compared;
}

CLADE_TARGET static size_t CLADE_VARIANT(CLADE_NAME(assign_cells))(
    const CLADE_SCALAR *rows, size_t count, const struct clade_cells *cells, int32_t *labels,
    CLADE_SCALAR *distances) {
#define COLUMNS(number)                                                                            \
  CLADE_VARIANT(CLADE_NAME(assign_cells_columns))(number, rows, count, cells, labels, distances)
  switch (cells->columns) {
  case 1:
    return COLUMNS(1);
  case 2:
    return COLUMNS(2);
  case 3:
    return COLUMNS(3);
  default:
    return COLUMNS(cells->columns);
  }
#undef COLUMNS
}

#undef VECTOR
#undef INTEGERS
#undef LANES
#undef MERGE
