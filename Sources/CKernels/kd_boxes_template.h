// Distances of boxes and of rows in a kd-tree, for one type of number; see kd_tree.h.

#define VECTOR CLADE_NAME(clade_vector)
#define INTEGERS CLADE_NAME(clade_lanes)
#define LANES CLADE_LANES

// Which lanes of a comparison are set, a bit each.
#define BITS(mask)                                                                                 \
  (uint32_t)__builtin_bit_cast(CLADE_NAME(clade_kd_mask),                                          \
                               __builtin_convertvector(mask, CLADE_NAME(clade_kd_bools)))

// The sum of all lanes.
#if CLADE_LANES == 8
#define LANE_SUM(v) (((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7])))
#define CLADE_SMALLEST_NORMAL 0x1p-1022
#else
#define LANE_SUM(v)                                                                                \
  ((((v[0] + v[8]) + (v[4] + v[12])) + ((v[2] + v[10]) + (v[6] + v[14]))) +                        \
   (((v[1] + v[9]) + (v[5] + v[13])) + ((v[3] + v[11]) + (v[7] + v[15]))))
#define CLADE_SMALLEST_NORMAL 0x1p-126f
#endif

// The squared distance of the boxes `a` and `b`. The sum of differences that aren't above those of
// any rows in the boxes, rounded alike, isn't above the sum of theirs.
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

// Lane by lane, the first number where it is above the second or below it, else the second: an
// instruction each, as nothing here is NaN.
#define LARGER(a, b)                                                                               \
  (VECTOR)(((INTEGERS)((a) > (b)) & (INTEGERS)(a)) | (~(INTEGERS)((a) > (b)) & (INTEGERS)(b)))
#define SMALLER(a, b)                                                                              \
  (VECTOR)(((INTEGERS)((a) < (b)) & (INTEGERS)(a)) | (~(INTEGERS)((a) < (b)) & (INTEGERS)(b)))

// Not above the squared distance of any row in the box `a` from any in the box `b`, and hardly
// below that of the boxes. Where there are several columns, lanes run across them, so that squares
// are added in another order; the sum is made less by more than that can change it.
CLADE_TARGET static inline __attribute__((always_inline)) CLADE_SCALAR
CLADE_VARIANT(CLADE_NAME(kd_least_gap))(const size_t columns, const CLADE_SCALAR *a,
                                        const CLADE_SCALAR *b) {
  if (columns < LANES)
    return CLADE_VARIANT(CLADE_NAME(kd_gap))(columns, a, b);
  VECTOR sums = (VECTOR){0};
  size_t j = 0;
  for (; j + LANES <= columns; j += LANES) {
    const VECTOR above = *(const VECTOR *)(a + j) - *(const VECTOR *)(b + columns + j);
    const VECTOR below = *(const VECTOR *)(b + j) - *(const VECTOR *)(a + columns + j);
    const VECTOR larger = LARGER(above, below), gap = LARGER(larger, (VECTOR){0});
    sums += gap * gap;
  }
  CLADE_SCALAR sum = LANE_SUM(sums);
  for (; j < columns; j++) {
    const CLADE_SCALAR above = a[j] - b[columns + j], below = b[j] - a[columns + j];
    CLADE_SCALAR gap = above > below ? above : below;
    gap = gap > 0 ? gap : 0;
    sum += gap * gap;
  }
  // A sum of d squares, in either order, is off by d + 1 roundings at most, and where they are too
  // small for these to be relative, by less than the smallest number that isn't.
  return sum * (1 - 4 * (CLADE_SCALAR)(columns + 2) * (CLADE_SCALAR)CLADE_UNIT) -
         CLADE_SMALLEST_NORMAL;
}

// `gaps` = the squared distances of a panel's rows from a box, as kd_gap has them, a row being a
// box of its own: that from the point of the box which is nearest to it.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(kd_row_gaps))(const size_t columns, const VECTOR *panel,
                                       const CLADE_SCALAR *box, VECTOR *gaps) {
  VECTOR sums = (VECTOR){0};
  for (size_t j = 0; j < columns; j++) {
    const VECTOR lower = (VECTOR){0} + box[j], upper = (VECTOR){0} + box[columns + j];
    const VECTOR above = LARGER(panel[j], lower), nearest = SMALLER(above, upper);
    const VECTOR gap = panel[j] - nearest;
    sums = __builtin_elementwise_fma(gap, gap, sums);
  }
  *gaps = sums;
}
