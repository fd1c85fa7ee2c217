// One variant of finding the rows that may be near centers; see assign_shortlist.h.

typedef float CLADE_VARIANT(screen_floats) __attribute__((vector_size(64), aligned(4)));
typedef int32_t CLADE_VARIANT(screen_ints) __attribute__((vector_size(64), aligned(4)));
#define FLOATS CLADE_VARIANT(screen_floats)
#define INTS CLADE_VARIANT(screen_ints)

CLADE_TARGET static size_t CLADE_VARIANT(screen_rows)(
    const int8_t *codes, const struct clade_row_scales *scales, size_t count,
    const struct clade_codebook *book, double unit, const float *bounds, void *workspace,
    int32_t *rows) {
  const size_t stride = padded_columns(book->columns), padded = book->padded;
  uint8_t *memory = (uint8_t *)(((uintptr_t)workspace + 63) & ~(uintptr_t)63);
  int32_t *scores = (int32_t *)memory;
  memory += CLADE_BLOCK * padded * sizeof(int32_t);
  float *bases = (float *)memory;
  memory += padded * sizeof(float);
  int16_t *wide = (int16_t *)memory;
  // Everything here is off by no more than this part of |x|² + |c|²: the chain of the distance itself, the
  // float arithmetic, and the margin of |x|.
  const double chain = ((double)book->columns + 8) * 1.01 * unit;
  const double margin = ((double)book->columns / 8 + 64) * 0x1p-23;
  const float slack = (float)(4 * chain + margin + 0x1p-17);
  for (size_t c = 0; c < padded; c++)
    bases[c] = c < book->count ? book->lower_squares[c] - slack * book->upper_squares[c]
                               : (float)__builtin_inf();
  size_t found = 0;
  for (size_t first = 0; first < count; first += CLADE_BLOCK) {
    const size_t height = count - first < CLADE_BLOCK ? count - first : CLADE_BLOCK;
    all_products(codes + first * stride, wide, (height + 7) / 8 * 8, stride, book->codes,
                 scales->starts + first, scores, padded);
    for (size_t r = 0; r < height; r++) {
      const size_t row = first + r;
      const float step = scales->tops[row] / 127, norm = scales->norms[row];
      const float loss = scales->losses[row];
      // |x − c|² less than this is too far.
      const float rest = bounds[row] - norm * norm * (1 - slack);
      // Rows that couldn't be rounded may be anywhere.
      INTS near = (INTS){0} - (step > 0 ? 0 : 1);
      for (size_t c = 0; c < padded; c += CLADE_CODE_LANES) {
        const FLOATS value =
            *(const FLOATS *)(bases + c) -
            __builtin_convertvector(*(const INTS *)(scores + r * padded + c), FLOATS) *
                (*(const FLOATS *)(book->steps + c) * step) -
            (*(const FLOATS *)(book->norms + c) * loss + *(const FLOATS *)(book->losses + c) * norm);
        near |= value < rest;
      }
      rows[found] = (int32_t)row;
      found += __builtin_reduce_or(near) != 0;
    }
  }
  return found;
}

#undef FLOATS
#undef INTS
