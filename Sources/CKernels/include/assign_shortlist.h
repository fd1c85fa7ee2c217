// Each row's nearest center by a shortlist: the same labels as assign.h, with less work where there are
// many columns.
//
// Rows and centers, less a common reference, are rounded to 8 bits, so that one instruction multiplies
// and adds 64 of them. With x̂, ĉ for what is rounded, |x − c|² − |x|² = |c|² − 2·x·c differs from
// |c|² − 2·x̂·ĉ by no more than 2·(|x − x̂|·|ĉ| + |x|·|c − ĉ|). Every center whose lower bound is above
// another's upper bound is left out, and then what is above the distance of the best of the others, which
// has no such margin. The few that remain are compared in full precision, and those that are equal up to
// rounding as distances.h does it. Margins cover all roundings, so nothing is left to luck.
#ifndef CLADE_ASSIGN_SHORTLIST_H
#define CLADE_ASSIGN_SHORTLIST_H

#include <stddef.h>
#include <stdint.h>

// The centers of a codebook, 16 to a panel.
enum { CLADE_CODE_LANES = 16 };

// Rounded centers. All arrays have an entry for each of `padded` centers, a multiple of
// CLADE_CODE_LANES.
struct clade_codebook {
  size_t count;
  size_t padded;
  size_t columns;
  // Subtracted from rows and centers (columns).
  const float *reference;
  // Panels of CLADE_CODE_LANES centers: for every four columns, the four numbers of each center, plus
  // 128. Columns are filled up to a multiple of four.
  const uint8_t *codes;
  // |c|² less and more a margin, infinite where there is no center; twice the size of a step of the
  // code; 2·|ĉ| and 2·|c − ĉ|, each with a margin.
  const float *lower_squares;
  const float *upper_squares;
  const float *steps;
  const float *norms;
  const float *losses;
};

// What rounding rows to 8 bits found, so that it needn't be found again: entries a row. A magnitude below 0
// says that nothing is known yet; it and the others are filled in then.
struct clade_row_scales {
  // The largest magnitude of the row less the reference; 0 where it can't be rounded well.
  float *tops;
  // The row's length, and that of what is rounded away, each with a margin.
  float *norms;
  float *losses;
  // −128 times the sum of the row's code.
  int32_t *starts;
};

// Fills `codes` ... `losses` (with their own lengths, see above) for the centers `order[i]`, i < `count`.
void clade_encode_centers_f64(const double *centers, const int32_t *order, size_t count,
                              size_t columns, size_t padded, const float *reference,
                              uint8_t *codes, float *lower_squares, float *upper_squares,
                              float *steps, float *norms, float *losses);
void clade_encode_centers_f32(const float *centers, const int32_t *order, size_t count,
                              size_t columns, size_t padded, const float *reference,
                              uint8_t *codes, float *lower_squares, float *upper_squares,
                              float *steps, float *norms, float *losses);

// The time that shortlists take for numbers of so many bytes as a part of what every distance takes, with
// the instruction set in use and where they leave few centers. Infinite without instructions for 8-bit
// products: AVX-512 with VNNI, AVX2, or NEON with dot products.
double clade_shortlist_cost(size_t centers, size_t columns, size_t bytes);

// Whether that is clearly less than 1.
int clade_shortlist_pays(size_t centers, size_t columns, size_t bytes);

// The bytes of workspace for a number of centers and columns.
size_t clade_shortlist_workspace(size_t padded, size_t columns);

// As clade_assign_f64 in assign.h for `centers` (count × columns), whose numbers `order` has in the order
// of the panels: `labels[i]` is the number of the center nearest to row i, in that order the first of
// several. `distances`, where not NULL, gets the squared distances. Returns the number of distances that
// were computed in full. `scales`, where not NULL, has the entries of these rows for this reference.
// `skipped`, where not NULL, names a center for each row, by its place in the order, that is left
// out; there are at least two centers then.
size_t clade_assign_shortlist_f64(const double *rows, size_t count, const double *centers,
                                  const struct clade_codebook *book,
                                  const struct clade_row_scales *scales, const int32_t *order,
                                  const int32_t *skipped, void *workspace, int32_t *labels,
                                  double *distances);
size_t clade_assign_shortlist_f32(const float *rows, size_t count, const float *centers,
                                  const struct clade_codebook *book,
                                  const struct clade_row_scales *scales, const int32_t *order,
                                  const int32_t *skipped, void *workspace, int32_t *labels,
                                  float *distances);

// Rounds `count` rows to 8 bits: `codes` gets as many bytes a row as there are columns, filled up to a
// multiple of four, and `scales` the rest. `workspace` has room for a row of floats.
void clade_encode_rows_f64(const double *rows, size_t count, size_t columns,
                           const float *reference, float *workspace, int8_t *codes,
                           const struct clade_row_scales *scales);
void clade_encode_rows_f32(const float *rows, size_t count, size_t columns, const float *reference,
                           float *workspace, int8_t *codes, const struct clade_row_scales *scales);

// Whether the instruction set in use has instructions for products of 8-bit numbers.
int clade_products_are_fast(void);

// The bytes of workspace of the next one.
size_t clade_screen_workspace(size_t padded, size_t columns);

// Writes which of `count` rows, rounded as above, may have a squared distance below `bounds[i]` from one of
// the centers of a codebook with the same reference, as distances.h computes it in numbers with a unit of
// rounding `unit`; returns how many. Codes and `starts` are there for a multiple of 8 rows, and so are
// `rows`.
size_t clade_screen_rows(const int8_t *codes, const struct clade_row_scales *scales, size_t count,
                         const struct clade_codebook *book, double unit, const float *bounds,
                         void *workspace, int32_t *rows);

#endif
