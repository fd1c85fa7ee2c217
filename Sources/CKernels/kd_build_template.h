// One variant of what building a kd-tree needs, for one type of number; see kd_tree.h.

#define KEY CLADE_NAME(clade_kd_key)
#define KEY_BITS (8 * sizeof(KEY))

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(kd_box))(const CLADE_SCALAR *rows, size_t count,
                                                           size_t columns, CLADE_SCALAR *box) {
  for (size_t j = 0; j < columns; j++)
    box[j] = box[columns + j] = rows[j];
  size_t i = 1;
  if (columns > 0 && CLADE_LANES % columns == 0 && count * columns >= 2 * CLADE_LANES) {
    // Some rows fill a vector.
    typedef CLADE_NAME(clade_vector) vector;
    typedef CLADE_NAME(clade_lanes) lanes;
    vector lower = *(const vector *)rows, upper = lower;
    const size_t numbers = count * columns;
    size_t next = CLADE_LANES;
    for (; next + CLADE_LANES <= numbers; next += CLADE_LANES) {
      const vector x = *(const vector *)(rows + next);
      const lanes less = (lanes)(x < lower), more = (lanes)(x > upper);
      lower = (vector)((less & (lanes)x) | (~less & (lanes)lower));
      upper = (vector)((more & (lanes)x) | (~more & (lanes)upper));
    }
    for (size_t lane = 0; lane < CLADE_LANES; lane++) {
      const size_t j = lane % columns;
      box[j] = lower[lane] < box[j] ? lower[lane] : box[j];
      box[columns + j] = upper[lane] > box[columns + j] ? upper[lane] : box[columns + j];
    }
    i = next / columns;
  }
  for (; i < count; i++)
    for (size_t j = 0; j < columns; j++) {
      const CLADE_SCALAR x = rows[i * columns + j];
      box[j] = x < box[j] ? x : box[j];
      box[columns + j] = x > box[columns + j] ? x : box[columns + j];
    }
}

// An integer that grows with the number; -0 is as 0.
CLADE_TARGET static inline KEY CLADE_VARIANT(CLADE_NAME(kd_key))(CLADE_SCALAR x) {
  const CLADE_SCALAR positive = x + 0;
  KEY bits;
  memcpy(&bits, &positive, sizeof bits);
  const KEY sign = (KEY)1 << (KEY_BITS - 1);
  return bits & sign ? ~bits : bits | sign;
}

// The key of rank `rank` among `count` keys between `lower` and `upper`, which are moved about; how
// many are below it and how many aren't above it.
CLADE_TARGET static KEY CLADE_VARIANT(CLADE_NAME(kd_select))(KEY *keys, size_t count, size_t rank,
                                                             KEY lower, KEY upper, size_t *below,
                                                             size_t *upto) {
  uint32_t counts[CLADE_KD_COUNTS];
  size_t before = 0;
  while (lower < upper && count > 48) {
    unsigned shift = 0;
    while ((upper - lower) >> shift >= CLADE_KD_COUNTS)
      shift++;
    memset(counts, 0, sizeof counts);
    for (size_t i = 0; i < count; i++)
      counts[(keys[i] - lower) >> shift]++;
    size_t bucket = 0;
    for (; before + counts[bucket] <= rank; bucket++)
      before += counts[bucket];
    size_t kept = 0;
    KEY least = ~(KEY)0, most = 0;
    for (size_t i = 0; i < count; i++) {
      const KEY key = keys[i];
      keys[kept] = key;
      if ((key - lower) >> shift == bucket) {
        kept++;
        least = key < least ? key : least;
        most = key > most ? key : most;
      }
    }
    count = kept;
    lower = least;
    upper = most;
  }
  if (lower == upper) {
    *below = before;
    *upto = before + count;
    return lower;
  }
  for (size_t end = 1; end < count; end++) {
    const KEY key = keys[end];
    size_t hole = end;
    for (; hole > 0 && keys[hole - 1] > key; hole--)
      keys[hole] = keys[hole - 1];
    keys[hole] = key;
  }
  const KEY found = keys[rank - before];
  size_t first = rank - before, last = first;
  while (first > 0 && keys[first - 1] == found)
    first--;
  while (last < count && keys[last] == found)
    last++;
  *below = before + first;
  *upto = before + last;
  return found;
}

CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(kd_deal))(const size_t columns, const CLADE_SCALAR *rows,
                                   const int32_t *ids, size_t count, size_t column, KEY bound,
                                   size_t left, CLADE_SCALAR *to, int32_t *to_ids) {
  size_t next[2] = {left, 0};
  for (size_t i = 0; i < count; i++) {
    const size_t side = CLADE_VARIANT(CLADE_NAME(kd_key))(rows[i * columns + column]) < bound;
    const size_t place = next[side];
    next[side] = place + 1;
    for (size_t j = 0; j < columns; j++)
      to[place * columns + j] = rows[i * columns + j];
    to_ids[place] = ids[i];
  }
}

CLADE_TARGET static size_t CLADE_VARIANT(CLADE_NAME(kd_split))(
    const CLADE_SCALAR *rows, const int32_t *ids, size_t count, size_t columns, size_t column,
    CLADE_SCALAR lower, CLADE_SCALAR upper, size_t rank, CLADE_SCALAR *to, int32_t *to_ids) {
  // Where the rows will go is room for their keys until then.
  KEY *keys = (KEY *)(void *)to;
  for (size_t i = 0; i < count; i++)
    keys[i] = CLADE_VARIANT(CLADE_NAME(kd_key))(rows[i * columns + column]);
  size_t below, upto;
  const KEY middle = CLADE_VARIANT(CLADE_NAME(kd_select))(
      keys, count, rank, CLADE_VARIANT(CLADE_NAME(kd_key))(lower),
      CLADE_VARIANT(CLADE_NAME(kd_key))(upper), &below, &upto);
  // rank is in below ..< upto.
  const int exclude = upto == count || (below > 0 && rank - below <= upto - rank);
  const size_t left = exclude ? below : upto;
  const KEY bound = exclude ? middle : middle + 1;
  switch (columns) {
  case 1:
    CLADE_VARIANT(CLADE_NAME(kd_deal))(1, rows, ids, count, column, bound, left, to, to_ids);
    break;
  case 2:
    CLADE_VARIANT(CLADE_NAME(kd_deal))(2, rows, ids, count, column, bound, left, to, to_ids);
    break;
  case 3:
    CLADE_VARIANT(CLADE_NAME(kd_deal))(3, rows, ids, count, column, bound, left, to, to_ids);
    break;
  default:
    CLADE_VARIANT(CLADE_NAME(kd_deal))(columns, rows, ids, count, column, bound, left, to, to_ids);
  }
  return left;
}

#undef KEY
#undef KEY_BITS
