// Which of several pairs of clusters at the same distance comes first.
#ifndef CLADE_CLUSTER_TIES_H
#define CLADE_CLUSTER_TIES_H

#include <stdint.h>

// The place of a pair among those at the same distance: another one for every pair, as if drawn. Were it
// in the order of names, rows on a grid would all point along it, and one pair could be joined at a time.
static inline uint64_t clade_tie(int32_t a, int32_t b) {
  const uint32_t low = (uint32_t)(a < b ? a : b), high = (uint32_t)(a < b ? b : a);
  uint64_t z = ((uint64_t)low << 32 | high) + 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

#endif
