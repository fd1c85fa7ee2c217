// Distances of boxes and of rows in a kd-tree, for one type of number; see kd_tree.h.

#define VECTOR CLADE_NAME(clade_vector)
#define INTEGERS CLADE_NAME(clade_lanes)
#define LANES CLADE_LANES

// Which lanes of a comparison are set, a bit each.
#define BITS(mask)                                                                                 \
  (uint32_t)__builtin_bit_cast(CLADE_NAME(clade_kd_mask),                                          \
                               __builtin_convertvector(mask, CLADE_NAME(clade_kd_bools)))

// The squared distance of the boxes `a` and `b`. The sum of differences that aren't above those of any
// rows in the boxes, rounded alike, isn't above the sum of theirs.
CLADE_TARGET static inline __attribute__((always_inline)) CLADE_SCALAR
CLADE_VARIANT(CLADE_NAME(kd_gap))(const size_t columns, const CLADE_SCALAR *a,
                                  const CLADE_SCALAR *b) {
  CLADE_SCALAR sum = 0;
  for (size_t j = 0; j < columns; j++) {
    const CLADE_SCALAR above = a[j] - b[columns + j], below = b[j] - a[columns + j];
    CLADE_SCALAR gap = above > below ? above : below;
    gap = gap > 0 ? gap : 0;
    sum = __builtin_elementwise_fma(gap, gap, sum);
  }
  return sum;
}

// `gaps` = the squared distances of a panel's rows from a box: as above, a row being a box of its own.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(kd_row_gaps))(const size_t columns, const VECTOR *panel,
                                       const CLADE_SCALAR *box, VECTOR *gaps) {
  VECTOR sums = (VECTOR){0};
  for (size_t j = 0; j < columns; j++) {
    const VECTOR above = panel[j] - box[columns + j], below = box[j] - panel[j];
    const VECTOR gap =
        __builtin_elementwise_max(__builtin_elementwise_max(above, below), (VECTOR){0});
    sums = __builtin_elementwise_fma(gap, gap, sums);
  }
  *gaps = sums;
}
