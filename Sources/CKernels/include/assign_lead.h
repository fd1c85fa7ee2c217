// Each row's nearest center, and by how much at least it is nearer than any other: its lead. While
// centers move by less than that altogether, the row's nearest center can't change.
//
// Let d_a be the exact distance of a row from its nearest center as assign.h finds it, d_j that from any
// other, u the unit of rounding, and g = CLADE_LEAD_MARGIN. A lead is at most d_j - (1 + g) d_a for all
// j: a computed square is off by (d + 3) u of itself, its root by half of that and one u, and what is
// done then by few u and roundings to single precision, for which g has room with 4 (d + 8) u and
// 8 roundings; half of g is left.
//
// If center a moves by m_a and no other by more than m, then d_j - (1 + g) d_a falls by at most
// (1 + g) m_a + m, which is the drift that is taken off. While the lead is still above 2^-60,
// d_j > (1 + g) d_a + 2^-60, so d_j^2 > (1 + 2 g) d_a^2 + 2^-120: more than (d + 3) u of both squares and
// what is lost below the least normal number, so that the square as it is computed is greater for j than
// for a, and assign.h would find a again. Rows whose lead is used up are compared with all centers.
#ifndef CLADE_ASSIGN_LEAD_H
#define CLADE_ASSIGN_LEAD_H

#include <stddef.h>
#include <stdint.h>

#define CLADE_LEAD_MARGIN(columns, unit) (4 * ((double)(columns) + 8) * (unit) + 0x1p-21)

// As clade_assign_f64 in assign.h, with leads instead of distances.
void clade_assign_lead_f64(const double *rows, size_t count, size_t columns, const double *panels,
                           size_t panel_count, const int32_t *ids, int32_t *labels, float *leads);
void clade_assign_lead_f32(const float *rows, size_t count, size_t columns, const float *panels,
                           size_t panel_count, const int32_t *ids, int32_t *labels, float *leads);

// Takes `drifts[labels[i]]` off the lead of each of `count` rows and writes the numbers of those rows
// whose lead is used up to `rows`. Returns how many they are.
size_t clade_lower_leads(float *leads, const int32_t *labels, size_t count, const float *drifts,
                         int32_t *rows);

// Copies rows (of `size` bytes each) whose numbers are given, one after the other.
void clade_gather_rows(const void *rows, size_t size, const int32_t *numbers, size_t count,
                       void *copies);

#endif
