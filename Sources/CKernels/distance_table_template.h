// One variant of the work on a table of distances; see distance_table.h.

#define VECTOR clade_table_vector

CLADE_TARGET static double CLADE_VARIANT(table_least_number)(const double *row, size_t count) {
  VECTOR least[4];
  for (int k = 0; k < 4; k++)
    least[k] = (VECTOR){0} + __builtin_inf();
  size_t i = 0;
  for (; i + 32 <= count; i += 32)
#pragma clang loop unroll(full)
    for (int k = 0; k < 4; k++)
      least[k] = __builtin_elementwise_min(least[k], *(const VECTOR *)(row + i + 8 * k));
  for (; i < count; i += 8)
    least[0] = __builtin_elementwise_min(least[0], *(const VECTOR *)(row + i));
  const VECTOR all = __builtin_elementwise_min(__builtin_elementwise_min(least[0], least[1]),
                                               __builtin_elementwise_min(least[2], least[3]));
  double number = all[0];
  for (int lane = 1; lane < 8; lane++)
    number = all[lane] < number ? all[lane] : number;
  return number;
}

// Which of eight numbers are equal to one, a bit each.
#define EQUAL(row, number)                                                                         \
  (uint32_t)__builtin_bit_cast(                                                                    \
      clade_kd_mask_f64,                                                                           \
      __builtin_convertvector(*(const VECTOR *)(row) == (number), clade_kd_bools_f64))

CLADE_TARGET static size_t CLADE_VARIANT(table_least)(const double *row, size_t count) {
  const double number = CLADE_VARIANT(table_least_number)(row, count);
  for (size_t i = 0; i < count; i += 8) {
    const uint32_t found = EQUAL(row + i, number);
    if (found)
      return i + (size_t)__builtin_ctz(found);
  }
  return 0;
}

CLADE_TARGET static size_t CLADE_VARIANT(table_nearest)(const double *row, size_t count,
                                                        const int32_t *names, int32_t name) {
  const double number = CLADE_VARIANT(table_least_number)(row, count);
  size_t place = 0;
  uint64_t tie = UINT64_MAX;
  if (number < __builtin_inf())
    for (size_t i = 0; i < count; i += 8)
      for (uint32_t found = EQUAL(row + i, number); found; found &= found - 1) {
        const size_t other = i + (size_t)__builtin_ctz(found);
        const uint64_t rank = clade_tie(name, names[other]);
        if (rank < tie) {
          tie = rank;
          place = other;
        }
      }
  return place;
}

// Which of eight numbers are at most eight others, a bit each.
#define AT_MOST(row, others)                                                                       \
  (uint32_t)__builtin_bit_cast(clade_kd_mask_f64,                                                  \
                               __builtin_convertvector(*(const VECTOR *)(row) <=                   \
                                                           *(const VECTOR *)(others),              \
                                                       clade_kd_bools_f64))

CLADE_TARGET static void CLADE_VARIANT(table_lower)(const double *row, size_t count, int32_t slot,
                                                    int32_t name, const int32_t *names,
                                                    double *least, int32_t *nearest,
                                                    const int32_t *all_names) {
  for (size_t i = 0; i < count; i += 8)
    for (uint32_t found = AT_MOST(row + i, least + i); found; found &= found - 1) {
      const size_t other = i + (size_t)__builtin_ctz(found);
      const double number = row[other];
      if (number < least[other] ||
          (number < __builtin_inf() &&
           clade_tie(names[other], name) < clade_tie(names[other], all_names[nearest[other]]))) {
        least[other] = number;
        nearest[other] = slot;
      }
    }
}

// The distance from a joined cluster, of vectors or of single numbers.
#define LARGEST(a, b, size) __builtin_elementwise_max(a, b)
#define LINEAR(a, b, size)                                                                         \
  __builtin_elementwise_max(                                                                       \
      __builtin_elementwise_fma(a, x, __builtin_elementwise_fma(b, y, term)), nothing)
#define WARD(a, b, size)                                                                           \
  __builtin_elementwise_max(                                                                       \
      __builtin_elementwise_fma(                                                                   \
          (size) + x, a, __builtin_elementwise_fma((size) + y, b, -((size) * term))) /             \
          ((size) + (x + y)),                                                                      \
      nothing)

#define JOIN_ROWS(rule)                                                                            \
  for (size_t i = 0; i < count; i += 8) {                                                          \
    const VECTOR a = *(const VECTOR *)(first + i), b = *(const VECTOR *)(second + i);              \
    const VECTOR size = *(const VECTOR *)(sizes + i);                                              \
    (void)size;                                                                                    \
    *(VECTOR *)(first + i) = rule(a, b, size);                                                     \
  }                                                                                                \
  return;

CLADE_TARGET static void CLADE_VARIANT(table_join_rows)(enum clade_table_rule rule,
                                                        const struct clade_table_join *join,
                                                        double *first, const double *second,
                                                        const double *sizes, size_t count) {
  const VECTOR nothing = {0}, x = nothing + join->first_factor, y = nothing + join->second_factor,
               term = nothing + join->term;
  switch (rule) {
  case CLADE_TABLE_LARGEST:
    JOIN_ROWS(LARGEST)
  case CLADE_TABLE_LINEAR:
    JOIN_ROWS(LINEAR)
  case CLADE_TABLE_WARD:
    JOIN_ROWS(WARD)
  }
}

#define JOIN_COLUMNS(rule)                                                                         \
  for (size_t i = 0; i < count; i++) {                                                             \
    const double x = joins[i].first_factor, y = joins[i].second_factor, term = joins[i].term;      \
    const double a = row[joins[i].first], b = row[joins[i].second];                                \
    (void)x, (void)y, (void)term;                                                                  \
    row[joins[i].first] = rule(a, b, size);                                                        \
    row[joins[i].second] = __builtin_inf();                                                        \
  }                                                                                                \
  return;

CLADE_TARGET static void CLADE_VARIANT(table_join_columns)(enum clade_table_rule rule,
                                                           const struct clade_table_join *joins,
                                                           size_t count, double size,
                                                           double *row) {
  const double nothing = 0;
  switch (rule) {
  case CLADE_TABLE_LARGEST:
    JOIN_COLUMNS(LARGEST)
  case CLADE_TABLE_LINEAR:
    JOIN_COLUMNS(LINEAR)
  case CLADE_TABLE_WARD:
    JOIN_COLUMNS(WARD)
  }
}

CLADE_TARGET static void CLADE_VARIANT(table_roots)(double *row, size_t count) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8)
    *(VECTOR *)(row + i) = __builtin_elementwise_sqrt(*(const VECTOR *)(row + i));
  for (; i < count; i++)
    row[i] = __builtin_sqrt(row[i]);
}

#undef VECTOR
#undef EQUAL
#undef AT_MOST
#undef LARGEST
#undef LINEAR
#undef WARD
#undef JOIN_ROWS
#undef JOIN_COLUMNS
