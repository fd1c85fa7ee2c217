// One variant of the expectation; see mixture_expectation.h.

// The vectors of a block whose running sums fit the registers together.
#if CLADE_VECTOR_BYTES == 64
#define TOGETHER VECTORS
#else
#define TOGETHER 1
#endif

// Adds to `squares` the squares of `rows` (at most 4) entries of P·difference.
CLADE_TARGET static inline __attribute__((always_inline)) void
CLADE_VARIANT(add_rows)(const double *factor, const lanes *difference, size_t terms, int rows,
                        lanes *squares) {
#pragma clang loop unroll(full)
  for (int v = 0; v < VECTORS; v += TOGETHER) {
    lanes sum[4][TOGETHER];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
      for (int u = 0; u < TOGETHER; u++)
        sum[r][u] = SPLAT(0.0);
    for (size_t m = 0; m < terms; m++) {
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        const double p = factor[4 * m + (size_t)r];
#pragma clang loop unroll(full)
        for (int u = 0; u < TOGETHER; u++)
          sum[r][u] = __builtin_elementwise_fma(
              SPLAT(p), difference[m * VECTORS + (size_t)(v + u)], sum[r][u]);
      }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
      for (int u = 0; u < TOGETHER; u++)
        squares[v + u] = __builtin_elementwise_fma(sum[r][u], sum[r][u], squares[v + u]);
  }
}

// Writes the log-densities that follow from `squares`; says whether any reaches `least`.
CLADE_TARGET static inline __attribute__((always_inline)) int
CLADE_VARIANT(reaches)(const lanes *squares, double constant, const lanes *least, lanes *scores) {
  lane_mask any = {0};
#pragma clang loop unroll(full)
  for (int v = 0; v < VECTORS; v++) {
    scores[v] = __builtin_elementwise_fma(SPLAT(-0.5), squares[v], SPLAT(constant));
    any |= scores[v] >= least[v];
  }
  return __builtin_reduce_or(any) != 0;
}

// The log-densities of one component at a block of points; 0 as soon as it is known that none of
// them reaches `least` (the squares only grow), and then `scores` isn't complete.
CLADE_TARGET static inline __attribute__((always_inline)) int
CLADE_VARIANT(score)(const struct clade_mixture *mixture, size_t component, const lanes *points,
                     const lanes *least, lanes *difference, lanes *scores) {
  const size_t columns = mixture->columns;
  const double *mean = mixture->means + component * columns;
  const double *factor = mixture->factors + component * mixture->factor_stride;
  const double constant = mixture->constants[component];
  lanes squares[VECTORS];
#pragma clang loop unroll(full)
  for (int v = 0; v < VECTORS; v++)
    squares[v] = SPLAT(0.0);
  if (mixture->diagonal) {
    for (size_t i = 0; i < columns; i++) {
#pragma clang loop unroll(full)
      for (size_t v = 0; v < VECTORS; v++) {
        const lanes y = (points[i * VECTORS + v] - SPLAT(mean[i])) * SPLAT(factor[i]);
        squares[v] = __builtin_elementwise_fma(y, y, squares[v]);
      }
      if (i % 4 == 3 && i + 1 < columns &&
          !CLADE_VARIANT(reaches)(squares, constant, least, scores))
        return 0;
    }
    return CLADE_VARIANT(reaches)(squares, constant, least, scores);
  }
  for (size_t first = 0; first < columns; first += 4) {
    const size_t left = columns - first;
    const size_t terms = left < 4 ? columns : first + 4;
    for (size_t i = first; i < terms; i++)
#pragma clang loop unroll(full)
      for (size_t v = 0; v < VECTORS; v++)
        difference[i * VECTORS + v] = points[i * VECTORS + v] - SPLAT(mean[i]);
    if (left >= 4)
      CLADE_VARIANT(add_rows)(factor, difference, terms, 4, squares);
    else if (left == 3)
      CLADE_VARIANT(add_rows)(factor, difference, terms, 3, squares);
    else if (left == 2)
      CLADE_VARIANT(add_rows)(factor, difference, terms, 2, squares);
    else
      CLADE_VARIANT(add_rows)(factor, difference, terms, 1, squares);
    factor += 4 * terms;
    if (!CLADE_VARIANT(reaches)(squares, constant, least, scores))
      return 0;
  }
  return 1;
}

