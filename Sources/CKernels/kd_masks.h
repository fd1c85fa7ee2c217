// Vectors of one bit a lane, and the integers that hold as many bits.
#ifndef CLADE_KD_MASKS_H
#define CLADE_KD_MASKS_H

#include <stdint.h>

typedef _Bool clade_kd_bools_f64 __attribute__((ext_vector_type(8)));
typedef _Bool clade_kd_bools_f32 __attribute__((ext_vector_type(16)));
typedef uint8_t clade_kd_mask_f64;
typedef uint16_t clade_kd_mask_f32;

// The rows that are compared with a panel together, the columns between two looks at whether their
// distances still matter, and the most columns in which rows are compared with a box before its rows.
enum { CLADE_KD_TILE = 4, CLADE_KD_STRETCH = 8, CLADE_KD_NARROW = 32 };

#endif
