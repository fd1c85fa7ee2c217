// Plain sparse spherical k-means' assignment, for peers/spherical_kmeans.py: every value of a row times
// all centers' values in its column, on several threads.
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#define TILE 64

struct job {
  const int64_t *starts;
  const int32_t *columns;
  const double *values, *centers; // centers: columns × stride
  int32_t *labels;
  long first, end, k, stride;
};

static void *work(void *argument) {
  const struct job job = *(const struct job *)argument;
  for (long row = job.first; row < job.end; row++) {
    double best = -2;
    int32_t label = 0;
    for (long tile = 0; tile < job.k; tile += TILE) {
      double sums[TILE] = {0};
      for (int64_t place = job.starts[row]; place < job.starts[row + 1]; place++) {
        const double value = job.values[place];
        const double *center = job.centers + job.columns[place] * job.stride + tile;
        for (int c = 0; c < TILE; c++)
          sums[c] += value * center[c];
      }
      const long count = job.k - tile < TILE ? job.k - tile : TILE;
      for (long c = 0; c < count; c++)
        if (sums[c] > best) {
          best = sums[c];
          label = (int32_t)(tile + c);
        }
    }
    job.labels[row] = label;
  }
  return 0;
}

void assign(const int64_t *starts, const int32_t *columns, const double *values,
            const double *centers, int32_t *labels, long n, long k, long stride, long threads) {
  pthread_t thread[64];
  struct job jobs[64];
  if (threads > 64)
    threads = 64;
  for (long t = 0; t < threads; t++) {
    jobs[t] = (struct job){starts, columns, values, centers, labels, n * t / threads,
                           n * (t + 1) / threads, k, stride};
    pthread_create(&thread[t], 0, work, &jobs[t]);
  }
  for (long t = 0; t < threads; t++)
    pthread_join(thread[t], 0);
}
