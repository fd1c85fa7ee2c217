// Each row's nearest center.
#ifndef CLADE_ASSIGN_H
#define CLADE_ASSIGN_H

#include <stddef.h>
#include <stdint.h>

// `labels[i]` = `ids[j]` of the packed center j (see panels.h) that is nearest to row i, and
// `distances[i]`, unless `distances` is NULL, its squared distance, as distances.h has it. Of several
// at the same distance, the first in the panels is taken: pack centers in the order of their values,
// so that ties don't depend on how they are numbered. `ids` has `panel_count` times the panels' width
// entries.
void clade_assign_f64(const double *rows, size_t count, size_t columns, const double *panels,
                      size_t panel_count, const int32_t *ids, int32_t *labels, double *distances);
void clade_assign_f32(const float *rows, size_t count, size_t columns, const float *panels,
                      size_t panel_count, const int32_t *ids, int32_t *labels, float *distances);

#endif
