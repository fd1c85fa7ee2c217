// How fast the kernels of k-means are beside what the machine can do, as the tables under "Kernels" in
// RESULTS.md; see Scripts/kernel-speed.
#include "CKernels.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

// Multiply-adds a second of one thread with vectors of `bytes`: twelve chains hide the latency.
#define PEAK(name, target, scalar, bytes)                                                          \
  target static double name(void) {                                                                \
    typedef scalar vector __attribute__((vector_size(bytes)));                                     \
    const long rounds = 300000;                                                                    \
    vector sums[12], factor = (vector){0} + (scalar)0.999, addend = (vector){0} + (scalar)1e-9;    \
    for (int i = 0; i < 12; i++)                                                                   \
      sums[i] = (vector){0} + (scalar)i;                                                           \
    const double start = seconds();                                                                \
    for (long round = 0; round < rounds; round++)                                                  \
      for (int i = 0; i < 12; i++)                                                                 \
        sums[i] = __builtin_elementwise_fma(sums[i], factor, addend);                              \
    const double taken = seconds() - start;                                                        \
    for (int i = 1; i < 12; i++)                                                                   \
      sums[0] += sums[i];                                                                          \
    volatile scalar used = sums[0][0];                                                             \
    (void)used;                                                                                    \
    return (double)rounds * 12 * (bytes / sizeof(scalar)) / taken;                                 \
  }
#if defined(__x86_64__)
PEAK(peak_avx512_f32, __attribute__((target("avx512f"))), float, 64)
PEAK(peak_avx512_f64, __attribute__((target("avx512f"))), double, 64)
PEAK(peak_avx2_f32, __attribute__((target("avx2,fma"))), float, 32)
PEAK(peak_avx2_f64, __attribute__((target("avx2,fma"))), double, 32)
#endif
PEAK(peak_plain_f32, , float, 16)
PEAK(peak_plain_f64, , double, 16)

static double peak(enum clade_isa isa, int is_float) {
#if defined(__x86_64__)
  if (isa == CLADE_ISA_AVX512)
    return is_float ? peak_avx512_f32() : peak_avx512_f64();
  if (isa == CLADE_ISA_AVX2)
    return is_float ? peak_avx2_f32() : peak_avx2_f64();
#endif
  (void)isa;
  return is_float ? peak_plain_f32() : peak_plain_f64();
}

// Rows that are worked on at a time.
enum { CHUNK = 4096 };

// Rows of numbers from 0 to 1, packed centers, and room for labels.
struct problem {
  int is_float;
  size_t count, columns, k, panels;
  void *rows, *packed;
  int32_t *ids, *labels;
};

static void fill(void *numbers, size_t count, int is_float) {
  uint64_t state = count;
  for (size_t i = 0; i < count; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    const double x = (double)(state >> 11) * 0x1p-53;
    if (is_float)
      ((float *)numbers)[i] = (float)x;
    else
      ((double *)numbers)[i] = x;
  }
}

static struct problem make(size_t count, size_t columns, size_t k, int is_float) {
  struct problem p = {is_float, count, columns, k, 0, NULL, NULL, NULL, NULL};
  const size_t size = is_float ? sizeof(float) : sizeof(double), width = 64 / size;
  p.panels = (k + width - 1) / width;
  void *centers = aligned_alloc(64, (k * columns * size + 63) / 64 * 64);
  p.rows = aligned_alloc(64, (count * columns * size + 63) / 64 * 64);
  p.packed = aligned_alloc(64, p.panels * columns * 64);
  p.ids = malloc(p.panels * width * sizeof *p.ids);
  p.labels = malloc(count * sizeof *p.labels);
  memset(p.labels, 0, count * sizeof *p.labels);
  fill(p.rows, count * columns, is_float);
  fill(centers, k * columns, is_float);
  for (size_t i = 0; i < p.panels * width; i++)
    p.ids[i] = (int32_t)i;
  if (is_float)
    clade_pack_panels_f32(centers, NULL, k, columns, p.packed);
  else
    clade_pack_panels_f64(centers, NULL, k, columns, p.packed);
  free(centers);
  return p;
}

static void destroy(struct problem p) {
  free(p.rows);
  free(p.packed);
  free(p.ids);
  free(p.labels);
}

static void assign(const struct problem *p, size_t first, size_t count, int32_t *labels) {
  if (p->is_float)
    clade_assign_f32((const float *)p->rows + first * p->columns, count, p->columns, p->packed,
                     p->panels, p->ids, labels, NULL);
  else
    clade_assign_f64((const double *)p->rows + first * p->columns, count, p->columns, p->packed,
                     p->panels, p->ids, labels, NULL);
}

// As one iteration does it when no row changes its cluster: labels are compared with those before.
static size_t update(const struct problem *p, size_t first, size_t count) {
  enum { MOST = 16 };
  int32_t labels[CHUNK];
  int64_t sums[MOST * 2 * MOST] = {0}, addends[MOST] = {0};
  double ones[MOST];
  for (int j = 0; j < MOST; j++)
    ones[j] = 1;
  const struct clade_fixed_point constants = {ones, ones, ones};
  assign(p, first, count, labels);
  if (p->is_float)
    return clade_accumulate_f32((const float *)p->rows + first * p->columns, count, p->columns,
                                p->labels + first, labels, NULL, &constants, sums, addends, NULL);
  return clade_accumulate_f64((const double *)p->rows + first * p->columns, count, p->columns,
                              p->labels + first, labels, NULL, &constants, sums, addends, NULL);
}

