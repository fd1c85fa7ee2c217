// One variant of the assignment by shortlists, for one type of number; see assign_shortlist.h.

#define VECTOR CLADE_NAME(clade_vector)
#define LANES CLADE_LANES

typedef float CLADE_VARIANT(CLADE_NAME(floats)) __attribute__((vector_size(64), aligned(4)));
typedef int32_t CLADE_VARIANT(CLADE_NAME(ints)) __attribute__((vector_size(64), aligned(4)));
typedef CLADE_SCALAR CLADE_VARIANT(CLADE_NAME(sixteen))
    __attribute__((vector_size(16 * sizeof(CLADE_SCALAR)), aligned(sizeof(CLADE_SCALAR))));
#define SIXTEEN CLADE_VARIANT(CLADE_NAME(sixteen))
typedef CLADE_SCALAR CLADE_VARIANT(CLADE_NAME(few))
    __attribute__((vector_size(8 * sizeof(CLADE_SCALAR)), aligned(sizeof(CLADE_SCALAR))));
#define FEW CLADE_VARIANT(CLADE_NAME(few))
typedef double CLADE_VARIANT(CLADE_NAME(eight)) __attribute__((vector_size(64)));
#define EIGHT CLADE_VARIANT(CLADE_NAME(eight))
#define FLOATS CLADE_VARIANT(CLADE_NAME(floats))
#define INTS CLADE_VARIANT(CLADE_NAME(ints))

// Sixteen numbers of a row less the reference.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(shifted))(const CLADE_SCALAR *row, const float *reference, FLOATS *x) {
  const SIXTEEN difference =
      *(const SIXTEEN *)row - __builtin_convertvector(*(const FLOATS *)reference, SIXTEEN);
  *x = __builtin_convertvector(difference, FLOATS);
}

typedef int8_t CLADE_VARIANT(CLADE_NAME(bytes)) __attribute__((vector_size(16), aligned(1)));
#define BYTES CLADE_VARIANT(CLADE_NAME(bytes))
// Adding 1.5 · 2^23 rounds to a whole number.
#define WHOLE(x) (((x)*inverse + 0x1.8p23f) - 0x1.8p23f)

// The code of a row of which the largest magnitude is known.
CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(encode_known_row))(
    const CLADE_SCALAR *restrict row, const float *restrict reference, size_t columns, float top,
    int8_t *restrict code) {
  const float inverse = 127 / top;
  size_t j = 0;
  for (; j + 16 <= columns; j += 16) {
    FLOATS x;
    CLADE_VARIANT(CLADE_NAME(shifted))(row + j, reference + j, &x);
    *(BYTES *)(code + j) = __builtin_convertvector(__builtin_convertvector(WHOLE(x), INTS), BYTES);
  }
  for (; j < columns; j++) {
    const float x = (float)(row[j] - (CLADE_SCALAR)reference[j]);
    code[j] = (int8_t)WHOLE(x);
  }
  for (; j < padded_columns(columns); j++)
    code[j] = 0;
}

