// Takes back what kd_boxes_template.h defines.
#undef BITS
#undef VECTOR
#undef INTEGERS
#undef LANES
