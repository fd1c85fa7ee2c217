#include "include/distance_table.h"

#include "cluster_ties.h"
#include "kd_masks.h"
#include "variants_names.h"

#pragma STDC FP_CONTRACT OFF

typedef double clade_table_vector __attribute__((vector_size(64), aligned(8)));

#define CLADE_TEMPLATE "distance_table_template.h"
#include "variants.h"

size_t clade_table_least(const double *row, size_t count) {
  CLADE_DISPATCH(table_least, row, count)
}

size_t clade_table_nearest(const double *row, size_t count, const int32_t *names, int32_t name) {
  CLADE_DISPATCH(table_nearest, row, count, names, name)
}

void clade_table_lower(const double *row, size_t count, int32_t slot, int32_t name,
                       const int32_t *names, double *least, int32_t *nearest,
                       const int32_t *all_names) {
  CLADE_DISPATCH(table_lower, row, count, slot, name, names, least, nearest, all_names)
}

void clade_table_join_rows(enum clade_table_rule rule, const struct clade_table_join *join,
                           double *first, const double *second, const double *sizes,
                           size_t count) {
  CLADE_DISPATCH(table_join_rows, rule, join, first, second, sizes, count)
}

void clade_table_join_columns(enum clade_table_rule rule, const struct clade_table_join *joins,
                              size_t count, double size, double *row) {
  CLADE_DISPATCH(table_join_columns, rule, joins, count, size, row)
}

void clade_table_roots(double *row, size_t count) {
  CLADE_DISPATCH(table_roots, row, count)
}

void clade_table_pack(const int32_t *places, size_t count, double *row) {
  for (size_t i = 0; i < count; i++)
    row[i] = row[places[i]];
}
