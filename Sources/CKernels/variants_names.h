// How the functions of one variant are named: their name and the instruction set's.
#ifndef CLADE_VARIANTS_NAMES_H
#define CLADE_VARIANTS_NAMES_H

#define CLADE_PASTE(name, suffix) name##_##suffix
#define CLADE_JOIN(name, suffix) CLADE_PASTE(name, suffix)
#define CLADE_VARIANT(name) CLADE_JOIN(name, CLADE_SUFFIX)

#endif
