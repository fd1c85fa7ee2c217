#include "include/panels.h"

#define CLADE_PACK(scalar, width)                                                                  \
  for (size_t first = 0; first < count; first += width)                                            \
    for (size_t j = 0; j < columns; j++)                                                           \
      for (size_t lane = 0; lane < width; lane++) {                                                \
        const size_t row = first + lane;                                                           \
        const size_t place = row < count && order ? (size_t)order[row] : row;                      \
        *panels++ = row < count ? rows[place * columns + j] : (scalar)__builtin_inf();             \
      }

void clade_pack_panels_f64(const double *rows, const int32_t *order, size_t count, size_t columns,
                           double *panels) {
  CLADE_PACK(double, CLADE_PANEL_WIDTH_F64)
}

void clade_pack_panels_f32(const float *rows, const int32_t *order, size_t count, size_t columns,
                           float *panels) {
  CLADE_PACK(float, CLADE_PANEL_WIDTH_F32)
}
