// The variants of region.h; included once per instruction set and type. A lane belongs to a point.

#define VECTOR CLADE_NAME(clade_vector)
#define MASK CLADE_NAME(clade_lanes)
#define BLOCK struct CLADE_NAME(clade_block)
#define SQUARES CLADE_VARIANT(CLADE_NAME(region_squares))

// The squared distances of a vector of points, from `first` on.
CLADE_TARGET static inline __attribute__((always_inline)) void
SQUARES(BLOCK block, size_t first, const CLADE_SCALAR *point, VECTOR *squares) {
  *squares = (VECTOR){0};
  for (size_t j = 0; j < block.dimensions; j++) {
    const VECTOR difference = *(const VECTOR *)(block.columns + j * block.stride + first) - point[j];
    *squares = __builtin_elementwise_fma(difference, difference, *squares);
  }
}

CLADE_TARGET static size_t CLADE_VARIANT(CLADE_NAME(count_within))(BLOCK block,
                                                                   const CLADE_SCALAR *point,
                                                                   CLADE_SCALAR limit) {
  MASK within = (MASK){0};
  VECTOR squares;
  size_t first = 0;
  for (; first + CLADE_LANES <= block.count; first += CLADE_LANES) {
    SQUARES(block, first, point, &squares);
    within += squares <= limit;
  }
  size_t total = 0;
  if (first < block.count) {
    SQUARES(block, first, point, &squares);
    for (size_t lane = 0; lane < block.count - first; lane++)
      total += squares[lane] <= limit;
  }
  if (first > 0)
    for (int lane = 0; lane < CLADE_LANES; lane++)
      total -= (size_t)within[lane];
  return total;
}

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(block_distances))(BLOCK block,
                                                                    const CLADE_SCALAR *point,
                                                                    CLADE_SCALAR *squares) {
  VECTOR own;
  size_t first = 0;
  for (; first + CLADE_LANES <= block.count; first += CLADE_LANES) {
    SQUARES(block, first, point, &own);
    *(VECTOR *)(squares + first) = own;
  }
  if (first < block.count) {
    SQUARES(block, first, point, &own);
    for (size_t lane = 0; lane < block.count - first; lane++)
      squares[first + lane] = own[lane];
  }
}

#undef SQUARES
#undef BLOCK
#undef MASK
#undef VECTOR
