// Files: resolution beneath a root, atomic renames, extents, locks, notification.

#ifndef CSYSTEM_FILES_H
#define CSYSTEM_FILES_H

#include <linux/stat.h>
#include <stdint.h>
#include <sys/inotify.h>
#include <sys/types.h>
#include <sys/xattr.h>

// openat2(2), which glibc does not wrap. `resolve` is an OR of RESOLVE_* below.
extern const uint64_t csystem_resolve_beneath;
extern const uint64_t csystem_resolve_in_root;
extern const uint64_t csystem_resolve_no_symlinks;
extern const uint64_t csystem_resolve_no_magiclinks;
extern const uint64_t csystem_resolve_no_xdev;

int csystem_openat2(
    int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);

int csystem_openat(int directory, const char *path, int flags, mode_t mode);

extern const unsigned int csystem_rename_noreplace;
extern const unsigned int csystem_rename_exchange;

int csystem_renameat2(
    int from_directory, const char *from, int to_directory, const char *to, unsigned int flags);

extern const unsigned int csystem_statx_basic_stats;
extern const unsigned int csystem_statx_btime;
extern const unsigned int csystem_statx_mnt_id;

int csystem_statx(
    int directory, const char *path, int flags, unsigned int mask, struct statx *result);

uint64_t csystem_makedev(uint32_t major_number, uint32_t minor_number);

// f_type of fstatfs(2), zero when it fails.
uint64_t csystem_file_system_type(int descriptor);

// preadv2(2) and pwritev2(2). RWF_NOWAIT answers EAGAIN where the data is not in the page cache.
extern const int csystem_rwf_nowait;
extern const int csystem_rwf_dsync;

ssize_t csystem_pread(
    int descriptor, void *bytes, size_t count, off_t offset, int flags);

ssize_t csystem_pwrite(
    int descriptor, const void *bytes, size_t count, off_t offset, int flags);

extern const int csystem_falloc_keep_size;
extern const int csystem_falloc_punch_hole;
extern const int csystem_falloc_zero_range;

int csystem_fallocate(int descriptor, int mode, off_t offset, off_t count);

extern const int csystem_seek_data;
extern const int csystem_seek_hole;

off_t csystem_lseek(int descriptor, off_t offset, int whence);

// FICLONERANGE: `count` 0 means up to the end of the source.
int csystem_clone_range(
    int source, uint64_t source_offset, uint64_t count, int target, uint64_t target_offset);

ssize_t csystem_copy_file_range(
    int source, off_t *source_offset, int target, off_t *target_offset, size_t count);

ssize_t csystem_sendfile(int socket, int file, off_t *offset, size_t count);

// Open-file-description locks: they belong to the open file, not to the process.
extern const short csystem_lock_read;
extern const short csystem_lock_write;
extern const short csystem_lock_none;

int csystem_ofd_set_lock(int descriptor, short type, off_t start, off_t count);

int csystem_fcntl(int descriptor, int command, long argument);

int csystem_inotify_init(void);

int csystem_inotify_add_watch(int inotify, const char *path, uint32_t mask);

int csystem_inotify_rm_watch(int inotify, int watch);

#endif
