// One variant of the assignment of rows with few columns, for one type of number; see assign.h. Included
// by assign_template.h.
//
// Lanes run across rows here: CLADE_LANES rows are transposed, and the centers pass by one after the
// other. Every lane keeps the nearest center so far, so that lanes needn't be compared in the end, which
// would take longer than the distances where there are few columns and centers.

// Where that's faster, as measured; and the centers that are compared with how many blocks
// together: each sum is a chain in which every term waits for the last. More than one block of
// many columns took longer.
#if CLADE_VECTOR_BYTES == 64
#define CLADE_IS_NARROW(columns, panels)                                                           \
  ((columns) <= LANES || ((columns) <= CLADE_NARROW && (panels) == 1))
#define CLADE_BLOCK_HEIGHT CLADE_LANES
#define CLADE_BLOCK_WIDTH(columns) 1
#else
#define CLADE_IS_NARROW(columns, panels) ((columns) <= CLADE_NARROW)
#define CLADE_BLOCK_HEIGHT 4
#define CLADE_BLOCK_WIDTH(columns) ((columns) == 2 && CLADE_VECTOR_BYTES == 32 ? 2 : 1)
#endif

// The distances of `width` blocks of rows (`columns` vectors each, CLADE_NARROW apart) from
// `height` centers of a panel, the first at `center`, and what is nearer than what was found
// before.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(assign_block))(const size_t height, const size_t width,
                                        const VECTOR *block, size_t columns,
                                        const CLADE_SCALAR *center, const int32_t *ids,
                                        VECTOR *least, INTEGERS *label) {
  VECTOR sums[CLADE_BLOCK_HEIGHT][2];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++)
#pragma clang loop unroll(full)
    for (size_t w = 0; w < width; w++)
      sums[i][w] = (VECTOR){0};
