// Vectors of 64 bytes, which the compiler cuts into as many registers as the instruction set needs.
// Included by a kernel's file once for each type of number, which it names CLADE_SCALAR, with
// CLADE_LANE_INTEGER the signed integer of the same size.

typedef CLADE_SCALAR CLADE_NAME(clade_vector)
    __attribute__((vector_size(64), aligned(sizeof(CLADE_SCALAR))));
typedef CLADE_LANE_INTEGER CLADE_NAME(clade_lanes) __attribute__((vector_size(64)));
