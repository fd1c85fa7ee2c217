// One variant of the assignment of rows with few columns, for one type of number; see assign.h. Included
// by assign_template.h.
//
// Lanes run across rows here: CLADE_LANES rows are transposed, and the centers pass by one after the
// other. Every lane keeps the nearest center so far, so that lanes needn't be compared in the end, which
// would take longer than the distances where there are few columns and centers.

// Where that's faster, as measured; and the centers that are compared with a block together.
#if CLADE_VECTOR_BYTES == 64
#define CLADE_IS_NARROW(columns, panels)                                                           \
  ((columns) <= LANES || ((columns) <= CLADE_NARROW && (panels) == 1))
#define CLADE_BLOCK_HEIGHT CLADE_LANES
#else
#define CLADE_IS_NARROW(columns, panels) ((columns) <= CLADE_NARROW)
#define CLADE_BLOCK_HEIGHT 4
#endif

// The distances of a block of rows (`columns` vectors) from `height` centers of a panel, the first at
// `center`, and what is nearer than what was found before.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(assign_block))(const size_t height, const VECTOR *block, size_t columns,
                                        const CLADE_SCALAR *center, const int32_t *ids,
                                        VECTOR *least, INTEGERS *label) {
  VECTOR sums[CLADE_BLOCK_HEIGHT];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++)
    sums[i] = (VECTOR){0};
#define ADD_COLUMN(j)                                                                              \
  _Pragma("clang loop unroll(full)") for (size_t i = 0; i < height; i++) {                         \
    const VECTOR difference = block[j] - center[(j) * LANES + i];                                  \
    sums[i] = __builtin_elementwise_fma(difference, difference, sums[i]);                          \
  }
  if (columns == 2) {
    ADD_COLUMN(0)
    ADD_COLUMN(1)
  } else {
#pragma clang loop unroll(disable)
    for (size_t j = 0; j < columns; j++)
      ADD_COLUMN(j)
  }
#undef ADD_COLUMN
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++) {
    const INTEGERS nearer = (INTEGERS)(sums[i] < *least);
    *least = (VECTOR)((nearer & (INTEGERS)sums[i]) | (~nearer & (INTEGERS)*least));
    *label = (nearer & (CLADE_LANE_INTEGER)ids[i]) | (~nearer & *label);
  }
}

// The columns of CLADE_LANES rows as vectors; `readable` numbers may be read from `rows`.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(transpose))(const CLADE_SCALAR *rows, size_t readable, size_t columns,
                                     VECTOR *block) {
  if (columns == 2) {
    const VECTOR lower = *(const VECTOR *)rows, upper = *(const VECTOR *)(rows + LANES);
    block[0] = CLADE_EVENS(lower, upper);
    block[1] = CLADE_ODDS(lower, upper);
    return;
  }
  size_t j = 0;
  for (; columns - j > 3 && (LANES - 1) * columns + j + LANES <= readable; j += LANES) {
    VECTOR parts[LANES];
#pragma clang loop unroll(full)
    for (size_t lane = 0; lane < LANES; lane++)
      parts[lane] = *(const VECTOR *)(rows + lane * columns + j);
    CLADE_TRANSPOSE_STAGE(CLADE_LANES, 1, parts)
    CLADE_TRANSPOSE_STAGE(CLADE_LANES, 2, parts)
    CLADE_TRANSPOSE_STAGE(CLADE_LANES, 4, parts)
#if CLADE_LANES == 16
    CLADE_TRANSPOSE_STAGE(CLADE_LANES, 8, parts)
#endif
    if (columns - j >= LANES) {
#pragma clang loop unroll(full)
      for (size_t lane = 0; lane < LANES; lane++)
        block[j + lane] = parts[lane];
    } else {
      for (size_t lane = 0; j + lane < columns; lane++)
        block[j + lane] = parts[lane];
      return;
    }
  }
  for (; j < columns; j++)
    for (size_t lane = 0; lane < LANES; lane++)
      block[j][lane] = rows[lane * columns + j];
}

// With two columns, a constant where this is inlined, there is so little to compute that rows are
// waited for if nothing else is done.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(assign_columns))(const CLADE_SCALAR *rows, size_t count,
                                          const size_t columns, const CLADE_SCALAR *panels,
                                          size_t panel_count, const int32_t *ids, int32_t *labels,
                                          CLADE_SCALAR *distances) {
  // The last panel may not be full; there are no infinite centers.
  size_t centers = panel_count * LANES;
  while (centers > 1 && panels[(panel_count - 1) * columns * LANES + (centers - 1) % LANES] ==
                            (CLADE_SCALAR)__builtin_inf())
    centers--;
  // Vectors that cross a line of the cache would take twice as long.
  _Alignas(64) VECTOR block[CLADE_NARROW];
  CLADE_SCALAR rest[LANES * CLADE_NARROW];
  for (size_t first = 0; first < count; first += LANES) {
    const size_t height = count - first < LANES ? count - first : LANES;
    const CLADE_SCALAR *from = rows + first * columns;
    size_t readable = (count - first) * columns;
    if (height < LANES) {
      for (size_t i = 0; i < LANES * columns; i++)
        rest[i] = from[i < height * columns ? i : i % columns];
      from = rest;
      readable = LANES * columns;
    }
    // Rows that come soon, so that they are read while distances are computed.
    for (size_t byte = 0; byte < LANES * columns * sizeof *rows; byte += 64)
      __builtin_prefetch((const void *)((uintptr_t)from + 4096 + byte));
    CLADE_VARIANT(CLADE_NAME(transpose))(from, readable, columns, block);
    VECTOR least = (VECTOR){0} + (CLADE_SCALAR)__builtin_inf();
    INTEGERS label = (INTEGERS){0} + (CLADE_LANE_INTEGER)ids[0];
    size_t c = 0;
    for (; c + CLADE_BLOCK_HEIGHT <= centers; c += CLADE_BLOCK_HEIGHT)
      CLADE_VARIANT(CLADE_NAME(assign_block))
      (CLADE_BLOCK_HEIGHT, block, columns, panels + c / LANES * columns * LANES + c % LANES, ids + c,
       &least, &label);
    for (; c < centers; c += 4)
      CLADE_VARIANT(CLADE_NAME(assign_block))
      (4, block, columns, panels + c / LANES * columns * LANES + c % LANES,
       ids + c, &least, &label);
    if (height == LANES) {
#pragma clang loop unroll(full)
      for (size_t i = 0; i < LANES; i++)
        labels[first + i] = (int32_t)label[i];
      if (distances)
        *(VECTOR *)(distances + first) = least;
    } else {
      for (size_t i = 0; i < height; i++) {
        labels[first + i] = (int32_t)label[i];
        if (distances)
          distances[first + i] = least[i];
      }
    }
  }
}

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(assign_narrow))(
    const CLADE_SCALAR *rows, size_t count, size_t columns, const CLADE_SCALAR *panels,
    size_t panel_count, const int32_t *ids, int32_t *labels, CLADE_SCALAR *distances) {
  if (columns == 2)
    CLADE_VARIANT(CLADE_NAME(assign_columns))
    (rows, count, 2, panels, panel_count, ids, labels, distances);
  else
    CLADE_VARIANT(CLADE_NAME(assign_columns))
    (rows, count, columns, panels, panel_count, ids, labels, distances);
}

#undef CLADE_BLOCK_HEIGHT
