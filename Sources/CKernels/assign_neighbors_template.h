// One variant of the assignment by the neighbours of centers, for one type of number; see
// assign_neighbors.h.

#define VECTOR CLADE_NAME(clade_vector)
#define INTEGERS CLADE_NAME(clade_lanes)
#define LANES CLADE_LANES

// Squared distances of two rows for bounds only, which may be off by a rounding or two a column.
CLADE_TARGET static inline CLADE_SCALAR CLADE_VARIANT(CLADE_NAME(bound))(const CLADE_SCALAR *a,
                                                                       const CLADE_SCALAR *b,
                                                                       size_t columns) {
  CLADE_SCALAR sum = 0;
  for (size_t j = 0; j < columns; j++) {
    const CLADE_SCALAR difference = a[j] - b[j];
    sum += difference * difference;
  }
  return sum;
}

// What a squared distance of centers has to be above for the farther one to be farther from every row whose
// squared distance from the nearer one is `square`, as kernels compute it. Three distances take part, each
// off by no more than columns + 2 roundings as a part of its square, and by what is lost below the least
// normal number; four times that leaves room.
CLADE_TARGET static inline CLADE_SCALAR CLADE_VARIANT(CLADE_NAME(reach))(CLADE_SCALAR square,
                                                                       size_t columns) {
  return square * (4 + 64 * (CLADE_SCALAR)(columns + 8) * (CLADE_SCALAR)CLADE_UNIT) +
         (CLADE_SCALAR)columns * (CLADE_SCALAR)(sizeof(CLADE_SCALAR) == 4 ? 0x1p-110 : 0x1p-990);
}

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(list_neighbors))(
    const CLADE_SCALAR *transposed, size_t count, size_t columns, size_t place,
    CLADE_SCALAR *restrict squares, uint16_t *buckets, uint16_t *list, CLADE_SCALAR *least,
    CLADE_SCALAR *radii) {
  for (size_t c = 0; c < count; c++)
    squares[c] = 0;
  for (size_t j = 0; j < columns; j++) {
    const CLADE_SCALAR *column = transposed + j * count, own = column[place];
    for (size_t c = 0; c < count; c++)
      squares[c] += (column[c] - own) * (column[c] - own);
  }
  CLADE_SCALAR most = 0;
  for (size_t c = 0; c < count; c++)
    most = squares[c] > most ? squares[c] : most;
  // Nearly sorted will do: what a block holds at least is known of each.
  uint32_t starts[CLADE_BUCKETS + 1] = {0};
  const CLADE_SCALAR scale = most > 0 ? (CLADE_BUCKETS - 1) / most : 0;
  for (size_t c = 0; c < count; c++) {
    // Also where the distance or the scale is infinite.
    const CLADE_SCALAR bucket = squares[c] * scale;
    buckets[c] = bucket < CLADE_BUCKETS - 1 ? (uint16_t)bucket : CLADE_BUCKETS - 1;
    starts[buckets[c] + 1]++;
  }
  for (size_t bucket = 0; bucket < CLADE_BUCKETS; bucket++)
    starts[bucket + 1] += starts[bucket];
  for (size_t c = 0; c < count; c++)
    list[starts[buckets[c]]++] = (uint16_t)c;
  const size_t blocks = (count + CLADE_NEIGHBOR_BLOCK - 1) / CLADE_NEIGHBOR_BLOCK;
  for (size_t i = count; i < blocks * CLADE_NEIGHBOR_BLOCK; i++)
    list[i] = (uint16_t)place;
  CLADE_SCALAR rest = (CLADE_SCALAR)__builtin_inf();
  for (size_t b = blocks; b-- > 0;) {
    for (size_t i = b * CLADE_NEIGHBOR_BLOCK; i < (b + 1) * CLADE_NEIGHBOR_BLOCK && i < count; i++)
      rest = squares[list[i]] < rest ? squares[list[i]] : rest;
    least[b] = rest;
  }
  for (size_t i = 0; i < CLADE_NEIGHBOR_RADII; i++)
    radii[i] = (size_t)1 << i < blocks ? least[(size_t)1 << i] / 4 : (CLADE_SCALAR)__builtin_inf();
}

// Compares a block of a list with the rows of a vector.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(compare_block))(const VECTOR *block, size_t columns,
                                         const CLADE_SCALAR *centers, const uint16_t *list,
                                         VECTOR *least, INTEGERS *nearest) {
  const CLADE_SCALAR *center[CLADE_NEIGHBOR_BLOCK];
  VECTOR sums[CLADE_NEIGHBOR_BLOCK];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < CLADE_NEIGHBOR_BLOCK; i++) {
    center[i] = centers + list[i] * columns;
    sums[i] = (VECTOR){0};
  }
#pragma clang loop unroll(disable)
  for (size_t j = 0; j < columns; j++)
#pragma clang loop unroll(full)
    for (size_t i = 0; i < CLADE_NEIGHBOR_BLOCK; i++) {
      const VECTOR difference = block[j] - center[i][j];
      sums[i] = __builtin_elementwise_fma(difference, difference, sums[i]);
    }
  // Mostly none is nearer than those before in the list.
  VECTOR lowest = sums[0];
