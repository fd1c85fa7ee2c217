// One variant of the neighbour lists, for one type of number; see neighbor_lists.h.

#define VECTOR CLADE_NAME(clade_vector)
#define INTEGERS CLADE_NAME(clade_lanes)
#define LANES CLADE_LANES

typedef _Bool CLADE_VARIANT(CLADE_NAME(lane_flags)) __attribute__((ext_vector_type(LANES)));

// A bit for each lane whose mask is set.
#define LANE_BITS(mask, bits)                                                                      \
  {                                                                                                \
    const CLADE_VARIANT(CLADE_NAME(lane_flags)) flags =                                            \
        __builtin_convertvector(mask, CLADE_VARIANT(CLADE_NAME(lane_flags)));                      \
    memcpy(&bits, &flags, LANES / 8);                                                              \
  }

// Offers one row to a list, unless it is there.
CLADE_TARGET static inline void CLADE_VARIANT(CLADE_NAME(offer))(
    CLADE_SCALAR distance, int32_t id, size_t length, CLADE_SCALAR *limit, CLADE_SCALAR *distances,
    int32_t *ids) {
  size_t place = length;
  while (place > 0 && (distance < distances[place - 1] ||
                       (distance == distances[place - 1] && id < ids[place - 1])))
    place--;
  if (place == length || (place > 0 && ids[place - 1] == id && distances[place - 1] == distance))
    return;
  memmove(distances + place + 1, distances + place, (length - 1 - place) * sizeof *distances);
  memmove(ids + place + 1, ids + place, (length - 1 - place) * sizeof *ids);
  distances[place] = distance;
  ids[place] = id;
  *limit = distances[length - 1];
}

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(neighbor_lists))(
    const CLADE_SCALAR *distances, size_t stride, size_t rows, int32_t first_row, size_t places,
    int32_t first_place, const int32_t *numbers, size_t length, int itself, CLADE_SCALAR *row_limits,
    CLADE_SCALAR *row_distances, int32_t *row_ids, CLADE_SCALAR *place_limits,
    CLADE_SCALAR *place_distances, int32_t *place_ids) {
  for (size_t i = 0; i < rows; i++) {
    const CLADE_SCALAR *row = distances + i * stride;
    const int32_t id = first_row + (int32_t)i;
    for (size_t j = 0; j < places; j += LANES) {
      uint32_t bits = 0;
      if (j + LANES <= places) {
        const VECTOR some = *(const VECTOR *)(row + j);
        VECTOR limit = (VECTOR){0} + row_limits[i];
        if (place_limits)
          limit = __builtin_elementwise_max(limit, *(const VECTOR *)(place_limits + j));
        const INTEGERS near = ~(INTEGERS)(some > limit);
        LANE_BITS(near, bits)
      } else {
        bits = (UINT32_C(1) << (places - j)) - 1;
      }
      while (bits) {
        const size_t place = j + (size_t)__builtin_ctz(bits);
        bits &= bits - 1;
        const int32_t other = numbers ? numbers[place] : first_place + (int32_t)place;
        if (id == other && !itself)
          continue;
        CLADE_SCALAR distance = row[place];
        if (distance != distance)
          distance = (CLADE_SCALAR)__builtin_inf();
        if (distance <= row_limits[i])
          CLADE_VARIANT(CLADE_NAME(offer))
        (distance, other, length, row_limits + i, row_distances + i * length, row_ids + i * length);
        if (place_limits && distance <= place_limits[place])
          CLADE_VARIANT(CLADE_NAME(offer))
        (distance, id, length, place_limits + place, place_distances + place * length,
         place_ids + place * length);
      }
    }
  }
}

CLADE_TARGET static size_t CLADE_VARIANT(CLADE_NAME(within_limit))(const CLADE_SCALAR *distances,
                                                                   size_t places,
                                                                   CLADE_SCALAR limit,
                                                                   int32_t *found) {
  size_t count = 0, j = 0;
  for (; j + LANES <= places; j += LANES) {
    const INTEGERS near = (INTEGERS)(*(const VECTOR *)(distances + j) <= limit);
    uint32_t bits = 0;
    LANE_BITS(near, bits)
    for (; bits; bits &= bits - 1)
      found[count++] = (int32_t)(j + (size_t)__builtin_ctz(bits));
  }
  for (; j < places; j++) {
    found[count] = (int32_t)j;
    count += distances[j] <= limit;
  }
  return count;
}

#undef LANE_BITS
#undef VECTOR
#undef INTEGERS
#undef LANES