// Rounds a row to 8 bits. Returns its largest magnitude, 0 if it can't be rounded well; `start` gets −128
// times the sum of the code, `norm` the length of the row and `loss` that of what was rounded away.
CLADE_TARGET static float CLADE_VARIANT(CLADE_NAME(encode_row))(
    const CLADE_SCALAR *restrict row, const float *restrict reference, size_t columns,
    float *restrict centered, int8_t *restrict code, int32_t *start, float *norm, float *loss) {
  FLOATS tops = {0}, squares = {0};
  size_t j = 0;
  for (; j + 16 <= columns; j += 16) {
    FLOATS x;
    CLADE_VARIANT(CLADE_NAME(shifted))(row + j, reference + j, &x);
    *(FLOATS *)(centered + j) = x;
    const FLOATS magnitude = (FLOATS)((INTS)x & 0x7FFFFFFF);
    const INTS larger = magnitude > tops;
    tops = (FLOATS)((larger & (INTS)magnitude) | (~larger & (INTS)tops));
    squares += x * x;
  }
  float top = 0, square = 0;
  for (int lane = 0; lane < 16; lane++) {
    top = tops[lane] > top ? tops[lane] : top;
    square += squares[lane];
  }
  for (; j < columns; j++) {
    const float x = (float)(row[j] - (CLADE_SCALAR)reference[j]);
    centered[j] = x;
    top = __builtin_fabsf(x) > top ? __builtin_fabsf(x) : top;
    square += x * x;
  }
  // Also where something isn't finite.
  if (!(top > 0x1p-40f && top < 0x1p50f && square < 0x1p110f))
    return 0;
  const float step = top / 127, inverse = 127 / top;
  FLOATS losses = {0};
  INTS sums = {0};
  float lost = 0;
  int32_t sum = 0;
  for (j = 0; j + 16 <= columns; j += 16) {
    const FLOATS x = *(const FLOATS *)(centered + j);
    const FLOATS whole = WHOLE(x);
    const FLOATS rest = x - whole * step;
    losses += rest * rest;
    const INTS q = __builtin_convertvector(whole, INTS);
    sums += q;
    *(BYTES *)(code + j) = __builtin_convertvector(q, BYTES);
  }
  for (; j < columns; j++) {
    const float whole = WHOLE(centered[j]);
    const float rest = centered[j] - whole * step;
    lost += rest * rest;
    sum += (int32_t)whole;
    code[j] = (int8_t)whole;
  }
  for (int lane = 0; lane < 16; lane++) {
    lost += losses[lane];
    sum += sums[lane];
  }
  for (; j < padded_columns(columns); j++)
    code[j] = 0;
  *start = -128 * sum;
  // Sums of squares are off by no more than columns / 16 + 20 roundings, each value by two.
  const float margin = 1 + ((float)columns / 16 + 32) * 0x1p-23f;
  *norm = __builtin_sqrtf(square * margin) * (1 + 0x1p-20f);
  *loss = __builtin_sqrtf(lost * margin) * (1 + 0x1p-20f) + *norm * 0x1p-21f;
  return top;
}

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(encode_rows))(
    const CLADE_SCALAR *rows, size_t count, size_t columns, const float *reference,
    float *workspace, int8_t *codes, const struct clade_row_scales *scales) {
  for (size_t r = 0; r < count; r++) {
    scales->norms[r] = scales->losses[r] = 0;
    scales->starts[r] = 0;
    scales->tops[r] = CLADE_VARIANT(CLADE_NAME(encode_row))(
        rows + r * columns, reference, columns, workspace, codes + r * padded_columns(columns),
        &scales->starts[r], &scales->norms[r], &scales->losses[r]);
  }
}

// Eight numbers of a center less the reference; nothing where there is no column.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(CLADE_NAME(centered))(const CLADE_SCALAR *center, const float *reference,
                                    size_t first, size_t columns, EIGHT *x) {
  if (first + 8 <= columns) {
#pragma clang loop unroll(full)
    for (size_t lane = 0; lane < 8; lane++)
      (*x)[lane] = (double)center[first + lane] - (double)reference[first + lane];
  } else {
    *x = (EIGHT){0};
    for (size_t j = first; j < columns; j++)
      (*x)[j - first] = (double)center[j] - (double)reference[j];
  }
}

CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(encode_centers))(
    const CLADE_SCALAR *centers, const int32_t *order, size_t count, size_t columns, size_t padded,
    const float *reference, uint8_t *codes, float *lower_squares, float *upper_squares,
    float *steps, float *norms, float *losses) {
  const size_t quads = padded_columns(columns) / 4;
  memset(codes, 128, padded * quads * 4);
  for (size_t c = 0; c < padded; c++) {
    lower_squares[c] = upper_squares[c] = (float)__builtin_inf();
    steps[c] = norms[c] = losses[c] = 0;
    if (c >= count)
      continue;
    const CLADE_SCALAR *center = centers + (size_t)order[c] * columns;
    EIGHT x, tops = {0}, squares = {0}, sizes = {0}, rests = {0};
    for (size_t j = 0; j < columns; j += 8) {
      CLADE_VARIANT(CLADE_NAME(centered))(center, reference, j, columns, &x);
      tops = __builtin_elementwise_max(tops, __builtin_elementwise_abs(x));
      squares += x * x;
    }
    double top = 0, square = 0, size = 0, rest = 0;
    for (int lane = 0; lane < 8; lane++) {
      top = tops[lane] > top ? tops[lane] : top;
      square += squares[lane];
    }
    const float step = (float)(top / 127);
    const double inverse = step > 0 ? 1 / (double)step : 0;
    uint8_t *code = codes + c / CLADE_CODE_LANES * quads * 64 + c % CLADE_CODE_LANES * 4;
    for (size_t j = 0; j < columns; j += 8) {
      CLADE_VARIANT(CLADE_NAME(centered))(center, reference, j, columns, &x);
      // Adding 1.5 · 2^52 rounds to a whole number.
      EIGHT q = (x * inverse + 0x1.8p52) - 0x1.8p52;
      q = __builtin_elementwise_min(q, (EIGHT){0} + 127);
      q = __builtin_elementwise_max(q, (EIGHT){0} - 127);
      const EIGHT rounded = q * (double)step;
      sizes += rounded * rounded;
      rests += (x - rounded) * (x - rounded);
      typedef int32_t eight_ints __attribute__((vector_size(32)));
      typedef uint8_t eight_bytes __attribute__((vector_size(8)));
      const eight_bytes bytes =
          __builtin_convertvector(__builtin_convertvector(q, eight_ints) + 128, eight_bytes);
      memcpy(code + j / 4 * 64, &bytes, 4);
      if (j + 4 < columns)
        memcpy(code + (j / 4 + 1) * 64, (const uint8_t *)&bytes + 4, 4);
    }
    for (int lane = 0; lane < 8; lane++) {
      size += sizes[lane];
      rest += rests[lane];
    }
    // The margins: of |c|², of the float arithmetic with the step and with |c|².
    lower_squares[c] = (float)(square * (1 - 0x1p-20));
    upper_squares[c] = (float)(square * (1 + 0x1p-20));
    steps[c] = 2 * step;
    norms[c] = (float)(2 * __builtin_sqrt(size) * (1 + 0x1p-20));
    losses[c] = (float)(2 * __builtin_sqrt(rest) * (1 + 0x1p-20) + __builtin_sqrt(size) * 0x1p-18);
  }
}

// The squared distance up to rounding, for comparing only: it isn't summed in the order of distances.h.
CLADE_TARGET static CLADE_SCALAR CLADE_VARIANT(CLADE_NAME(rough_distance))(
    const CLADE_SCALAR *row, const CLADE_SCALAR *center, size_t columns) {
  VECTOR sums[4] = {{0}, {0}, {0}, {0}};
  size_t j = 0;
  for (; j + 4 * LANES <= columns; j += 4 * LANES)
#pragma clang loop unroll(full)
    for (int part = 0; part < 4; part++) {
      const VECTOR difference = *(const VECTOR *)(row + j + part * LANES) -
                                *(const VECTOR *)(center + j + part * LANES);
      sums[part] = __builtin_elementwise_fma(difference, difference, sums[part]);
    }
  for (; j + LANES <= columns; j += LANES) {
    const VECTOR difference = *(const VECTOR *)(row + j) - *(const VECTOR *)(center + j);
    sums[0] = __builtin_elementwise_fma(difference, difference, sums[0]);
  }
  CLADE_SCALAR total[LANES];
  const VECTOR all = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  memcpy(total, &all, sizeof total);
#pragma clang loop unroll(full)
  for (size_t half = LANES / 2; half > 0; half /= 2)
#pragma clang loop unroll(full)
    for (size_t lane = 0; lane < half; lane++)
      total[lane] += total[lane + half];
  CLADE_SCALAR sum = total[0];
  for (; j < columns; j++) {
    const CLADE_SCALAR difference = row[j] - center[j];
    sum += difference * difference;
  }
  return sum;
}

