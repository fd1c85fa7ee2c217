// One variant of how leads fall; see assign_lead.h.

CLADE_TARGET static size_t CLADE_VARIANT(lower_leads)(float *restrict leads,
                                                      const int32_t *restrict labels,
                                                      size_t count, const float *restrict drifts,
                                                      int32_t *restrict rows) {
  // Leads that are positive are made smaller by more than the two roundings here.
#pragma clang loop vectorize(assume_safety)
  for (size_t i = 0; i < count; i++)
    leads[i] = (leads[i] - drifts[labels[i]]) * (1 - 0x1p-22f);
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    rows[found] = (int32_t)i;
    found += !(leads[i] > 0x1p-60f);
  }
  return found;
}
