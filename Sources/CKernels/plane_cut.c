#include "include/plane_cut.h"

#pragma STDC FP_CONTRACT OFF

#define CLADE_SCALAR double
#define CLADE_LANE_INTEGER int64_t
#define CLADE_LANES 8
#define CLADE_NAME(name) CLADE_JOIN(name, f64)
#include "variants_names.h"
#include "vectors.h"

#define CLADE_TEMPLATE "plane_cut_template.h"
#include "variants.h"

void clade_project(const struct clade_members *members, const double *origin,
                   const double *direction, double *coordinates) {
  CLADE_DISPATCH(project, members, origin, direction, coordinates);
}

void clade_add_scaled(const struct clade_members *members, const double *factors,
                      const double *origin, double *sums) {
  CLADE_DISPATCH(add_scaled, members, factors, origin, sums);
}