// The squared distances of pairs of a row and a center, as distances.h has them, eight at a time since
// each sum is a chain in which every term waits for the last.
CLADE_TARGET static void CLADE_VARIANT(CLADE_NAME(eight_distances))(
    const CLADE_SCALAR *const *rows, const CLADE_SCALAR *const *centers, size_t columns,
    CLADE_SCALAR *distances) {
  FEW sums = {0};
  size_t j = 0;
  for (; j + 8 <= columns; j += 8) {
    FEW differences[8];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 8; i++)
      differences[i] = *(const FEW *)(rows[i] + j) - *(const FEW *)(centers[i] + j);
    CLADE_TRANSPOSE_8(differences)
#pragma clang loop unroll(full)
    for (int column = 0; column < 8; column++)
      sums = __builtin_elementwise_fma(differences[column], differences[column], sums);
  }
  for (; j < columns; j++)
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 8; i++) {
      const CLADE_SCALAR difference = rows[i][j] - centers[i][j];
      sums[i] = __builtin_elementwise_fma(difference, difference, sums[i]);
    }
  memcpy(distances, &sums, sizeof sums);
}

// Appends the centers of the lanes that are set, the first being `center`.
CLADE_TARGET static inline __attribute__((always_inline)) size_t
CLADE_VARIANT(CLADE_NAME(collect))(const INTS *set, size_t center, int32_t *chosen, size_t found) {
#if CLADE_VECTOR_BYTES == 64
  // There is room for as many as there are lanes.
  const __mmask16 lanes = _mm512_movepi32_mask((__m512i)*set);
  const __m512i places = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  _mm512_storeu_si512(
      chosen + found,
      _mm512_maskz_compress_epi32(
          lanes, _mm512_add_epi32(places, _mm512_set1_epi32((int32_t)center))));
  return found + (size_t)__builtin_popcount(lanes);
#else
  if (__builtin_reduce_or(*set) == 0)
    return found;
  // Which lanes are set can't be foretold.
#pragma clang loop unroll(full)
  for (int lane = 0; lane < CLADE_CODE_LANES; lane++) {
    chosen[found] = (int32_t)center + lane;
    found += (size_t)((*set)[lane] & 1);
  }
  return found;
#endif
}

// The lesser of both, lane by lane.
#define LOWER(least, value)                                                                        \
  {                                                                                                \
    const FLOATS new = value;                                                                      \
    const INTS less = new < least;                                                                 \
    least = (FLOATS)((less & (INTS) new) | (~less & (INTS)least));                                 \
  }

// How far the products of a row and a center may be off, or those of several.
#define OWN_MARGIN(type, center)                                                                   \
  (*(const type *)(book->norms + (center)) * loss[r] +                                             \
   *(const type *)(book->losses + (center)) * norm[r])

