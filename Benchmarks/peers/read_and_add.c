// What a file can be read at by a program that uses what it reads.
//
//     cc -O3 -march=native -ffast-math -o read_and_add Benchmarks/peers/read_and_add.c -lpthread
//     ./read_and_add FILE [TIMES [MIB [SLOTS]]]
//
// Three threads read FILE (floats) past the system's cache into a ring of SLOTS (5) blocks of MIB (2) MiB in large
// pages, as Clade does; two others add up the numbers of each block TIMES (1) times. Prints GB/s. Linux.

#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_SLOTS = 64, READERS = 3, ADDERS = 2, LARGE_PAGE = 2 << 20 };
static long block = 2 << 20;
static int slots = 5;

enum state { EMPTY, READING, READY, ADDING };
static enum state states[MOST_SLOTS];
static long blocks[MOST_SLOTS], count, next_read, next_added;
static char *memory;
static int file, times;
static double total;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static int slot_in(enum state state, long number) {
  for (int slot = 0; slot < slots; slot++)
    if (states[slot] == state && (state == EMPTY || blocks[slot] == number)) return slot;
  return -1;
}

static void set(int slot, enum state state) {
  pthread_mutex_lock(&mutex);
  states[slot] = state;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
}

static void *read_blocks(void *unused) {
  for (;;) {
    int slot = -1;
    pthread_mutex_lock(&mutex);
    while (next_read < count && (slot = slot_in(EMPTY, 0)) < 0) pthread_cond_wait(&changed, &mutex);
    if (next_read >= count) {
      pthread_mutex_unlock(&mutex);
      return unused;
    }
    long number = next_read++;
    blocks[slot] = number;
    states[slot] = READING;
    pthread_mutex_unlock(&mutex);
    if (pread(file, memory + slot * block, block, number * block) != block) exit(1);
    set(slot, READY);
  }
}

static void *add_blocks(void *unused) {
  double own = 0;
  for (;;) {
    int slot;
    pthread_mutex_lock(&mutex);
    if (next_added >= count) {
      total += own;
      pthread_mutex_unlock(&mutex);
      return unused;
    }
    long number = next_added++;
    while ((slot = slot_in(READY, number)) < 0) pthread_cond_wait(&changed, &mutex);
    states[slot] = ADDING;
    pthread_mutex_unlock(&mutex);
    const float *numbers = (const float *)(memory + slot * block);
    for (int time = 0; time < times; time++) {
      float sums[16] = {0};
      for (long i = 0; i < block / 4; i += 16)
        for (int j = 0; j < 16; j++) sums[j] += numbers[i + j] * (time + 1);
      for (int j = 0; j < 16; j++) own += sums[j];
    }
    set(slot, EMPTY);
  }
}

int main(int argc, char **argv) {
  struct stat status;
  if (argc < 2 || (file = open(argv[1], O_RDONLY | O_DIRECT)) < 0 || fstat(file, &status)) {
    fprintf(stderr, "usage: read_and_add FILE [TIMES [MIB [SLOTS]]]\n");
    return 2;
  }
  times = argc > 2 ? atoi(argv[2]) : 1;
  if (argc > 3) block = atol(argv[3]) << 20;
  if (argc > 4) slots = atoi(argv[4]);
  if (times < 0 || block <= 0 || slots < 1 || slots > MOST_SLOTS) return 2;
  count = status.st_size / block;
  char *mapped = mmap(
    NULL, slots * block + LARGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return 1;
  memory = (char *)(((unsigned long)mapped + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE);
  madvise(memory, slots * block, MADV_HUGEPAGE);
  memset(memory, 1, slots * block);
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  pthread_t threads[READERS + ADDERS];
  for (int i = 0; i < READERS + ADDERS; i++)
    pthread_create(&threads[i], NULL, i < READERS ? read_blocks : add_blocks, NULL);
  for (int i = 0; i < READERS + ADDERS; i++) pthread_join(threads[i], NULL);
  clock_gettime(CLOCK_MONOTONIC, &end);
  double seconds = end.tv_sec - start.tv_sec + (end.tv_nsec - start.tv_nsec) * 1e-9;
  printf("%.2f GB/s (sum %g)\n", count * block / seconds / 1e9, total);
}
