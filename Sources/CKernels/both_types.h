// Includes CLADE_TEMPLATE in all its variants, for numbers of either type: CLADE_SCALAR with its vectors
// (vectors.h), CLADE_UNIT, by what part of it rounding moves a number at most, and CLADE_NAME, which adds
// f64 or f32 to a name.
#include "variants_names.h"

#define CLADE_SCALAR double
#define CLADE_LANE_INTEGER int64_t
#define CLADE_LANES 8
#define CLADE_UNIT 0x1p-53
#define CLADE_NAME(name) CLADE_JOIN(name, f64)
#include "vectors.h"
#include "variants.h"
#undef CLADE_SCALAR
#undef CLADE_LANE_INTEGER
#undef CLADE_LANES
#undef CLADE_UNIT
#undef CLADE_NAME

#define CLADE_SCALAR float
#define CLADE_LANE_INTEGER int32_t
#define CLADE_LANES 16
#define CLADE_UNIT 0x1p-24
#define CLADE_NAME(name) CLADE_JOIN(name, f32)
#include "vectors.h"
#include "variants.h"
#undef CLADE_SCALAR
#undef CLADE_LANE_INTEGER
#undef CLADE_LANES
#undef CLADE_UNIT
#undef CLADE_NAME