#pragma clang loop unroll(full)
  for (size_t i = 1; i < CLADE_NEIGHBOR_BLOCK; i++) {
    const INTEGERS lower = (INTEGERS)(sums[i] < lowest);
    lowest = (VECTOR)((lower & (INTEGERS)sums[i]) | (~lower & (INTEGERS)lowest));
  }
  if (__builtin_reduce_or((INTEGERS)(lowest <= *least)) == 0)
    return;
#pragma clang loop unroll(full)
  for (size_t i = 0; i < CLADE_NEIGHBOR_BLOCK; i++) {
    const INTEGERS place = (INTEGERS){0} + (CLADE_LANE_INTEGER)list[i];
    const INTEGERS nearer = (INTEGERS)(sums[i] < *least) |
                            ((INTEGERS)(sums[i] == *least) & (INTEGERS)(place < *nearest));
    *least = (VECTOR)((nearer & (INTEGERS)sums[i]) | (~nearer & (INTEGERS)*least));
    *nearest = (nearer & place) | (~nearer & *nearest);
  }
}

CLADE_TARGET static size_t CLADE_VARIANT(CLADE_NAME(assign_neighbors))(
    const CLADE_SCALAR *rows, size_t count, const struct clade_neighbors *neighbors,
    const int32_t *ids, const int32_t *places, const int32_t *before, void *workspace,
    int32_t *after) {
  const size_t columns = neighbors->columns, centers_count = neighbors->count;
  const size_t blocks = neighbors->stride / CLADE_NEIGHBOR_BLOCK;
  const CLADE_SCALAR *centers = neighbors->centers, *all_least = neighbors->least;
  const CLADE_SCALAR *radii = neighbors->radii;
  CLADE_SCALAR *squares = workspace;
  uint32_t *keys = (uint32_t *)(squares + count), *order = keys + count, *starts = order + count;
  // Rows by center, and by the blocks that they are compared with.
  memset(starts, 0, (centers_count * CLADE_NEIGHBOR_RADII + 1) * sizeof *starts);
  for (size_t i = 0; i < count; i++) {
    const size_t place = (size_t)places[before[i]];
    const CLADE_SCALAR square =
        CLADE_VARIANT(CLADE_NAME(bound))(rows + i * columns, centers + place * columns, columns);
    squares[i] = square;
    uint32_t wider = 0;
#pragma clang loop unroll(full)
    for (size_t r = 0; r + 1 < CLADE_NEIGHBOR_RADII; r++)
      wider += square > radii[place * CLADE_NEIGHBOR_RADII + r];
    keys[i] = (uint32_t)place * CLADE_NEIGHBOR_RADII + wider;
    starts[keys[i] + 1]++;
  }
  for (size_t key = 0; key < centers_count * CLADE_NEIGHBOR_RADII; key++)
    starts[key + 1] += starts[key];
  for (size_t i = 0; i < count; i++)
    order[starts[keys[i]]++] = (uint32_t)i;
  // Where each key began, the one after it ended.
  size_t compared = 0, first = 0;
  for (size_t place = 0; place < centers_count; place++) {
    const size_t end = starts[(place + 1) * CLADE_NEIGHBOR_RADII - 1];
    const uint16_t *list = neighbors->lists + place * neighbors->stride;
    const CLADE_SCALAR *from = all_least + place * blocks;
    for (; first < end; first += LANES) {
      const size_t height = end - first < LANES ? end - first : LANES;
      _Alignas(64) CLADE_SCALAR block[CLADE_NEIGHBOR_MOST_COLUMNS * LANES];
      CLADE_SCALAR widest = 0;
      for (size_t lane = 0; lane < LANES; lane++) {
        const size_t i = order[first + (lane < height ? lane : 0)];
        widest = squares[i] > widest ? squares[i] : widest;
        // Scattering takes longer.
#pragma clang loop vectorize(disable)
        for (size_t j = 0; j < columns; j++)
          block[j * LANES + lane] = rows[i * columns + j];
      }
      // Rows that come next, so that they are read while these are compared.
      for (size_t lane = 0; lane < LANES && first + LANES + lane < count; lane++) {
        const size_t i = order[first + LANES + lane];
        __builtin_prefetch(rows + i * columns);
        __builtin_prefetch(squares + i);
      }
      const CLADE_SCALAR reach = CLADE_VARIANT(CLADE_NAME(reach))(widest, columns);
      VECTOR least = (VECTOR){0} + (CLADE_SCALAR)__builtin_inf();
      INTEGERS nearest = (INTEGERS){0} + (CLADE_LANE_INTEGER)place;
      size_t b = 0;
      for (; b < blocks && !(from[b] > reach); b++)
        CLADE_VARIANT(CLADE_NAME(compare_block))
        ((const VECTOR *)block, columns, centers, list + b * CLADE_NEIGHBOR_BLOCK, &least, &nearest);
      compared += b * CLADE_NEIGHBOR_BLOCK * LANES;
      for (size_t lane = 0; lane < height; lane++)
        after[order[first + lane]] = ids[nearest[lane]];
    }
    first = end;
  }
  return compared;
}

#undef VECTOR
#undef INTEGERS
#undef LANES
