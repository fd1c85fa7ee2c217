// Rows packed for the distance kernels: panels of 64 bytes' worth of rows, transposed, so that one
// vector holds one column of several rows.
//
// Panel p holds rows p·width ... p·width + width − 1; its entry (column j, lane l) is at
// (p · columns + j) · width + l. What is missing in the last panel is infinite, and so is its distance
// from anything.
#ifndef CLADE_PANELS_H
#define CLADE_PANELS_H

#include <stddef.h>
#include <stdint.h>

enum { CLADE_PANEL_WIDTH_F64 = 8, CLADE_PANEL_WIDTH_F32 = 16 };

// Packs `count` rows of `columns` into `panels`, which has room for `count` rounded up to the width:
// row `order[i]` as the i-th, or row i where `order` is NULL.
void clade_pack_panels_f64(const double *rows, const int32_t *order, size_t count, size_t columns,
                           double *panels);
void clade_pack_panels_f32(const float *rows, const int32_t *order, size_t count, size_t columns,
                           float *panels);

#endif
