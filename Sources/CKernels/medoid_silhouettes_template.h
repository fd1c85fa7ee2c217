// One variant of what swaps change of medoid silhouettes, for one type of number; see
// medoid_silhouettes.h. Sums are exact, so that they may be added up in any order.

#define VECTOR CLADE_NAME(clade_vector)
#define LANES CLADE_LANES
#define WIDE CLADE_VARIANT(CLADE_NAME(medoid_quotients))
#define WIDE_INTEGERS CLADE_VARIANT(CLADE_NAME(medoid_quotient_lanes))
typedef double WIDE __attribute__((vector_size(CLADE_LANES * 8), aligned(8)));
typedef int64_t WIDE_INTEGERS __attribute__((vector_size(CLADE_LANES * 8)));

// Which lanes of a comparison are set, a bit each.
#define BITS(mask)                                                                                 \
  (uint32_t)__builtin_bit_cast(CLADE_NAME(clade_kd_mask),                                          \
                               __builtin_convertvector(mask, CLADE_NAME(clade_kd_bools)))

// *quotient = the rounded quotient of the two smallest of three numbers, of which `b` isn't above `c`.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(medoid_quotient))(const WIDE *a, const WIDE *b, const WIDE *c,
                                           double shift, WIDE *quotient) {
  const WIDE low = __builtin_elementwise_min(*a, *b);
  const WIDE high = __builtin_elementwise_min(__builtin_elementwise_max(*a, *b), *c);
  const WIDE_INTEGERS some = (WIDE_INTEGERS)(low > 0);
  *quotient = ((WIDE)(some & (WIDE_INTEGERS)(low / high)) + shift) - shift;
}

CLADE_TARGET static inline __attribute__((always_inline)) double
CLADE_VARIANT(CLADE_NAME(medoid_quotient_one))(double a, double b, double c, double shift) {
  const double low = a < b ? a : b, above = a < b ? b : a;
  const double high = above < c ? above : c;
  return ((low > 0 ? low / high : 0) + shift) - shift;
}

CLADE_TARGET static double CLADE_VARIANT(CLADE_NAME(medoid_silhouette_gains))(
    const CLADE_SCALAR *row, const struct clade_medoid_triples *items, size_t first, size_t count,
    double shift, size_t slot_count, double *by_slot) {
  const CLADE_SCALAR *nearest = (const CLADE_SCALAR *)items->first + first;
  const CLADE_SCALAR *second = (const CLADE_SCALAR *)items->second + first;
  const CLADE_SCALAR *third = (const CLADE_SCALAR *)items->third + first;
  const double *ab = items->without_third + first, *ac = items->without_second + first,
               *bc = items->without_first + first;
  const int32_t *first_slots = items->first_slots + first,
                *second_slots = items->second_slots + first;
  WIDE joining = {0};
  size_t o = 0;
  for (; o + LANES <= count; o += LANES) {
    const VECTOR distances = *(const VECTOR *)(row + o), limits = *(const VECTOR *)(third + o);
    uint32_t near = BITS(distances < limits);
    if (!near)
      continue;
    const WIDE d = __builtin_convertvector(distances, WIDE),
               a = __builtin_convertvector(*(const VECTOR *)(nearest + o), WIDE),
               b = __builtin_convertvector(*(const VECTOR *)(second + o), WIDE),
               c = __builtin_convertvector(limits, WIDE);
    WIDE joins, leaves_first, leaves_second;
    CLADE_VARIANT(CLADE_NAME(medoid_quotient))(&d, &a, &b, shift, &joins);
    CLADE_VARIANT(CLADE_NAME(medoid_quotient))(&d, &b, &c, shift, &leaves_first);
    CLADE_VARIANT(CLADE_NAME(medoid_quotient))(&d, &a, &c, shift, &leaves_second);
    joins -= *(const WIDE *)(ab + o);
    leaves_first -= *(const WIDE *)(bc + o) + joins;
    leaves_second -= *(const WIDE *)(ac + o) + joins;
    joining += joins;
    for (; near; near &= near - 1) {
      const unsigned lane = (unsigned)__builtin_ctz(near);
      double *sums = by_slot + lane % CLADE_SILHOUETTE_COPIES * slot_count;
      sums[first_slots[o + lane]] += leaves_first[lane];
      sums[second_slots[o + lane]] += leaves_second[lane];
    }
  }
  double total = 0;
  for (size_t lane = 0; lane < LANES; lane++)
    total += joining[lane];
  for (; o < count; o++) {
    if (!(row[o] < third[o]))
      continue;
    const double d = row[o], a = nearest[o], b = second[o], c = third[o];
    const double joins =
        CLADE_VARIANT(CLADE_NAME(medoid_quotient_one))(d, a, b, shift) - ab[o];
    total += joins;
    by_slot[first_slots[o]] +=
        CLADE_VARIANT(CLADE_NAME(medoid_quotient_one))(d, b, c, shift) - (bc[o] + joins);
    by_slot[second_slots[o]] +=
        CLADE_VARIANT(CLADE_NAME(medoid_quotient_one))(d, a, c, shift) - (ac[o] + joins);
  }
  return total;
}

#undef VECTOR
#undef LANES
#undef WIDE
#undef WIDE_INTEGERS
#undef BITS
