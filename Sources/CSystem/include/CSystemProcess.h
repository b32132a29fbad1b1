// The process: its rights, its limits, its memory, and randomness.

#ifndef CSYSTEM_PROCESS_H
#define CSYSTEM_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

// The C library's words for an error number; null when it has none. Never freed, thread-safe.
const char *csystem_error_text(int number);

ssize_t csystem_random(void *bytes, size_t count);

int csystem_no_new_privileges(void);

extern const int csystem_capability_chown;
extern const int csystem_capability_dac_override;
extern const int csystem_capability_dac_read_search;
extern const int csystem_capability_fowner;
extern const int csystem_capability_fsetid;
extern const int csystem_capability_ipc_lock;
extern const int csystem_capability_net_bind_service;
extern const int csystem_capability_setgid;
extern const int csystem_capability_setuid;

// Keeps the capabilities of `mask` (bit n is capability n) that this thread has, in its permitted
// and effective sets, and none in the inheritable one; drops the others from the bounding set.
int csystem_limit_capabilities(uint64_t mask);

int csystem_set_groups(const gid_t *groups, size_t count);

// The identity of this thread alone: glibc's setfsuid would do, but its setresuid changes every
// thread of the process.
int csystem_set_thread_user(uid_t real, uid_t effective, uid_t saved);

int csystem_set_thread_group(gid_t real, gid_t effective, gid_t saved);

// Raises the number of descriptors this process may have to what it is allowed to ask for, and
// returns the new limit.
int64_t csystem_raise_descriptor_limit(void);

// Raises the memory that this process may lock to what it is allowed to ask for, and returns the
// new limit: INT64_MAX for none.
int64_t csystem_raise_memory_lock_limit(void);

// Anonymous private memory, aligned to `alignment` (a power of two of pages; 0 means a page); null
// when there is none.
void *csystem_map_memory(size_t count, size_t alignment);

int csystem_unmap_memory(void *base, size_t count);

int csystem_advise_huge_pages(void *base, size_t count);

int csystem_discard_memory(void *base, size_t count);

int csystem_processor_count(void);

#endif
