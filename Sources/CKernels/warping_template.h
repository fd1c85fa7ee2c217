// One variant of dynamic time warping, for one type of number; see warping.h.

#define VECTOR CLADE_NAME(clade_vector)
#define LANES CLADE_LANES
#define INTEGERS CLADE_NAME(clade_lanes)
#define LESSER(a, b) ((a) < (b) ? (a) : (b))
// The lesser lanes; none is NaN.
#define LESSER_LANES(a, b)                                                                         \
  (VECTOR)((((INTEGERS)((a) < (b))) & (INTEGERS)(a)) | (~((INTEGERS)((a) < (b))) & (INTEGERS)(b)))

// Some rows of the tables, one of each of which begins where the one above has got to a column further.
// `height`, how many rows, `absolute` and `checked` are constants where this is inlined. Steps
// `from`...`to` are gone; in the r-th row a step is that many columns less r. Where `checked`, columns
// that are further than the window from the diagonal get no sum.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(warp_steps))(const size_t height, const int absolute, const int checked,
                                      ptrdiff_t from, ptrdiff_t to, ptrdiff_t first,
                                      ptrdiff_t window, ptrdiff_t columns, const VECTOR *row,
                                      const CLADE_SCALAR *panel, VECTOR *sums, VECTOR *last,
                                      VECTOR *before, VECTOR *corner, VECTOR *least) {
  const VECTOR none = (VECTOR){0} + (CLADE_SCALAR)__builtin_inf();
  for (ptrdiff_t step = from; step <= to; step++) {
    const VECTOR above = checked && step >= columns ? none : sums[step];
#pragma clang loop unroll(full)
    for (size_t down = 0; down < height; down++) {
      const size_t r = height - 1 - down;
      const ptrdiff_t column = step - (ptrdiff_t)r, middle = first + (ptrdiff_t)r;
      VECTOR sum = none;
      if (!checked || (column >= 0 && column < columns && column >= middle - window &&
                       column <= middle + window)) {
        const VECTOR up = r ? last[r ? r - 1 : 0] : above;
        const VECTOR diagonal = r ? before[r ? r - 1 : 0] : *corner;
        const VECTOR passed = LESSER_LANES(up, diagonal), left = last[r];
        const VECTOR gap = *(const VECTOR *)(panel + column * LANES) - row[r];
        sum = LESSER_LANES(passed, left);
        sum = absolute ? sum + __builtin_elementwise_abs(gap)
                       : __builtin_elementwise_fma(gap, gap, sum);
      }
      before[r] = last[r];
      last[r] = sum;
    }
    *corner = above;
    const ptrdiff_t column = step - (ptrdiff_t)height + 1;
    if (!checked || (column >= 0 && column < columns)) {
      sums[column] = last[height - 1];
      *least = LESSER_LANES(*least, last[height - 1]);
    }
  }
}

// The tables' rows from `first` on, of which `height` are gone through; what is smallest in the last of
// them goes to `least`.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(warp_rows))(const size_t height, const int absolute, ptrdiff_t first,
                                     ptrdiff_t window, ptrdiff_t columns, const CLADE_SCALAR *row,
                                     const CLADE_SCALAR *panel, VECTOR *sums, VECTOR *least) {
  const VECTOR none = (VECTOR){0} + (CLADE_SCALAR)__builtin_inf();
  VECTOR values[4], last[4], before[4];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < height; r++) {
    values[r] = (VECTOR){0} + row[first + (ptrdiff_t)r];
    last[r] = before[r] = none;
  }
  const ptrdiff_t bottom = first + (ptrdiff_t)height - 1;
  const ptrdiff_t left = first > window ? first - window : 0;
  const ptrdiff_t right = LESSER(columns - 1, bottom + window);
  VECTOR corner = none;
  if (first == 0)
    corner = (VECTOR){0};
  else if (left > 0)
    corner = sums[left - 1];
  *least = none;
  // Every row is within the window from step `inner` to step `outer`.
  const ptrdiff_t inner = (ptrdiff_t)height - 1 + (bottom > window ? bottom - window : 0);
  const ptrdiff_t outer = LESSER(columns - 1, first + window);
  const ptrdiff_t end = right + (ptrdiff_t)height - 1;
  if (inner > outer) {
    CLADE_VARIANT(CLADE_NAME(warp_steps))
    (height, absolute, 1, left, end, first, window, columns, values, panel, sums, last, before,
     &corner, least);
    return;
  }
  CLADE_VARIANT(CLADE_NAME(warp_steps))
  (height, absolute, 1, left, inner - 1, first, window, columns, values, panel, sums, last, before,
   &corner, least);
  CLADE_VARIANT(CLADE_NAME(warp_steps))
  (height, absolute, 0, inner, outer, first, window, columns, values, panel, sums, last, before,
   &corner, least);
  CLADE_VARIANT(CLADE_NAME(warp_steps))
  (height, absolute, 1, outer + 1, end, first, window, columns, values, panel, sums, last, before,
   &corner, least);
}

