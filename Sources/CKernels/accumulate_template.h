// One variant of the exact accumulation, for one type of number (CLADE_SCALAR); see accumulate.h.

// The two fixed-point parts of `x`, as bits.
#define CLADE_SPLIT(x, j)                                                                          \
  const double coarse_sum = (x) + coarse[j];                                                       \
  const double fine_sum = ((x) - (coarse_sum - coarse[j])) + fine[j];                              \
  const int64_t coarse_bits = clade_bits(coarse_sum), fine_bits = clade_bits(fine_sum)

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(add_row))(
    const CLADE_SCALAR *restrict row, size_t columns, const double *restrict prescale,
    const double *restrict coarse, const double *restrict fine, int64_t *restrict high,
    int64_t *restrict low, int64_t sign) {
#pragma clang loop vectorize(assume_safety)
  for (size_t j = 0; j < columns; j++) {
    const double x = (double)row[j] * prescale[j];
    CLADE_SPLIT(x, j);
    high[j] = (int64_t)((uint64_t)high[j] + (((uint64_t)coarse_bits ^ (uint64_t)sign) - (uint64_t)sign));
    low[j] = (int64_t)((uint64_t)low[j] + (((uint64_t)fine_bits ^ (uint64_t)sign) - (uint64_t)sign));
  }
}

// Takes a row away from one sum and adds it to another.
CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(move_row))(
    const CLADE_SCALAR *restrict row, size_t columns, const double *restrict prescale,
    const double *restrict coarse, const double *restrict fine, int64_t *restrict high_before,
    int64_t *restrict low_before, int64_t *restrict high, int64_t *restrict low) {
#pragma clang loop vectorize(assume_safety)
  for (size_t j = 0; j < columns; j++) {
    const double x = (double)row[j] * prescale[j];
    CLADE_SPLIT(x, j);
    high_before[j] = (int64_t)((uint64_t)high_before[j] - (uint64_t)coarse_bits);
    low_before[j] = (int64_t)((uint64_t)low_before[j] - (uint64_t)fine_bits);
    high[j] = (int64_t)((uint64_t)high[j] + (uint64_t)coarse_bits);
    low[j] = (int64_t)((uint64_t)low[j] + (uint64_t)fine_bits);
  }
}

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(add_weighted_row))(
    const CLADE_SCALAR *restrict row, double weight, size_t columns,
    const double *restrict prescale, const double *restrict coarse, const double *restrict fine,
    int64_t *restrict high, int64_t *restrict low, int64_t sign) {
  for (size_t j = 0; j < columns; j++) {
    const double scaled = (double)row[j] * prescale[j];
    const double product = scaled * weight;
    const double rest = __builtin_fma(scaled, weight, -product);
    uint64_t h, l;
    {
      CLADE_SPLIT(product, j);
      h = (uint64_t)coarse_bits;
      l = (uint64_t)fine_bits;
    }
    {
      CLADE_SPLIT(rest, j);
      h += (uint64_t)coarse_bits;
      l += (uint64_t)fine_bits;
    }
    high[j] = (int64_t)((uint64_t)high[j] + ((h ^ (uint64_t)sign) - (uint64_t)sign));
    low[j] = (int64_t)((uint64_t)low[j] + ((l ^ (uint64_t)sign) - (uint64_t)sign));
  }
}

CLADE_TARGET static size_t CLADE_VARIANT(CLADE_NAME(accumulate))(
    const CLADE_SCALAR *rows, size_t count, size_t columns, const int32_t *before,
    const int32_t *after, const CLADE_SCALAR *weights, const struct clade_fixed_point *constants,
    int64_t *sums, int64_t *addends, uint32_t *locks) {
  size_t moved = 0;
  for (size_t i = 0; i < count; i++) {
    // Mostly few rows move.
    while (before && after && i + 16 <= count &&
           memcmp(before + i, after + i, 16 * sizeof *after) == 0)
      i += 16;
    if (i == count)
      break;
    const int32_t from = before ? before[i] : -1, to = after ? after[i] : 0;
    if (from == to)
      continue;
    moved++;
    const CLADE_SCALAR *row = rows + i * columns;
    if (from >= 0 && to >= 0 && !weights && !locks) {
      int64_t *high_before = sums + (size_t)from * 2 * columns;
      int64_t *high = sums + (size_t)to * 2 * columns;
      CLADE_VARIANT(CLADE_NAME(move_row))
      (row, columns, constants->prescale, constants->coarse, constants->fine, high_before,
       high_before + columns, high, high + columns);
      addends[from]--;
      addends[to]++;
      continue;
    }
    for (int side = 0; side < 2; side++) {
      const int32_t group = side ? to : from;
      if (group < 0)
        continue;
      int64_t *high = sums + (size_t)group * 2 * columns, *low = high + columns;
      const int64_t sign = side ? 0 : -1;
      uint32_t *lock = locks ? clade_lock(locks, group) : NULL;
      if (weights) {
        CLADE_VARIANT(CLADE_NAME(add_weighted_row))
        (row, (double)weights[i], columns, constants->prescale, constants->coarse, constants->fine,
         high, low, sign);
        addends[group] += side ? 2 : -2;
      } else {
        CLADE_VARIANT(CLADE_NAME(add_row))
        (row, columns, constants->prescale, constants->coarse, constants->fine, high, low, sign);
        addends[group] += side ? 1 : -1;
      }
      if (lock)
        clade_unlock(lock);
    }
  }
  return moved;
}

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(largest_magnitudes))(
    const CLADE_SCALAR *restrict rows, size_t count, size_t columns, double *restrict largest) {
  for (size_t i = 0; i < count; i++) {
    const CLADE_SCALAR *row = rows + i * columns;
#pragma clang loop vectorize(assume_safety)
    for (size_t j = 0; j < columns; j++) {
      const double magnitude = __builtin_fabs((double)row[j]);

      const double counted = magnitude != magnitude ? __builtin_inf() : magnitude;
      largest[j] = counted > largest[j] ? counted : largest[j];
    }
  }
}

#undef CLADE_SPLIT
