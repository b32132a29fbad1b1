// Counts what the calling thread takes from the heap, so that a test can say "none".

#ifndef CALLOCATIONCOUNTER_H
#define CALLOCATIONCOUNTER_H

#include <stdint.h>

// Calls of malloc, calloc, realloc and their aligned kin by this thread since it began.
uint64_t allocation_count_of_this_thread(void);

#endif
