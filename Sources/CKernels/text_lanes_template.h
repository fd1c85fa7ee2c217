// One variant of the comparisons of texts, for one width of lanes; see text_lanes.h.

#define VECTOR CLADE_NAME(clade_cells)
#define LANES (512 / CLADE_BITS)

// The bits that are set in each lane.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(count_bits))(VECTOR *lanes) {
  const VECTOR all = ~(VECTOR){0};
  VECTOR x = *lanes;
  x -= (x >> 1) & (all / 3);
  x = (x & (all / 5)) + ((x >> 2) & (all / 5));
  x = (x + (x >> 4)) & (all / 17);
#pragma clang loop unroll(full)
  for (int shift = 8; shift < CLADE_BITS; shift *= 2)
    x += x >> shift;
  *lanes = x & 0x7f;
}

// `reads` and `writes`, constants where this is inlined, say whether distances above the first row of
// these letters come from `steps`, and go there from the last.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(edit_strip))(const int reads, const int writes, const uint32_t *text,
                                      size_t length, const uint32_t *slots, const VECTOR *masks,
                                      const VECTOR *rows, VECTOR *steps, int32_t *sums) {
  // Where a distance is greater or less by one than that in the row above, and in the column before.
  VECTOR up = ~(VECTOR){0}, down = (VECTOR){0};
  for (size_t j = 0; j < length; j++) {
    VECTOR equal = masks[slots[text[j]]];
    const VECTOR diagonal = equal | down;
    VECTOR rises = (VECTOR){0} + 1, falls = (VECTOR){0};
    if (reads) {
      rises = steps[j] & 1;
      falls = steps[j] >> 1;
      equal |= falls;
    }
    const VECTOR across = (((equal & up) + up) ^ up) | equal;
    VECTOR right = down | ~(across | up);
    VECTOR left = up & across;
    if (writes)
      steps[j] = (right >> (CLADE_BITS - 1)) | (left >> (CLADE_BITS - 1) << 1);
    right = (right + right) | rises;
    left = left + left;
    if (reads)
      left |= falls;
    up = left | ~(diagonal | right);
    down = right & diagonal;
  }
  up &= *rows;
  down &= *rows;
  CLADE_VARIANT(CLADE_NAME(count_bits))(&up);
  CLADE_VARIANT(CLADE_NAME(count_bits))(&down);
  for (size_t lane = 0; lane < LANES; lane++)
    sums[lane] += (int32_t)up[lane] - (int32_t)down[lane];
}

CLADE_TARGET static void
CLADE_VARIANT(CLADE_NAME(edit_lanes))(const uint32_t *text, size_t length, const uint32_t *slots,
                                      const void *masks, const void *rows, void *steps,
                                      int is_first, int is_last, int32_t *sums) {
  if (is_first && is_last)
    CLADE_VARIANT(CLADE_NAME(edit_strip))(0, 0, text, length, slots, masks, rows, steps, sums);
  else if (is_first)
    CLADE_VARIANT(CLADE_NAME(edit_strip))(0, 1, text, length, slots, masks, rows, steps, sums);
  else
    CLADE_VARIANT(CLADE_NAME(edit_strip))(1, 1, text, length, slots, masks, rows, steps, sums);
}

CLADE_TARGET static void
CLADE_VARIANT(CLADE_NAME(jaro_lanes))(const uint32_t *text, size_t length, const uint32_t *slots,
                                      const void *masks, const void *sizes, size_t longest,
                                      void *space, double *similarities) {
  const VECTOR *letters = masks, size = *(const VECTOR *)sizes, one = (VECTOR){0} + 1;
  VECTOR *matched = space;
  // How far away a letter may stand: half of the longer text's length less one.
  VECTOR window = size;
  window = __builtin_elementwise_max(window, (VECTOR){0} + (CLADE_CELL)length);
  window = (window >> 1) - ((VECTOR)(window > 1) & one);
  const size_t reach = (length > longest ? length : longest) / 2;
  // The letters of the patterns that are near enough, and those that have found an equal one.
  VECTOR near = one, taken = (VECTOR){0}, bit = one;
  for (size_t i = 1; i < reach && i < CLADE_BITS; i++) {
    bit += bit;
    near |= (VECTOR)((VECTOR){0} + (CLADE_CELL)i <= window) & bit;
  }
  VECTOR place = (VECTOR){0};
  for (size_t j = 0; j < length; j++) {
    const VECTOR free = letters[slots[text[j]]] & near & ~taken;
    taken |= free & -free;
    matched[j] = (VECTOR)(free != 0);
    near = (near + near) | ((VECTOR)(place < window) & one);
    place += 1;
  }
  // Both letters of the first pair, of the second …: how often they are not the same.
  VECTOR count = taken, differing = (VECTOR){0};
  for (size_t j = 0; j < length; j++) {
    const VECTOR first = taken & -taken & matched[j];
    differing -= (VECTOR)((letters[slots[text[j]]] & first) == 0) & matched[j];
    taken ^= first;
  }
  CLADE_VARIANT(CLADE_NAME(count_bits))(&count);
  for (size_t lane = 0; lane < LANES; lane++) {
    const double pairs = (double)count[lane], swaps = (double)(differing[lane] >> 1);
    const double sum =
        (pairs / (double)size[lane] + pairs / (double)length) + (pairs - swaps) / pairs;
    similarities[lane] = pairs > 0 ? sum / 3 : 0;
  }
}

#undef VECTOR
#undef LANES