// One thread, rows and labels in the cache: the multiply-adds of distances, and their part of the peak
// that was measured in turns with them.
static void compute_bound(void) {
  static const size_t columns[] = {16, 64, 128, 784}, centers[] = {32, 256, 1000};
  printf("| columns × centers | AVX-512, float | AVX-512, double | AVX2, float | AVX2, double |\n"
         "| --- | ---: | ---: | ---: | ---: |\n");
  double peaks[4] = {0};
  for (int c = 0; c < 4; c++)
    for (int s = 0; s < 3; s++) {
      printf("| %zu × %zu ", columns[c], centers[s]);
      for (int column = 0; column < 4; column++) {
        const enum clade_isa isa = column < 2 ? CLADE_ISA_AVX512 : CLADE_ISA_AVX2;
        const int is_float = column % 2 == 0;
        if (clade_isa_force(isa) != 0) {
          printf("| – ");
          continue;
        }
        size_t count = 131072 / (columns[c] * (is_float ? 4 : 8)) / 16 * 16;
        count = count < 64 ? 64 : count;
        struct problem p = make(count, columns[c], centers[s], is_float);
        const double work = (double)count * (double)columns[c] * (double)centers[s];
        const int repeats = (int)(2e7 / work) + 1;
        double best = 0, top = 0;
        for (int round = 0; round < 30; round++) {
          const double rate = peak(isa, is_float), start = seconds();
          for (int i = 0; i < repeats; i++)
            assign(&p, 0, count, p.labels);
          const double reached = work * repeats / (seconds() - start);
          best = reached > best ? reached : best;
          top = rate > top ? rate : top;
        }
        peaks[column] = top > peaks[column] ? top : peaks[column];
        printf("| %.1f (%.0f %%) ", best * 1e-9, 100 * best / top);
        destroy(p);
      }
      printf("|\n");
    }
  printf("| peak | %.1f | %.1f | %.1f | %.1f |\n\n", peaks[0] * 1e-9, peaks[1] * 1e-9,
         peaks[2] * 1e-9, peaks[3] * 1e-9);
}

// Work that two threads share.
enum { THREADS = 2 };

struct share {
  const struct problem *problem;
  const uint64_t *numbers;
  size_t first, count;
  uint64_t sum;
};

static void *read_share(void *argument) {
  struct share *share = argument;
  uint64_t sums[8] = {0};
  for (size_t i = share->first; i + 8 <= share->first + share->count; i += 8)
    for (int lane = 0; lane < 8; lane++)
      sums[lane] += share->numbers[i + (size_t)lane];
  for (int lane = 0; lane < 8; lane++)
    share->sum += sums[lane];
  return NULL;
}

static void *assign_share(void *argument) {
  struct share *share = argument;
  for (size_t i = 0; i < share->count; i += CHUNK)
    share->sum += update(share->problem, share->first + i,
                         share->count - i < CHUNK ? share->count - i : CHUNK);
  return NULL;
}

static double together(void *(*work)(void *), const struct problem *problem, const void *numbers,
                       size_t count) {
  pthread_t threads[THREADS];
  struct share shares[THREADS];
  const double start = seconds();
  for (size_t t = 0; t < THREADS; t++) {
    shares[t] = (struct share){problem, numbers, count / THREADS * t, count / THREADS, 0};
    pthread_create(&threads[t], NULL, work, &shares[t]);
  }
  volatile uint64_t sum = 0;
  for (size_t t = 0; t < THREADS; t++) {
    pthread_join(threads[t], NULL);
    sum += shares[t].sum;
  }
  return seconds() - start;
}

// Two threads, rows in memory: the bytes of rows and labels that an iteration reads, and their part of
// what two threads read that do nothing else, measured in turns.
static void memory_bound(void) {
  static const size_t shapes[][2] = {{2, 2}, {2, 4}, {2, 8}, {16, 2}, {16, 4}, {16, 8}, {16, 16}};
  printf("| columns × centers | AVX-512, float | AVX-512, double | AVX2, float | AVX2, double |\n"
         "| --- | ---: | ---: | ---: | ---: |\n");
  double most = 0;
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    printf("| %zu × %zu ", shapes[s][0], shapes[s][1]);
    for (int column = 0; column < 4; column++) {
      const int is_float = column % 2 == 0;
      if (clade_isa_force(column < 2 ? CLADE_ISA_AVX512 : CLADE_ISA_AVX2) != 0) {
        printf("| – ");
        continue;
      }
      const size_t bytes = (size_t)1 << 28, count = bytes / (shapes[s][0] * (is_float ? 4 : 8));
      struct problem p = make(count, shapes[s][0], shapes[s][1], is_float);
      for (size_t i = 0; i < count; i += CHUNK)
        assign(&p, i, count - i < CHUNK ? count - i : CHUNK, p.labels + i);
      const double read = (double)(bytes + 4 * count);
      double plain = 1e9, taken = 1e9;
      for (int round = 0; round < 7; round++) {
        const double reading = together(read_share, NULL, p.rows, bytes / 8);
        const double assigning = together(assign_share, &p, NULL, count);
        plain = reading < plain ? reading : plain;
        taken = assigning < taken ? assigning : taken;
      }
      most = (double)bytes / plain > most ? (double)bytes / plain : most;
      printf("| %.1f (%.0f %%) ", read / taken * 1e-9, 100 * read / taken / ((double)bytes / plain));
      destroy(p);
    }
    printf("|\n");
  }
  printf("| reading only | %.1f | | | |\n", most * 1e-9);
}

