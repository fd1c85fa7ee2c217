// What this machine can do at most, measured: to set beside what a kernel reaches.
#ifndef MACHINE_PEAK_H
#define MACHINE_PEAK_H

// Fused multiply-adds of doubles a second on one thread.
double machine_peak_fused_multiply_adds(void);

// Bytes a second that one thread reads from memory, over `bytes` of them.
double machine_peak_bytes_read(long bytes);

#endif
