// What is offered to components as their shortest edges, for one type of number; see kd_edges.h.

#define NAME(name) CLADE_VARIANT(CLADE_NAME(name))
#define FOREST const struct clade_kd_forest *
// What other threads may change meanwhile: a length only ever falls, so that one which was read
// before is still a bound.

CLADE_TARGET static inline __attribute__((always_inline)) CLADE_SCALAR
NAME(kd_read)(const CLADE_SCALAR *address) {
  const CLADE_LANE_INTEGER bits =
      __atomic_load_n((const CLADE_NAME(clade_kd_cell) *)address, __ATOMIC_RELAXED);
  return __builtin_bit_cast(CLADE_SCALAR, bits);
}

CLADE_TARGET static inline __attribute__((always_inline)) void
NAME(kd_write)(CLADE_SCALAR *address, CLADE_SCALAR value) {
  __atomic_store_n((CLADE_NAME(clade_kd_cell) *)address,
                   __builtin_bit_cast(CLADE_LANE_INTEGER, value), __ATOMIC_RELAXED);
}

// Offers an edge to a component.
CLADE_TARGET static void NAME(kd_offer)(FOREST forest, size_t component, CLADE_SCALAR length,
                                        int32_t a, int32_t b) {
  CLADE_SCALAR *lengths = (CLADE_SCALAR *)forest->lengths;
  if (length > NAME(kd_read)(lengths + component))
    return;
  const int32_t low = a < b ? a : b, high = a < b ? b : a;
  uint32_t *lock = forest->locks + component % CLADE_KD_LOCKS;
  while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE))
    ;
  int32_t *ends = forest->ends + 2 * component;
  const CLADE_SCALAR held = lengths[component];
  if (length < held ||
      (length == held && (low < ends[0] || (low == ends[0] && high < ends[1])))) {
    ends[0] = low;
    ends[1] = high;
    NAME(kd_write)(lengths + component, length);
  }
  __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

// Offers the shortest listed edge out of the component of place p to it; returns whether there is
// one.
CLADE_TARGET static inline __attribute__((always_inline)) int
NAME(kd_offer_listed)(FOREST forest, size_t p, const CLADE_SCALAR *distances, const int32_t *places,
                      size_t length) {
  const CLADE_LANE_INTEGER *components = (const CLADE_LANE_INTEGER *)forest->components;
  const CLADE_SCALAR *cores = (const CLADE_SCALAR *)forest->cores;
  const CLADE_LANE_INTEGER component = components[p];
  CLADE_SCALAR least = (CLADE_SCALAR)__builtin_inf();
  int32_t low = 0, high = 0;
  // Distances ascend, and no edge is shorter than the distance of its ends.
  for (size_t k = 0; k < length && distances[k] <= least && places[k] != CLADE_KD_NOWHERE; k++) {
    const int32_t other = places[k];
    if (components[other] == component)
      continue;
    CLADE_SCALAR edge = cores[p] > cores[other] ? cores[p] : cores[other];
    edge = distances[k] > edge ? distances[k] : edge;
    const int32_t a = (int32_t)p < other ? (int32_t)p : other;
    const int32_t b = (int32_t)p < other ? other : (int32_t)p;
    if (edge < least || (edge == least && (a < low || (a == low && b < high)))) {
      least = edge;
      low = a;
      high = b;
    }
  }
  if (low == high)
    return 0;
  NAME(kd_offer)(forest, (size_t)component, least, low, high);
  return 1;
}

CLADE_TARGET static void NAME(kd_offer_lists)(FOREST forest, const CLADE_SCALAR *distances,
                                             const int32_t *places, size_t length, int32_t *some,
                                             size_t count) {
  for (size_t i = 0; i < count; i++) {
    const size_t p = (size_t)some[i];
    if (!NAME(kd_offer_listed)(forest, p, distances + p * length, places + p * length, length))
      some[i] = -1;
  }
}

CLADE_TARGET static void NAME(kd_offer_next)(FOREST forest, size_t first, size_t end) {
  const CLADE_LANE_INTEGER *components = (const CLADE_LANE_INTEGER *)forest->components;
  const CLADE_SCALAR *cores = (const CLADE_SCALAR *)forest->cores;
  const CLADE_SCALAR *rows = (const CLADE_SCALAR *)forest->rows;
  const size_t columns = forest->tree->columns;
  size_t before = first;
  for (size_t p = first + 1; p <= end; p++) {
    if (components[p] < 0)
      continue;
    if (components[before] >= 0 && components[p] != components[before]) {
      CLADE_SCALAR sum = 0;
      for (size_t j = 0; j < columns; j++) {
        const CLADE_SCALAR difference = rows[p * columns + j] - rows[before * columns + j];
        sum = __builtin_elementwise_fma(difference, difference, sum);
      }
      sum = cores[p] > sum ? cores[p] : sum;
      sum = cores[before] > sum ? cores[before] : sum;
      NAME(kd_offer)(forest, (size_t)components[p], sum, (int32_t)before, (int32_t)p);
      NAME(kd_offer)(forest, (size_t)components[before], sum, (int32_t)before, (int32_t)p);
    }
    before = p;
  }
}
