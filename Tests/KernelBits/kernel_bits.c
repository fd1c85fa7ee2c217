// Prints a checksum of what each kernel computes from fixed pseudo-random numbers. The same lines have
// to come out for every instruction set and processor.
#include "CKernels.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 1;

static double uniform(void) {
  state += 0x9E3779B97F4A7C15u;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static void *filled(size_t count, size_t size) {
  void *memory = aligned_alloc(64, (count * size + 63) / 64 * 64);
  memset(memory, 0, (count * size + 63) / 64 * 64);
  for (size_t i = 0; i < count; i++) {
    double x = 4 * uniform() - 2;
    if (size == sizeof(double))
      ((double *)memory)[i] = x;
    else
      ((float *)memory)[i] = (float)x;
  }
  return memory;
}

static void report(const char *name, const void *bytes, size_t count) {
  uint64_t hash = 0xCBF29CE484222325u;
  for (size_t i = 0; i < count; i++)
    hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001B3u;
  printf("%-24s %016" PRIx64 "\n", name, hash);
}

enum { ROWS = 517, COLUMNS = 13, CENTERS = 37 };

int main(void) {
  double *rows = filled(ROWS * COLUMNS, sizeof(double));
  float *rows32 = filled(ROWS * COLUMNS, sizeof(float));
  double *centers = filled(CENTERS * COLUMNS, sizeof(double));
  float *centers32 = filled(CENTERS * COLUMNS, sizeof(float));
  size_t panels = (CENTERS + CLADE_PANEL_WIDTH_F64 - 1) / CLADE_PANEL_WIDTH_F64;
  size_t panels32 = (CENTERS + CLADE_PANEL_WIDTH_F32 - 1) / CLADE_PANEL_WIDTH_F32;
  size_t width = panels * CLADE_PANEL_WIDTH_F64, width32 = panels32 * CLADE_PANEL_WIDTH_F32;
  double *packed = filled(width * COLUMNS, sizeof(double));
  float *packed32 = filled(width32 * COLUMNS, sizeof(float));
  clade_pack_panels_f64(centers, NULL, CENTERS, COLUMNS, packed);
  clade_pack_panels_f32(centers32, NULL, CENTERS, COLUMNS, packed32);
  int32_t ids[64], labels[ROWS], labels32[ROWS];
  for (int i = 0; i < 64; i++)
    ids[i] = i;
  double nearest[ROWS];
  float nearest32[ROWS];
  clade_assign_f64(rows, ROWS, COLUMNS, packed, panels, ids, labels, nearest);
  clade_assign_f32(rows32, ROWS, COLUMNS, packed32, panels32, ids, labels32, nearest32);
  report("assign f64", labels, sizeof labels);
  report("assign f64 distances", nearest, sizeof nearest);
  report("assign f32", labels32, sizeof labels32);
  report("assign f32 distances", nearest32, sizeof nearest32);

  // Shapes for each way that rows are worked on: few columns and many, single rows and one panel.
  enum { WIDE = 37 };
  const size_t shapes[][2] = {{1, 2}, {2, 9}, {3, 17}, {8, 37}, {16, 5}, {29, 8}, {33, 37}, {WIDE, 1}};
  double *wide = filled(ROWS * WIDE, sizeof(double)), *far = filled(CENTERS * WIDE, sizeof(double));
  float *wide32 = filled(ROWS * WIDE, sizeof(float)), *far32 = filled(CENTERS * WIDE, sizeof(float));
  double *place = filled(64 * WIDE, sizeof(double));
  float *place32 = filled(64 * WIDE, sizeof(float));
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    const size_t columns = shapes[s][0], count = shapes[s][1];
    clade_pack_panels_f64(far, NULL, count, columns, place);
    clade_pack_panels_f32(far32, NULL, count, columns, place32);
    clade_assign_f64(wide, ROWS, columns, place, (count + 7) / 8, ids, labels, nearest);
    clade_assign_f32(wide32, ROWS, columns, place32, (count + 15) / 16, ids, labels32, nearest32);
    report("assign f64, by shape", labels, sizeof labels);
    report("assign f64 distances", nearest, sizeof nearest);
    report("assign f32, by shape", labels32, sizeof labels32);
    report("assign f32 distances", nearest32, sizeof nearest32);
  }
  enum { PADDED = 64 };
  float *reference = filled(WIDE, sizeof(float)), *numbers = filled(5 * PADDED, sizeof(float));
  uint8_t *codes = aligned_alloc(64, PADDED * (WIDE + 3) / 4 * 4);
  void *shortlist_workspace = aligned_alloc(64, (clade_shortlist_workspace(PADDED, WIDE) + 63) / 64 * 64);
  struct clade_codebook book = {
      CENTERS,          PADDED, WIDE, reference, codes, numbers, numbers + PADDED, numbers + 2 * PADDED,
      numbers + 3 * PADDED, numbers + 4 * PADDED};
  clade_encode_centers_f64(far, ids, CENTERS, WIDE, PADDED, reference, codes, numbers,
                           numbers + PADDED, numbers + 2 * PADDED, numbers + 3 * PADDED,
                           numbers + 4 * PADDED);
  // The second time it is known what rounding the rows found.
  float *row_numbers = filled(3 * ROWS, sizeof(float));
  for (size_t i = 0; i < ROWS; i++)
    row_numbers[i] = -1;
  struct clade_row_scales scales = {row_numbers, row_numbers + ROWS, row_numbers + 2 * ROWS,
                                    (int32_t *)filled(ROWS, sizeof(int32_t))};
  size_t computed = clade_assign_shortlist_f64(wide, ROWS, far, &book, &scales, ids, NULL,
                                               shortlist_workspace, labels, nearest);
  report("shortlist f64", labels, sizeof labels);
  computed = clade_assign_shortlist_f64(wide, ROWS, far, &book, &scales, ids, NULL, shortlist_workspace,
                                        labels, nearest);
  report("shortlist f64", labels, sizeof labels);
  report("shortlist f64 distances", nearest, sizeof nearest);
  report("shortlist f64 computed", &computed, sizeof computed);
  clade_encode_centers_f32(far32, ids, CENTERS, WIDE, PADDED, reference, codes, numbers,
                           numbers + PADDED, numbers + 2 * PADDED, numbers + 3 * PADDED,
                           numbers + 4 * PADDED);
  clade_assign_shortlist_f32(wide32, ROWS, far32, &book, NULL, ids, NULL, shortlist_workspace, labels32,
                             nearest32);
  report("shortlist f32", labels32, sizeof labels32);
  report("shortlist f32 distances", nearest32, sizeof nearest32);

  double *all = filled(ROWS * width, sizeof(double));
  float *all32 = filled(ROWS * width32, sizeof(float));
  clade_squared_distances_f64(rows, ROWS, COLUMNS, packed, panels, all, width);
  clade_squared_distances_f32(rows32, ROWS, COLUMNS, packed32, panels32, all32, width32);
  report("distances f64", all, ROWS * width * sizeof(double));
  report("distances f32", all32, ROWS * width32 * sizeof(float));
  enum { LIST = 5, SMALLEST = 3 };
  double lists[ROWS * LIST];
  float lists32[ROWS * LIST];
  int32_t names[ROWS * LIST], names32[ROWS * LIST], smallest[ROWS * SMALLEST];
  uint64_t keys[64];
  for (int i = 0; i < ROWS * LIST; i++) {
    lists[i] = lists32[i] = (float)__builtin_inf();
    names[i] = names32[i] = INT32_MAX;
  }
  clade_nearest_lists_f64(rows, NULL, ROWS, COLUMNS, packed, panels, ids, LIST, lists, names);
  clade_nearest_lists_f32(rows32, NULL, ROWS, COLUMNS, packed32, panels32, ids, LIST, lists32,
                          names32);
  report("lists f64", names, sizeof names);
  report("lists f64 distances", lists, sizeof lists);
  report("lists f32", names32, sizeof names32);
  report("lists f32 distances", lists32, sizeof lists32);
  clade_smallest_distances_f64(all, ROWS, width, CENTERS, SMALLEST, keys, smallest);
  report("smallest f64", smallest, sizeof smallest);
  clade_smallest_distances_f32(all32, ROWS, width32, CENTERS, SMALLEST, keys, smallest);
  report("smallest f32", smallest, sizeof smallest);
  const uint8_t kinds[COLUMNS] = {0, 1, 0, 0, 1};
  const double powers[] = {1, 3, 2.5};
  double limits[ROWS];
  float limits32[ROWS];
  int32_t neighbors[ROWS * LIST], found[64];
  for (int form = CLADE_METRIC_ABSOLUTES; form <= CLADE_METRIC_GOWER; form++) {
    const double power = powers[form % 3];
    // Some zeros, for those that count them.
    for (int i = 0; i < ROWS * COLUMNS; i += 3)
      rows[i] = rows32[i] = 0;
    clade_metric_distances_f64(form, power, kinds, rows, ROWS, COLUMNS, packed, panels, all, width);
    clade_metric_distances_f32(form, power, kinds, rows32, ROWS, COLUMNS, packed32, panels32, all32,
                               width32);
    // What is beyond the last center means nothing.
    for (int i = 0; i < ROWS; i++)
      for (size_t j = CENTERS; j < (width > width32 ? width : width32); j++) {
        if (j < width)
          all[i * width + j] = 0;
        if (j < width32)
          all32[i * width32 + j] = 0;
      }
    report("metric f64", all, ROWS * width * sizeof(double));
    report("metric f32", all32, ROWS * width32 * sizeof(float));
    for (int i = 0; i < ROWS * LIST; i++) {
      lists[i] = lists32[i] = limits[i / LIST] = limits32[i / LIST] = (float)__builtin_inf();
      names[i] = neighbors[i] = INT32_MAX;
    }
    clade_neighbor_lists_f64(all, width, ROWS, 0, CENTERS, 5, NULL, LIST, 0, limits, lists, names,
                             NULL, NULL, NULL);
    clade_neighbor_lists_f32(all32, width32, ROWS, 0, CENTERS, 5, NULL, LIST, 0, limits32, lists32,
                             neighbors, NULL, NULL, NULL);
    report("neighbours f64", names, sizeof names);
    report("neighbours f32", neighbors, sizeof neighbors);
    const size_t near = clade_within_limit_f64(all, CENTERS, limits[0], found);
    report("within a limit f64", found, near * sizeof *found);
    const size_t near32 = clade_within_limit_f32(all32, CENTERS, limits32[0], found);
    report("within a limit f32", found, near32 * sizeof *found);
  }
  clade_distances_from_own_f64(rows, ROWS, COLUMNS, centers, labels, nearest);
  report("own distances f64", nearest, sizeof nearest);
  clade_distances_from_own_f32(rows32, ROWS, COLUMNS, centers32, labels32, nearest);
  report("own distances f32", nearest, sizeof nearest);

  const double magnitude = clade_largest_magnitude(nearest, ROWS);
  report("largest magnitude", &magnitude, sizeof magnitude);
  // Units for terms below 2^8, as FixedPointScale has them.
  int64_t parts[3];
  parts[2] = clade_exact_parts(nearest, ROWS, 0x1.8p17, 0x1.8p-27, parts, parts + 1);
  report("exact parts", parts, sizeof parts);

  double largest[COLUMNS] = {0};
  clade_largest_magnitudes_f64(rows, ROWS, COLUMNS, largest);
  clade_largest_magnitudes_f32(rows32, ROWS, COLUMNS, largest);
  report("largest magnitudes", largest, sizeof largest);
  double prescale[COLUMNS], coarse[COLUMNS], fine[COLUMNS];
  for (int j = 0; j < COLUMNS; j++) {
    prescale[j] = 1;
    coarse[j] = 0x1.8p12;
    fine[j] = 0x1.8p-30;
  }
  struct clade_fixed_point constants = {prescale, coarse, fine};
  int64_t *sums = calloc(CENTERS * 2 * COLUMNS, sizeof *sums), addends[CENTERS] = {0};
  clade_accumulate_f64(rows, ROWS, COLUMNS, NULL, labels, nearest, &constants, sums, addends, NULL);
  clade_accumulate_f32(rows32, ROWS, COLUMNS, labels32, labels, NULL, &constants, sums, addends,
                       NULL);
  report("accumulate", sums, CENTERS * 2 * COLUMNS * sizeof *sums);
  report("accumulate addends", addends, sizeof addends);

  double *values = filled(4099, sizeof(double)), *images = filled(4099, sizeof(double));
  for (int i = 0; i < 4099; i++)
    values[i] *= i % 7 == 0 ? 400 : 20;
  clade_exp_array(values, images, 4099);
  report("exp", images, 4099 * sizeof(double));
  clade_log_array(images, values, 4099);
  report("log", values, 4099 * sizeof(double));

  size_t starts[4] = {0, 100, 101, ROWS};
  double *block = filled(COLUMNS * CLADE_DISTANCE_LANES, sizeof(double));
  double totals[3 * CLADE_DISTANCE_LANES], least[3 * CLADE_DISTANCE_LANES];
  clade_distance_sums(block, rows, COLUMNS, starts, 3, totals);
  report("distance sums", totals, sizeof totals);
  clade_distance_extremes(block, rows, COLUMNS, starts, 3, least, totals);
  report("distance extremes", least, sizeof least);

  enum { K = 5, BLOCKS = 6 };
  size_t stride = 0;
  for (size_t first = 0; first < COLUMNS; first += 4)
    stride += 4 * (first + 4 < COLUMNS ? first + 4 : COLUMNS);
  double *factors = filled(K * stride, sizeof(double)), *means = filled(K * COLUMNS, sizeof(double));
  double *factor_constants = filled(K, sizeof(double));
  double *points = filled(BLOCKS * COLUMNS * CLADE_MIXTURE_BLOCK, sizeof(double));
  struct clade_mixture mixture = {K, COLUMNS, 0, stride, means, factors, factor_constants};
  size_t scratch = clade_mixture_expectation_workspace(COLUMNS, K);
  if (scratch < clade_mixture_scatter_workspace(COLUMNS))
    scratch = clade_mixture_scatter_workspace(COLUMNS);
  double *workspace = filled(scratch, sizeof(double));
  _Alignas(64) double log_densities[BLOCKS * CLADE_MIXTURE_BLOCK];
  _Alignas(64) double posteriors[BLOCKS * CLADE_MIXTURE_BLOCK];
  _Alignas(64) int32_t best[BLOCKS * CLADE_MIXTURE_BLOCK], hints[BLOCKS] = {0};
  int32_t entry_components[BLOCKS * K], entry_blocks[BLOCKS * K];
  double *entry_posteriors = filled(BLOCKS * K * CLADE_MIXTURE_BLOCK, sizeof(double));
  struct clade_mixture_output output = {log_densities,    best,         posteriors,
                                        entry_components, entry_blocks, entry_posteriors};
  size_t entries = clade_mixture_expectation(&mixture, points, BLOCKS, hints, workspace, &output);
  report("expectation densities", log_densities, sizeof log_densities);
  report("expectation labels", best, sizeof best);
  report("expectation posteriors", posteriors, sizeof posteriors);
  double *weights = filled(BLOCKS * CLADE_MIXTURE_BLOCK, sizeof(double));
  int32_t chosen[BLOCKS * K];
  size_t count = 0;
  for (size_t entry = 0; entry < entries; entry++)
    if (entry_components[entry] == best[0])
      chosen[count++] = (int32_t)entry;
  struct clade_mixture_entries sparse = {points, weights, COLUMNS, entry_blocks, entry_posteriors,
                                         chosen, count};
  double scatter[(COLUMNS + 1) * (COLUMNS + 2) / 2] = {0};
  clade_mixture_scatter(&sparse, means, workspace, scatter);
  report("scatter", scatter, sizeof scatter);
  double diagonal[2 * COLUMNS + 1] = {0};
  clade_mixture_scatter_diagonal(&sparse, means, workspace, diagonal);
  report("scatter diagonal", diagonal, sizeof diagonal);

  // Rows as series, in a band and without one.
  double *space = filled(COLUMNS * CLADE_PANEL_WIDTH_F64, sizeof(double));
  float *space32 = filled(COLUMNS * CLADE_PANEL_WIDTH_F32, sizeof(float));
  double *warped = filled(20 * width, sizeof(double));
  float *warped32 = filled(20 * width32, sizeof(float));
  clade_warping_f64(0, 4, (double)INFINITY, rows, 20, COLUMNS, packed, panels, space, warped, width);
  report("warping f64", warped, 20 * width * sizeof(double));
  clade_warping_f32(1, COLUMNS, INFINITY, rows32, 20, COLUMNS, packed32, panels32, space32, warped32,
                    width32);
  report("warping f32", warped32, 20 * width32 * sizeof(float));

  // A text of 40 of eight letters beside patterns of as many letters as a lane has bits.
  enum { LETTERS = 8, LENGTH = 40 };
  uint32_t text[LENGTH], slots[LETTERS];
  _Alignas(64) uint64_t masks[(LETTERS + 1) * 8] = {0}, bits[8], steps[LENGTH * 8];
  _Alignas(64) uint8_t sizes[64];
  for (size_t i = 0; i < LENGTH; i++)
    text[i] = (uint32_t)(LETTERS * uniform());
  for (uint32_t letter = 0; letter < LETTERS; letter++)
    slots[letter] = letter + 1;
  for (size_t bit = 0; bit < 512; bit++)
    masks[8 * (1 + (size_t)(LETTERS * uniform())) + bit / 64] |= 1ull << bit % 64;
  memset(bits, 0xff, sizeof bits);
  memset(sizes, 8, sizeof sizes);
  int32_t edits[64] = {0};
  double alike[64] = {0};
  clade_edit_lanes_8(text, LENGTH, slots, masks, bits, steps, 1, 1, edits);
  report("edits 8", edits, sizeof edits);
  clade_edit_lanes_64(text, LENGTH, slots, masks, bits, steps, 1, 0, edits);
  clade_edit_lanes_64(text, LENGTH, slots, masks, bits, steps, 0, 1, edits);
  report("edits 64", edits, sizeof edits);
  clade_jaro_lanes_8(text, LENGTH, slots, masks, sizes, 8, steps, alike);
  report("jaro 8", alike, sizeof alike);
  return 0;
}
