// One variant of what swaps of medoids change, for one type of number; see medoid_swaps.h.
//
// Sums are exact, so that lanes, copies and what is left at the end may be added up in any order.

#define VECTOR CLADE_NAME(clade_vector)
#define INTEGERS CLADE_NAME(clade_lanes)
#define LANES CLADE_LANES

// As many doubles, and as many slots, as a vector has lanes.
#define WIDE CLADE_VARIANT(CLADE_NAME(medoid_wide))
#define WIDE_INTEGERS CLADE_VARIANT(CLADE_NAME(medoid_wide_integers))
#define SLOTS CLADE_VARIANT(CLADE_NAME(medoid_slots))
typedef double WIDE __attribute__((vector_size(CLADE_LANES * 8)));
typedef int64_t WIDE_INTEGERS __attribute__((vector_size(CLADE_LANES * 8)));
typedef int32_t SLOTS __attribute__((vector_size(CLADE_LANES * 4), aligned(4)));

#define LOAD(p) (*(const VECTOR *)(p))
#define ROUNDED(x) ((__builtin_convertvector(x, WIDE) * scale + shift) - shift)
#define ROUNDED_ONE(x) (((double)(x) * scale + shift) - shift)
// Which lanes of a comparison are set, a bit each.
#define BITS(mask)                                                                                 \
  (uint32_t)__builtin_bit_cast(CLADE_NAME(clade_kd_mask),                                          \
                               __builtin_convertvector(mask, CLADE_NAME(clade_kd_bools)))

CLADE_TARGET static inline __attribute__((always_inline)) double
CLADE_VARIANT(CLADE_NAME(medoid_total))(const WIDE *lanes) {
  double total = 0;
  for (size_t lane = 0; lane < LANES; lane++)
    total += (*lanes)[lane];
  return total;
}

CLADE_TARGET static double CLADE_VARIANT(CLADE_NAME(medoid_gains))(
    const CLADE_SCALAR *row, const CLADE_SCALAR *limits, int squared, const CLADE_SCALAR *nearest, const CLADE_SCALAR *second,
    const int32_t *slots, size_t count, double scale, double shift, size_t slot_count,
    double *by_slot) {
  WIDE joining = {0};
  size_t o = 0;
  for (; o + LANES <= count; o += LANES) {
    VECTOR distances = LOAD(row + o);
    uint32_t near = BITS(distances < LOAD(limits + o));
    if (!near)
      continue;
    const VECTOR seconds = LOAD(second + o);
    if (squared) {
      distances = __builtin_elementwise_sqrt(distances);
      near = BITS(distances < seconds);
    }
    const WIDE d = ROUNDED(distances), n = ROUNDED(LOAD(nearest + o)), s = ROUNDED(seconds);
    joining += __builtin_elementwise_min(d - n, (WIDE){0});
    const WIDE leaving = __builtin_elementwise_max(d, n) - s;
    for (; near; near &= near - 1) {
      const unsigned lane = (unsigned)__builtin_ctz(near);
      by_slot[lane % CLADE_MEDOID_COPIES * slot_count + (size_t)slots[o + lane]] += leaving[lane];
    }
  }
  double total = CLADE_VARIANT(CLADE_NAME(medoid_total))(&joining);
  for (; o < count; o++) {
    const CLADE_SCALAR distance = squared ? __builtin_elementwise_sqrt(row[o]) : row[o];
    if (!(distance < second[o]))
      continue;
    const double d = ROUNDED_ONE(distance), n = ROUNDED_ONE(nearest[o]), s = ROUNDED_ONE(second[o]);
    total += d < n ? d - n : 0;
    by_slot[slots[o]] += (d < n ? n : d) - s;
  }
  return total;
}

CLADE_TARGET static double
CLADE_VARIANT(CLADE_NAME(medoid_joining))(const CLADE_SCALAR *row, const CLADE_SCALAR *nearest,
                                          size_t count, double scale, double shift) {
  WIDE joining = {0};
  size_t o = 0;
  for (; o + LANES <= count; o += LANES) {
    const VECTOR distances = LOAD(row + o), limits = LOAD(nearest + o);
    if (BITS(distances < limits))
      joining += __builtin_elementwise_min(ROUNDED(distances) - ROUNDED(limits), (WIDE){0});
  }
  double total = CLADE_VARIANT(CLADE_NAME(medoid_total))(&joining);
  for (; o < count; o++)
    if (row[o] < nearest[o])
      total += ROUNDED_ONE(row[o]) - ROUNDED_ONE(nearest[o]);
  return total;
}

CLADE_TARGET static double CLADE_VARIANT(CLADE_NAME(medoid_swap))(
    const CLADE_SCALAR *row, const CLADE_SCALAR *nearest, const CLADE_SCALAR *second,
    const int32_t *slots, size_t count, double scale, double shift, int32_t slot) {
  WIDE change = {0};
  size_t o = 0;
  for (; o + LANES <= count; o += LANES) {
    const WIDE d = ROUNDED(LOAD(row + o)), n = ROUNDED(LOAD(nearest + o)),
               s = ROUNDED(LOAD(second + o));
    const WIDE_INTEGERS leaves =
        __builtin_convertvector(*(const SLOTS *)(slots + o) == slot, WIDE_INTEGERS);
    const WIDE others = (WIDE)((leaves & (WIDE_INTEGERS)s) | (~leaves & (WIDE_INTEGERS)n));
    change += __builtin_elementwise_min(d, others) - n;
  }
  double total = CLADE_VARIANT(CLADE_NAME(medoid_total))(&change);
  for (; o < count; o++) {
    const double d = ROUNDED_ONE(row[o]), n = ROUNDED_ONE(nearest[o]);
    const double others = slots[o] == slot ? ROUNDED_ONE(second[o]) : n;
    total += (d < others ? d : others) - n;
  }
  return total;
}

CLADE_TARGET static double CLADE_VARIANT(CLADE_NAME(medoid_sum))(const CLADE_SCALAR *row,
                                                                 size_t count, double scale,
                                                                 double shift) {
  WIDE sums = {0};
  size_t o = 0;
  for (; o + LANES <= count; o += LANES)
    sums += ROUNDED(LOAD(row + o));
  double total = CLADE_VARIANT(CLADE_NAME(medoid_total))(&sums);
  for (; o < count; o++)
    total += ROUNDED_ONE(row[o]);
  return total;
}

#undef VECTOR
#undef INTEGERS
#undef LANES
#undef WIDE
#undef WIDE_INTEGERS
#undef SLOTS
#undef LOAD
#undef ROUNDED
#undef ROUNDED_ONE
#undef BITS