// Whether all lanes are greater than the limit.
CLADE_TARGET static inline __attribute__((always_inline)) int
CLADE_VARIANT(CLADE_NAME(exceed))(const VECTOR *lanes, CLADE_SCALAR limit) {
  int all = 1;
#pragma clang loop vectorize(disable)
  for (size_t lane = 0; lane < LANES; lane++)
    all &= (*lanes)[lane] > limit;
  return all;
}

// The distances of one row from one panel; `absolute` is a constant where this is inlined.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(warp))(const int absolute, ptrdiff_t window, CLADE_SCALAR limit,
                                const CLADE_SCALAR *row, ptrdiff_t columns,
                                const CLADE_SCALAR *panel, VECTOR *sums, VECTOR *result) {
  enum { height = CLADE_VECTOR_BYTES == 64 ? 4 : CLADE_VECTOR_BYTES == 32 ? 2 : 1 };
  const VECTOR none = (VECTOR){0} + (CLADE_SCALAR)__builtin_inf();
  for (ptrdiff_t column = 0; column < columns; column++)
    sums[column] = none;
  VECTOR least = none;
  ptrdiff_t first = 0;
  for (; first + height <= columns; first += height) {
    CLADE_VARIANT(CLADE_NAME(warp_rows))
    (height, absolute, first, window, columns, row, panel, sums, &least);
    if (limit < (CLADE_SCALAR)__builtin_inf() &&
        CLADE_VARIANT(CLADE_NAME(exceed))(&least, limit)) {
      *result = none;
      return;
    }
  }
  for (; first < columns; first++)
    CLADE_VARIANT(CLADE_NAME(warp_rows))
  (1, absolute, first, window, columns, row, panel, sums, &least);
  *result = columns ? sums[columns - 1] : (VECTOR){0};
}

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(warping))(
    int absolute, size_t window, CLADE_SCALAR limit, const CLADE_SCALAR *rows, size_t count,
    size_t columns, const CLADE_SCALAR *panels, size_t panel_count, CLADE_SCALAR *space,
    CLADE_SCALAR *distances, size_t stride) {
  const ptrdiff_t reach = (ptrdiff_t)LESSER(window, columns);
  for (size_t p = 0; p < panel_count; p++)
    for (size_t i = 0; i < count; i++) {
      const CLADE_SCALAR *row = rows + i * columns, *panel = panels + p * columns * LANES;
      VECTOR *result = (VECTOR *)(distances + i * stride + p * LANES);
      if (absolute)
        CLADE_VARIANT(CLADE_NAME(warp))
      (1, reach, limit, row, (ptrdiff_t)columns, panel, (VECTOR *)space, result);
      else CLADE_VARIANT(CLADE_NAME(warp))(0, reach, limit, row, (ptrdiff_t)columns, panel,
                                           (VECTOR *)space, result);
    }
}

#undef VECTOR
#undef LANES
#undef INTEGERS
#undef LESSER
#undef LESSER_LANES
