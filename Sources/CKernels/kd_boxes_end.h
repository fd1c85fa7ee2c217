// Takes back what kd_boxes_template.h defines.
#undef BITS
#undef LARGER
#undef SMALLER
#undef LANE_SUM
#undef CLADE_SMALLEST_NORMAL
#undef VECTOR
#undef INTEGERS
#undef LANES