CLADE_TARGET static size_t
CLADE_VARIANT(expectation)(const struct clade_mixture *mixture, const double *all_points,
                           size_t blocks, int32_t *hints, double *workspace,
                           const struct clade_mixture_output *output) {
  const size_t columns = mixture->columns, components = mixture->components;
  lanes *difference = (lanes *)workspace;
  lanes *scores = difference + columns * VECTORS; // a slot per component, and the hint's
  lanes *hinted = scores + components * VECTORS;
  int32_t *slots = (int32_t *)(hinted + VECTORS); // the component of each slot
  size_t entries = 0;

  for (size_t b = 0; b < blocks; b++) {
    const lanes *points = (const lanes *)(all_points + b * columns * BLOCK);
    const size_t hint = (size_t)hints[b] < components ? (size_t)hints[b] : 0;
    lanes largest[VECTORS], least[VECTORS];
    for (int v = 0; v < VECTORS; v++)
      least[v] = SPLAT(-__builtin_inf());
    CLADE_VARIANT(score)(mixture, hint, points, least, difference, hinted);
    for (int v = 0; v < VECTORS; v++) {
      largest[v] = hinted[v];
      least[v] = largest[v] - SPLAT(CLADE_MIXTURE_NEGLIGIBLE);
    }

    // The log-densities of all components that may matter, the largest at each point.
    size_t count = 0;
    for (size_t j = 0; j < components; j++) {
      lanes *slot = scores + count * VECTORS;
      if (j == hint) {
        memcpy(slot, hinted, sizeof(lanes) * VECTORS);
      } else {
        if (!CLADE_VARIANT(score)(mixture, j, points, least, difference, slot))
          continue;
        for (int v = 0; v < VECTORS; v++) {
          largest[v] = slot[v] > largest[v] ? slot[v] : largest[v];
          least[v] = largest[v] - SPLAT(CLADE_MIXTURE_NEGLIGIBLE);
        }
      }
      slots[count++] = (int32_t)j;
    }
    // Squares beyond the largest double leave nothing to compare: all components are equal there.
    for (int v = 0; v < VECTORS; v++) {
      const lanes lowest = SPLAT(-0x1p1000);
      for (size_t s = 0; s < count; s++)
        scores[s * VECTORS + (size_t)v] =
            scores[s * VECTORS + (size_t)v] < lowest ? lowest : scores[s * VECTORS + (size_t)v];
      largest[v] = largest[v] < lowest ? lowest : largest[v];
      least[v] = largest[v] - SPLAT(CLADE_MIXTURE_NEGLIGIBLE);
    }

    // Keep those that do matter; subtract the largest, so that exp can't overflow.
    lanes label[VECTORS];
    for (int v = 0; v < VECTORS; v++)
      label[v] = SPLAT(-1.0);
    size_t kept = 0;
    for (size_t s = 0; s < count; s++) {
      const lanes *from = scores + s * VECTORS;
      lanes *to = scores + kept * VECTORS;
      lane_mask any = {0};
      const lanes component = SPLAT((double)slots[s]);
#pragma clang loop unroll(full)
      for (int v = 0; v < VECTORS; v++) {
        const lanes score = from[v];
        const lane_mask matters = score >= least[v];
        any |= matters;
        label[v] = ((label[v] < SPLAT(0.0)) & (score == largest[v])) ? component : label[v];
        to[v] = matters ? score - largest[v] : SPLAT(-__builtin_inf());
      }
      if (__builtin_reduce_or(any) != 0)
        slots[kept++] = slots[s];
    }
    lanes total[VECTORS];
    if (kept == 1) {
      for (int v = 0; v < VECTORS; v++)
        scores[v] = total[v] = SPLAT(1.0);
    } else {
      clade_exp_array((const double *)scores, (double *)scores, kept * BLOCK);
      for (int v = 0; v < VECTORS; v++)
        total[v] = scores[v];
      for (size_t s = 1; s < kept; s++)
        for (int v = 0; v < VECTORS; v++)
          total[v] += scores[s * VECTORS + (size_t)v];
    }

    double *log_densities = output->log_densities + b * BLOCK;
    memcpy(log_densities, total, sizeof total);
    if (kept > 1)
      clade_log_array(log_densities, log_densities, BLOCK);
    else
      memset(log_densities, 0, sizeof total);
    lanes inverse[VECTORS];
    for (int v = 0; v < VECTORS; v++) {
      ((lanes *)log_densities)[v] += largest[v];
      inverse[v] = SPLAT(1.0) / total[v];
    }
    if (output->labels)
      for (int i = 0; i < BLOCK; i++)
        output->labels[b * BLOCK + (size_t)i] = (int32_t)((const double *)label)[i];
    if (output->posteriors)
      memcpy(output->posteriors + b * BLOCK, inverse, sizeof inverse);
    if (output->entry_posteriors) {
      for (size_t s = 0; s < kept; s++) {
        lanes *to = (lanes *)(output->entry_posteriors + entries * BLOCK);
        for (int v = 0; v < VECTORS; v++)
          to[v] = scores[s * VECTORS + (size_t)v] * inverse[v];
        output->entry_components[entries] = slots[s];
        output->entry_blocks[entries] = (int32_t)b;
        entries++;
      }
    }
    hints[b] = (int32_t)((const double *)label)[BLOCK / 2];
  }
  return entries;
}

#undef TOGETHER
