#define _GNU_SOURCE
#include "CSystemProcess.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

const char *csystem_error_text(int number) {
    return strerrordesc_np(number);
}

ssize_t csystem_random(void *bytes, size_t count) {
    ssize_t result = getrandom(bytes, count, 0);
    return result < 0 ? -errno : result;
}

int csystem_no_new_privileges(void) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

const int csystem_capability_chown = CAP_CHOWN;
const int csystem_capability_dac_override = CAP_DAC_OVERRIDE;
const int csystem_capability_dac_read_search = CAP_DAC_READ_SEARCH;
const int csystem_capability_fowner = CAP_FOWNER;
const int csystem_capability_fsetid = CAP_FSETID;
const int csystem_capability_ipc_lock = CAP_IPC_LOCK;
const int csystem_capability_net_bind_service = CAP_NET_BIND_SERVICE;
const int csystem_capability_setgid = CAP_SETGID;
const int csystem_capability_setuid = CAP_SETUID;

int csystem_limit_capabilities(uint64_t mask) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct sets[2] = {{0}, {0}};
    if (syscall(SYS_capget, &header, sets) < 0) return -errno;
    for (int number = 0; number <= CAP_LAST_CAP; number++) {
        if ((mask >> number & 1) == 0) (void)prctl(PR_CAPBSET_DROP, number, 0, 0, 0);
    }
    for (int half = 0; half < 2; half++) {
        uint32_t kept = (uint32_t)(mask >> (32 * half));
        sets[half].permitted &= kept;
        sets[half].effective = sets[half].permitted;
        sets[half].inheritable = 0;
    }
    return syscall(SYS_capset, &header, sets) < 0 ? -errno : 0;
}

int csystem_set_groups(const gid_t *groups, size_t count) {
    return setgroups(count, groups) < 0 ? -errno : 0;
}

int csystem_set_thread_user(uid_t real, uid_t effective, uid_t saved) {
    return syscall(SYS_setresuid, real, effective, saved) < 0 ? -errno : 0;
}

int csystem_set_thread_group(gid_t real, gid_t effective, gid_t saved) {
    return syscall(SYS_setresgid, real, effective, saved) < 0 ? -errno : 0;
}

int64_t csystem_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return -errno;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0) return -errno;
    return (int64_t)limit.rlim_cur;
}

int64_t csystem_raise_memory_lock_limit(void) {
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(RLIMIT_MEMLOCK, &limit) == 0) return INT64_MAX;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0) return -errno;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_MEMLOCK, &limit) < 0) return -errno;
    return limit.rlim_cur == RLIM_INFINITY ? INT64_MAX : (int64_t)limit.rlim_cur;
}

void *csystem_map_memory(size_t count, size_t alignment) {
    char *base =
        mmap(NULL, count + alignment, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) return NULL;
    if (alignment == 0) return base;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *end = base + count + alignment;
    char *start = (char *)(((uintptr_t)base + alignment - 1) & ~(uintptr_t)(alignment - 1));
    char *finish = start + (count + page - 1) / page * page;
    if (start > base) (void)munmap(base, (size_t)(start - base));
    if (finish < end) (void)munmap(finish, (size_t)(end - finish));
    return start;
}

int csystem_unmap_memory(void *base, size_t count) {
    return munmap(base, count) < 0 ? -errno : 0;
}

int csystem_advise_huge_pages(void *base, size_t count) {
    return madvise(base, count, MADV_HUGEPAGE) < 0 ? -errno : 0;
}

int csystem_discard_memory(void *base, size_t count) {
    return madvise(base, count, MADV_DONTNEED) < 0 ? -errno : 0;
}

int csystem_processor_count(void) {
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
}