CLADE_TARGET static size_t CLADE_VARIANT(CLADE_NAME(assign_shortlist))(
    const CLADE_SCALAR *rows, size_t count, const CLADE_SCALAR *centers,
    const struct clade_codebook *book, const struct clade_row_scales *scales, const int32_t *order,
    const int32_t *skipped, void *workspace, int32_t *labels, CLADE_SCALAR *distances) {
  const size_t columns = book->columns, padded = book->padded;
  const size_t stride = padded_columns(columns);
  uint8_t *memory = (uint8_t *)(((uintptr_t)workspace + 63) & ~(uintptr_t)63);
  int32_t *scores = (int32_t *)memory;
  memory += CLADE_BLOCK * padded * sizeof(int32_t);
  CLADE_SCALAR *near = (CLADE_SCALAR *)memory;
  memory += padded * sizeof(double);
  int32_t *chosen = (int32_t *)memory;
  memory += padded * sizeof(int32_t);
  float *centered = (float *)memory;
  memory += columns * sizeof(float);
  int16_t *wide = (int16_t *)memory;
  memory += CLADE_BLOCK * stride * sizeof(int16_t);
  int8_t *codes = (int8_t *)memory;
  // What the sum of squares may be off by, as a part of it: in full, and as it is compared roughly.
  const float chain = (float)(((double)columns + 8) * 1.01 * CLADE_UNIT);
  const double rough = ((double)columns / LANES + 24) * 1.01 * CLADE_UNIT + (double)chain;
  // The largest margins of all centers.
  float most_norm = 0, most_loss = 0, most_gap = 0;
  for (size_t c = 0; c < book->count; c++) {
    const float gap = book->upper_squares[c] - book->lower_squares[c];
    most_norm = book->norms[c] > most_norm ? book->norms[c] : most_norm;
    most_loss = book->losses[c] > most_loss ? book->losses[c] : most_loss;
    most_gap = gap > most_gap ? gap : most_gap;
  }
  // Rows whose scores stay in the cache; and centers of which the least score is kept, so that
  // most needn't be looked at again: no more than there is room for.
  const size_t block = padded > 4096 ? 8 : CLADE_BLOCK;
  const size_t stretch = (padded / 128 + 256) / CLADE_CODE_LANES * CLADE_CODE_LANES;
  FLOATS lows[128];
  size_t computed = 0;
  for (size_t first = 0; first < count; first += block) {
    const size_t height = count - first < block ? count - first : block;
    float step[CLADE_BLOCK], norm[CLADE_BLOCK], loss[CLADE_BLOCK];
    int32_t start[CLADE_BLOCK] = {0};
    for (size_t r = 0; r < height; r++) {
      const CLADE_SCALAR *row = rows + (first + r) * columns;
      float top;
      if (scales && scales->tops[first + r] >= 0) {
        top = scales->tops[first + r];
        norm[r] = scales->norms[first + r];
        loss[r] = scales->losses[first + r];
        start[r] = scales->starts[first + r];
        if (top > 0)
          CLADE_VARIANT(CLADE_NAME(encode_known_row))(row, book->reference, columns, top,
                                                      codes + r * stride);
      } else {
        norm[r] = loss[r] = 0;
        top = CLADE_VARIANT(CLADE_NAME(encode_row))(row, book->reference, columns, centered,
                                                    codes + r * stride, &start[r], &norm[r],
                                                    &loss[r]);
        if (scales) {
          scales->tops[first + r] = top;
          scales->norms[first + r] = norm[r];
          scales->losses[first + r] = loss[r];
          scales->starts[first + r] = start[r];
        }
      }
      step[r] = top / 127;
    }
    // Centers that are equally near up to rounding, a few a row; eight of them are compared at a time.
    int32_t waiting[8 * CLADE_BLOCK];
    uint8_t owners[8 * CLADE_BLOCK];
    size_t waiting_count = 0;
    all_products(codes, wide, (height + 7) / 8 * 8, stride, book->codes, start, scores, padded);
    for (size_t r = 0; r < height; r++) {
      const CLADE_SCALAR *row = rows + (first + r) * columns;
      // A row of the next block comes from memory while this one is worked on.
      if (first + block + r < count)
        for (size_t j = 0; j < columns; j += 64 / sizeof(CLADE_SCALAR))
          __builtin_prefetch(row + block * columns + j, 0, 2);
      int32_t *score = scores + r * padded;
      const float *values = (const float *)score;
      size_t found = 0;
      float slack = -1;
      if (step[r] > 0) {
        // |c|² less twice the product, which is off by no more than `margin` whichever the center is.
        const float margin = most_norm * loss[r] + most_loss * norm[r];
        FLOATS leasts = (FLOATS){0} + (float)__builtin_inf();
        for (size_t s = 0; s * stretch < padded; s++) {
          FLOATS low = (FLOATS){0} + (float)__builtin_inf();
          const size_t end = (s + 1) * stretch < padded ? (s + 1) * stretch : padded;
          for (size_t c = s * stretch; c < end; c += CLADE_CODE_LANES) {
            const FLOATS value = *(const FLOATS *)(book->upper_squares + c) -
                                 __builtin_convertvector(*(const INTS *)(score + c), FLOATS) *
                                     (*(const FLOATS *)(book->steps + c) * step[r]);
            *(FLOATS *)(score + c) = value;
            LOWER(low, value)
          }
          lows[s] = low;
          LOWER(leasts, low)
        }
        if (skipped) {
          const size_t place = (size_t)skipped[first + r], own = place / stretch;
          const size_t end = (own + 1) * stretch < padded ? (own + 1) * stretch : padded;
          const float infinity = (float)__builtin_inf();
          memcpy(score + place, &infinity, sizeof infinity);
          lows[own] = leasts = (FLOATS){0} + infinity;
          for (size_t c = own * stretch; c < end; c += CLADE_CODE_LANES)
            LOWER(lows[own], *(const FLOATS *)(score + c))
          for (size_t s = 0; s * stretch < padded; s++)
            LOWER(leasts, lows[s])
        }
        float least = leasts[0];
        for (int lane = 1; lane < 16; lane++)
          least = leasts[lane] < least ? leasts[lane] : least;
        // The full sums are rounded as well: what is nearest by them may be farther by that.
        const float square = norm[r] * norm[r];
        const float rounding = (3 * chain + 0x1p-20f) *
                               (square + __builtin_fabsf(least) + 2 * margin) + most_gap;
        const float bound = least + 2 * margin + rounding;
        for (size_t s = 0; s * stretch < padded; s++) {
          if (__builtin_reduce_or((INTS)(lows[s] <= bound)) == 0)
            continue;
          const size_t end = (s + 1) * stretch < padded ? (s + 1) * stretch : padded;
          for (size_t c = s * stretch; c < end; c += CLADE_CODE_LANES) {
            const INTS near_enough = *(const FLOATS *)(score + c) <= bound;
            found = CLADE_VARIANT(CLADE_NAME(collect))(&near_enough, c, chosen, found);
          }
        }
        // With each center's own margin some of them are too far.
        float upper = (float)__builtin_inf();
        if (found > 16 && found > padded / 32) {
          FLOATS uppers = (FLOATS){0} + upper;
          for (size_t c = 0; c < padded; c += CLADE_CODE_LANES) {
            const FLOATS own = *(const FLOATS *)(values + c) + OWN_MARGIN(FLOATS, c);
            const INTS less = own < uppers;
            uppers = (FLOATS)((less & (INTS)own) | (~less & (INTS)uppers));
          }
          for (int lane = 0; lane < 16; lane++)
            upper = uppers[lane] < upper ? uppers[lane] : upper;
          found = 0;
          for (size_t c = 0; c < padded; c += CLADE_CODE_LANES) {
            const FLOATS lower = *(const FLOATS *)(values + c) - OWN_MARGIN(FLOATS, c);
            const INTS near_enough = lower <= upper + rounding;
            found = CLADE_VARIANT(CLADE_NAME(collect))(&near_enough, c, chosen, found);
          }
        } else if (found > 1) {
          for (size_t i = 0; i < found; i++) {
            const float own = values[chosen[i]] + OWN_MARGIN(float, chosen[i]);
            upper = own < upper ? own : upper;
          }
          size_t kept = 0;
          for (size_t i = 0; i < found; i++) {
            const int32_t center = chosen[i];
            chosen[kept] = center;
            kept += values[center] - OWN_MARGIN(float, center) <= upper + rounding;
          }
          found = kept;
        }
        // Scores out of range decide nothing.
        if (bound < 0x1p120f)
          slack = rounding;
        else
          found = 0;
      }
      if (found == 0) {
        slack = -1;
        for (size_t c = 0; c < book->count; c++) {
          chosen[found] = (int32_t)c;
          found += !skipped || (size_t)skipped[first + r] != c;
        }
      }
      if (found > 1) {
        // The distance of the center with the least score, less |x|², bounds all scores without that
        // center's margin.
        size_t best = found;
        CLADE_SCALAR least = (CLADE_SCALAR)__builtin_inf();
        float limit = (float)__builtin_inf();
        if (slack >= 0) {
          best = 0;
          for (size_t i = 1; i < found; i++)
            best = values[chosen[i]] < values[chosen[best]] ? i : best;
          least = CLADE_VARIANT(CLADE_NAME(rough_distance))(
              row, centers + (size_t)order[chosen[best]] * columns, columns);
          const float square = norm[r] * norm[r];
          const float above = (float)(least * (CLADE_SCALAR)(1 + 4 * rough) + columns * CLADE_TINY);
          // The length has a margin upwards.
          const float less = ((float)columns / 16 + 64) * 0x1p-22f + 0x1p-18f;
          limit = above - square * (1 - less) + slack + 0x1p-20f * (square + above);
        }
        size_t open = 0;
        for (size_t i = 0; i < found; i++) {
          const int32_t center = chosen[i];
          if (i == best) {
            near[open] = least;
          } else if (slack >= 0 && values[center] - OWN_MARGIN(float, center) > limit) {
            continue;
          } else {
            near[open] = CLADE_VARIANT(CLADE_NAME(rough_distance))(
                row, centers + (size_t)order[center] * columns, columns);
          }
          chosen[open++] = center;
        }
        found = open;
        for (size_t i = 0; i < found; i++)
          least = near[i] < least ? near[i] : least;
        const CLADE_SCALAR bound = least * (CLADE_SCALAR)(1 + 4 * rough) + columns * CLADE_TINY;
        size_t kept = 0;
        for (size_t i = 0; i < found; i++) {
          // Also where it isn't a number.
          if (!(near[i] > bound))
            chosen[kept++] = chosen[i];
        }
        computed += found;
        found = kept;
      } else {
        computed++;
      }
      size_t nearest = 0;
      if (found > 8) {
        for (size_t i = 0; i < found; i += 8) {
          const CLADE_SCALAR *pairs[2][8];
          for (size_t p = 0; p < 8; p++) {
            pairs[0][p] = row;
            pairs[1][p] = centers + (size_t)order[chosen[i + p < found ? i + p : i]] * columns;
          }
          CLADE_SCALAR results[8];
          CLADE_VARIANT(CLADE_NAME(eight_distances))(pairs[0], pairs[1], columns, results);
          for (size_t p = 0; p < 8 && i + p < found; p++)
            near[i + p] = results[p];
        }
        for (size_t i = 1; i < found; i++)
          nearest = near[i] < near[nearest] ? i : nearest;
      } else if (found > 1) {
        for (size_t i = 0; i < found; i++) {
          waiting[waiting_count] = chosen[i];
          owners[waiting_count++] = (uint8_t)r;
        }
      }
      labels[first + r] = order[chosen[nearest]];
    }
    CLADE_SCALAR least[CLADE_BLOCK];
    for (size_t r = 0; r < height; r++)
      least[r] = (CLADE_SCALAR)__builtin_inf();
    for (size_t i = 0; i < waiting_count; i += 8) {
      const CLADE_SCALAR *pairs[2][8];
      for (size_t p = 0; p < 8; p++) {
        const size_t pair = i + p < waiting_count ? i + p : i;
        pairs[0][p] = rows + (first + owners[pair]) * columns;
        pairs[1][p] = centers + (size_t)order[waiting[pair]] * columns;
      }
      CLADE_SCALAR results[8];
      CLADE_VARIANT(CLADE_NAME(eight_distances))(pairs[0], pairs[1], columns, results);
      for (size_t p = 0; p < 8 && i + p < waiting_count; p++)
        if (results[p] < least[owners[i + p]]) {
          least[owners[i + p]] = results[p];
          labels[first + owners[i + p]] = order[waiting[i + p]];
        }
    }
    if (distances)
      for (size_t r = 0; r < height; r += 8) {
        const CLADE_SCALAR *pairs[2][8];
        CLADE_SCALAR results[8];
        for (size_t p = 0; p < 8; p++) {
          const size_t i = first + (r + p < height ? r + p : r);
          pairs[0][p] = rows + i * columns;
          pairs[1][p] = centers + (size_t)labels[i] * columns;
        }
        CLADE_VARIANT(CLADE_NAME(eight_distances))(pairs[0], pairs[1], columns, results);
        for (size_t p = 0; p < 8 && r + p < height; p++)
          distances[first + r + p] = results[p];
      }
  }
  return computed;
}

#undef OWN_MARGIN
#undef LOWER
#undef BYTES
#undef WHOLE
#undef VECTOR
#undef LANES
#undef EIGHT
#undef FEW
#undef SIXTEEN
#undef FLOATS
#undef INTS