// One thread: how many times as fast shortlists are as the plain kernel, marked where they are chosen.
static void choice(enum clade_isa isa, int is_float) {
  static const size_t columns[] = {16, 32, 64, 128, 256, 784};
  static const size_t centers[] = {32, 64, 100, 150, 256, 400, 1000, 2000};
  if (clade_isa_force(isa) != 0)
    return;
  printf("%s, %s:\n\n| columns \\ centers |", clade_isa_name(isa), is_float ? "float" : "double");
  for (int i = 0; i < 8; i++)
    printf(" %zu |", centers[i]);
  printf("\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
  for (int c = 0; c < 6; c++) {
    printf("| %zu |", columns[c]);
    for (int s = 0; s < 8; s++) {
      size_t count = 131072 / (columns[c] * (is_float ? 4 : 8)) / 32 * 32;
      count = count < 64 ? 64 : count;
      const size_t k = centers[s], d = columns[c], padded = (k + 31) / 32 * 32;
      struct problem p = make(count, d, k, is_float);
      void *raw = malloc(k * d * 8), *space = malloc(clade_shortlist_workspace(padded, d));
      float *reference = malloc(d * sizeof *reference), *numbers = malloc(5 * padded * sizeof *numbers);
      uint8_t *codes = aligned_alloc(64, padded * ((d + 3) / 4 * 4));
      for (size_t j = 0; j < d; j++)
        reference[j] = 0.5f;
      fill(raw, k * d, is_float);
      if (is_float)
        clade_encode_centers_f32(raw, p.ids, k, d, padded, reference, codes, numbers,
                                 numbers + padded, numbers + 2 * padded, numbers + 3 * padded,
                                 numbers + 4 * padded);
      else
        clade_encode_centers_f64(raw, p.ids, k, d, padded, reference, codes, numbers,
                                 numbers + padded, numbers + 2 * padded, numbers + 3 * padded,
                                 numbers + 4 * padded);
      const struct clade_codebook book = {k,
                                          padded,
                                          d,
                                          reference,
                                          codes,
                                          numbers,
                                          numbers + padded,
                                          numbers + 2 * padded,
                                          numbers + 3 * padded,
                                          numbers + 4 * padded};
      const int repeats = (int)(4e6 / ((double)count * (double)d * (double)k)) + 1;
      double plain = 1e9, shortlist = 1e9;
      for (int round = 0; round < 20; round++) {
        double start = seconds();
        for (int i = 0; i < repeats; i++)
          assign(&p, 0, count, p.labels);
        const double first = seconds() - start;
        start = seconds();
        for (int i = 0; i < repeats; i++) {
          if (is_float)
            clade_assign_shortlist_f32(p.rows, count, raw, &book, NULL, p.ids, NULL, space, p.labels, NULL);
          else
            clade_assign_shortlist_f64(p.rows, count, raw, &book, NULL, p.ids, NULL, space, p.labels, NULL);
        }
        const double second = seconds() - start;
        plain = first < plain ? first : plain;
        shortlist = second < shortlist ? second : shortlist;
      }
      const int chosen = clade_shortlist_pays(k, d, is_float ? 4 : 8);
      printf(" %.2f%s |", plain / shortlist, chosen ? " *" : "");
      free(raw), free(space), free(reference), free(numbers), free(codes);
      destroy(p);
    }
    printf("\n");
  }
  printf("\n");
}

int main(int count, char **arguments) {
  const char *part = count > 1 ? arguments[1] : "";
  if (!*part || strcmp(part, "compute") == 0) {
    printf("Multiply-adds, G/s, one thread, rows in the cache (part of the measured peak):\n\n");
    compute_bound();
  }
  if (!*part || strcmp(part, "memory") == 0) {
    printf("Rows and labels read, GB/s, two threads, in memory (part of reading only):\n\n");
    memory_bound();
  }
  if (!*part || strcmp(part, "choice") == 0) {
    printf("The plain kernel's time over that of shortlists (* where they are chosen).\n");
    for (int isa = CLADE_ISA_AVX512; isa >= CLADE_ISA_AVX2; isa--)
      for (int is_float = 1; is_float >= 0; is_float--)
        choice((enum clade_isa)isa, is_float);
  }
  return 0;
}
