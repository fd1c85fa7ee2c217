// Includes the template of text_lanes.c in all its variants, for one width of lanes: CLADE_CELL, an
// integer of CLADE_BITS bits, in vectors of 64 bytes, and CLADE_NAME, which adds the width to a name.
#include "variants_names.h"

#include <stdint.h>

typedef CLADE_CELL CLADE_NAME(clade_cells) __attribute__((vector_size(64)));

#include "variants.h"
#undef CLADE_BITS
#undef CLADE_CELL
#undef CLADE_NAME
