// The instruction set whose variants run.
#ifndef CLADE_ISA_H
#define CLADE_ISA_H

enum clade_isa {
  CLADE_ISA_PORTABLE = 0,
  CLADE_ISA_NEON = 1,
  CLADE_ISA_AVX2 = 2,
  CLADE_ISA_AVX512 = 3
};

// Whether this machine can run the variants for `isa`.
int clade_isa_available(enum clade_isa isa);

// The instruction set in use: the best one available, or the one that the environment variable
// CLADE_ISA (portable, neon, avx2, avx512) or `clade_isa_force` names.
enum clade_isa clade_isa_current(void);

// Makes the variants for `isa` run from now on, in the whole process. Returns 0, or -1 when this
// machine can't run them (nothing changes then). Tests use it; it is not meant to be called while
// kernels run.
int clade_isa_force(enum clade_isa isa);

// The lower-case name of `isa`.
const char *clade_isa_name(enum clade_isa isa);

#endif