#define ADD_COLUMN(j)                                                                              \
  _Pragma("clang loop unroll(full)") for (size_t i = 0; i < height; i++)                           \
      _Pragma("clang loop unroll(full)") for (size_t w = 0; w < width; w++) {                      \
    const VECTOR difference = block[w * CLADE_NARROW + (j)] - center[(j) * LANES + i];             \
    sums[i][w] = __builtin_elementwise_fma(difference, difference, sums[i][w]);                    \
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
  for (size_t i = 0; i < height; i++)
#pragma clang loop unroll(full)
    for (size_t w = 0; w < width; w++) {
      const INTEGERS nearer = (INTEGERS)(sums[i][w] < least[w]);
      least[w] = (VECTOR)((nearer & (INTEGERS)sums[i][w]) | (~nearer & (INTEGERS)least[w]));
      label[w] = (nearer & (CLADE_LANE_INTEGER)ids[i]) | (~nearer & label[w]);
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
#if CLADE_VECTOR_BYTES == 32
  // A register has half of the lanes. It is filled by halves, so that no shuffle crosses them, and
  // a few columns at a time stay in registers.
  enum { few = 16 / sizeof(CLADE_SCALAR), many = 2 * few };
  typedef CLADE_SCALAR half __attribute__((vector_size(16), aligned(sizeof(CLADE_SCALAR))));
  typedef CLADE_SCALAR whole __attribute__((vector_size(32)));
  for (; j < columns && (LANES - 1) * columns + j + few <= readable; j += few)
#pragma clang loop unroll(full)
    for (size_t group = 0; group < 2; group++) {
      const CLADE_SCALAR *from = rows + group * many * columns + j;
      whole parts[few];
#pragma clang loop unroll(full)
      for (size_t i = 0; i < few; i++) {
        const half lower = *(const half *)(from + i * columns);
        const half upper = *(const half *)(from + (i + few) * columns);
        memcpy(&parts[i], &lower, sizeof lower);
        memcpy((half *)&parts[i] + 1, &upper, sizeof upper);
      }
#if CLADE_LANES == 16
      const whole ab = __builtin_shufflevector(parts[0], parts[1], 0, 8, 1, 9, 4, 12, 5, 13);
      const whole cd = __builtin_shufflevector(parts[2], parts[3], 0, 8, 1, 9, 4, 12, 5, 13);
      const whole ab_rest = __builtin_shufflevector(parts[0], parts[1], 2, 10, 3, 11, 6, 14, 7, 15);
      const whole cd_rest = __builtin_shufflevector(parts[2], parts[3], 2, 10, 3, 11, 6, 14, 7, 15);
      parts[0] = __builtin_shufflevector(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13);
      parts[1] = __builtin_shufflevector(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15);
      parts[2] = __builtin_shufflevector(ab_rest, cd_rest, 0, 1, 8, 9, 4, 5, 12, 13);
      parts[3] = __builtin_shufflevector(ab_rest, cd_rest, 2, 3, 10, 11, 6, 7, 14, 15);
#else
      const whole a = parts[0], b = parts[1];
      parts[0] = __builtin_shufflevector(a, b, 0, 4, 2, 6);
      parts[1] = __builtin_shufflevector(a, b, 1, 5, 3, 7);
#endif
#pragma clang loop unroll(full)
      for (size_t i = 0; i < few; i++)
        ((whole *)&block[j + i])[group] = parts[i];
    }
  if (j >= columns)
    return;
#endif
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

// The nearest of all centers for `width` blocks, of which `height` rows are there.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(assign_blocks))(const size_t width, const CLADE_SCALAR *rows,
                                         size_t readable, const size_t height,
                                         const size_t columns, const CLADE_SCALAR *panels,
                                         size_t centers, const int32_t *ids, int32_t *labels,
                                         CLADE_SCALAR *distances) {
  // Vectors that cross a line of the cache would take twice as long.
  _Alignas(64) VECTOR block[2 * CLADE_NARROW];
  // Rows that come soon, so that they are read while distances are computed.
  for (size_t byte = 0; byte < width * LANES * columns * sizeof *rows; byte += 64)
    __builtin_prefetch((const void *)((uintptr_t)rows + 4096 + byte));
  VECTOR least[2];
  INTEGERS label[2];
#pragma clang loop unroll(full)
  for (size_t w = 0; w < width; w++) {
    CLADE_VARIANT(CLADE_NAME(transpose))(rows + w * LANES * columns, readable - w * LANES * columns,
                                         columns, block + w * CLADE_NARROW);
    least[w] = (VECTOR){0} + (CLADE_SCALAR)__builtin_inf();
    label[w] = (INTEGERS){0} + (CLADE_LANE_INTEGER)ids[0];
  }
  size_t c = 0;
  for (; c + CLADE_BLOCK_HEIGHT <= centers; c += CLADE_BLOCK_HEIGHT)
    CLADE_VARIANT(CLADE_NAME(assign_block))
    (CLADE_BLOCK_HEIGHT, width, block, columns, panels + c / LANES * columns * LANES + c % LANES,
     ids + c, least, label);
  for (; c < centers; c += 4)
    CLADE_VARIANT(CLADE_NAME(assign_block))
    (4, width, block, columns, panels + c / LANES * columns * LANES + c % LANES, ids + c, least,
     label);
  if (height == width * LANES) {
#pragma clang loop unroll(full)
    for (size_t w = 0; w < width; w++) {
#pragma clang loop unroll(full)
      for (size_t i = 0; i < LANES; i++)
        labels[w * LANES + i] = (int32_t)label[w][i];
      if (distances)
        *(VECTOR *)(distances + w * LANES) = least[w];
    }
  } else {
    for (size_t i = 0; i < height; i++) {
      labels[i] = (int32_t)label[0][i];
      if (distances)
        distances[i] = least[0][i];
    }
  }
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
  const size_t width = CLADE_BLOCK_WIDTH(columns);
  size_t first = 0;
  for (; first + width * LANES <= count; first += width * LANES)
    CLADE_VARIANT(CLADE_NAME(assign_blocks))
    (width, rows + first * columns, (count - first) * columns, width * LANES, columns, panels, centers,
     ids, labels + first, distances ? distances + first : NULL);
  CLADE_SCALAR rest[LANES * CLADE_NARROW];
  for (; first < count; first += LANES) {
    const size_t height = count - first < LANES ? count - first : LANES;
    const CLADE_SCALAR *from = rows + first * columns;
    size_t readable = (count - first) * columns;
    if (height < LANES) {
      for (size_t i = 0; i < LANES * columns; i++)
        rest[i] = from[i < height * columns ? i : i % columns];
      from = rest;
      readable = LANES * columns;
    }
    CLADE_VARIANT(CLADE_NAME(assign_blocks))
    (1, from, readable, height, columns, panels, centers, ids, labels + first,
     distances ? distances + first : NULL);
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
#undef CLADE_BLOCK_WIDTH
