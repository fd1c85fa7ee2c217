// Inner products of sparse rows with many centers.
//
// The fast scores are single-precision estimates whose error the caller bounds; they choose which
// centers are worth an exact product. Exact products are summed in double precision over the row's
// columns in ascending order, each term added by a fused multiply-add: the same bits in every variant.
#ifndef CLADE_SPARSE_SCORES_H
#define CLADE_SPARSE_SCORES_H

#include <stddef.h>
#include <stdint.h>

// Scores are worked on this many at a time; buffers for scores are padded to a multiple of it.
#define CLADE_SCORE_WIDTH 64

// Rows of `dense` are this much longer than they need be: rows a power of two apart would all lie in
// the same few places of the caches.
#define CLADE_SCORE_PADDING 16

// Centers by column: for each column either a list of the centers that have a value there, or, where
// most have one, the values of all centers side by side.
struct clade_center_index {
  size_t width;              // the number of centers, padded to a multiple of CLADE_SCORE_WIDTH
  size_t stride;             // from one row of `dense` to the next
  const int32_t *dense_rows; // columns: the number of the column's row in `dense`, −1 for a list
  const float *dense;        // rows of `width` values, padded to `stride`
  const int64_t *starts;     // columns + 1: where lists begin
  const int32_t *ids;        // the centers in the lists
  const float *weights;      // their values
};

// `scores[c]` = sum of values[j] · center c's value in columns[j], for all `width` centers.
//
// `rows` is scratch memory for `count` pointers, `factors` for as many numbers.
void clade_sparse_scores(const int32_t *columns, const float *values, size_t count,
                         const struct clade_center_index *index, const float **rows, float *factors,
                         float *scores);

// Writes the numbers of all scores that are at least `cut` to `found`, in ascending order, and returns
// how many there are; `largest_below` gets the largest of the others, −infinity if there is none.
size_t clade_scores_above(const float *scores, size_t width, float cut, int32_t *found,
                          float *largest_below);

// The largest score.
float clade_largest_score(const float *scores, size_t width);

// The exact product of a sparse row with a dense one.
double clade_sparse_dot_f64(const int32_t *columns, const double *values, size_t count,
                            const double *dense);
double clade_sparse_dot_f32(const int32_t *columns, const double *values, size_t count,
                            const float *dense);

// The exact products of a sparse row with `count` dense rows of `columns` values each.
void clade_sparse_dots_f64(const int32_t *places, const double *values, size_t entries,
                           const double *dense, size_t count, size_t columns, double *products);
void clade_sparse_dots_f32(const int32_t *places, const double *values, size_t entries,
                           const float *dense, size_t count, size_t columns, double *products);

#endif
