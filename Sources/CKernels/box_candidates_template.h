// One variant of the choice of candidates; see box_candidates.h.

CLADE_TARGET static size_t CLADE_VARIANT(box_candidates)(
    const double *points, const int32_t *places, size_t count, size_t stride, size_t columns,
    const double *lower, const double *upper, double factor, double tiny, double *squares,
    double *kept, int32_t *kept_places) {
  clade_box_doubles bounds = (clade_box_doubles){0} + __builtin_inf();
  for (size_t i = 0; i < count; i += 8) {
    clade_box_doubles nearest = {0}, farthest = {0};
    for (size_t j = 0; j < columns; j++) {
      const clade_box_doubles x = *(const clade_box_doubles *)(points + j * stride + i);
      const clade_box_doubles below = lower[j] - x, above = x - upper[j];
      const clade_box_doubles outside = __builtin_elementwise_max(
          __builtin_elementwise_max(below, above), (clade_box_doubles){0});
      const clade_box_doubles across = __builtin_elementwise_max(-below, -above);
      nearest += outside * outside;
      farthest += across * across;
    }
    *(clade_box_doubles *)(squares + i) = nearest;
    bounds = __builtin_elementwise_min(bounds, farthest);
  }
  double bound = bounds[0];
  for (int lane = 1; lane < 8; lane++)
    bound = bounds[lane] < bound ? bounds[lane] : bound;
  bound = bound * factor + tiny;
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    kept_places[found] = (int32_t)i;
    found += squares[i] <= bound;
  }
  const size_t padded = (found + 7) / 8 * 8;
  for (size_t j = 0; j < columns; j++) {
    for (size_t i = 0; i < found; i++)
      kept[j * stride + i] = points[j * stride + (size_t)kept_places[i]];
    for (size_t i = found; i < padded; i++)
      kept[j * stride + i] = __builtin_inf();
  }
  for (size_t i = 0; i < found; i++)
    kept_places[i] = places[kept_places[i]];
  return found;
}
