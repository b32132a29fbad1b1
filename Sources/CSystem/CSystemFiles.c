#define _GNU_SOURCE
#include "CSystemFiles.h"

#include <sys/vfs.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

#define CSYSTEM_RESULT(type, call) \
    do { \
        type result_ = (type)(call); \
        return result_ < 0 ? (type)-errno : result_; \
    } while (0)

const uint64_t csystem_resolve_beneath = RESOLVE_BENEATH;
const uint64_t csystem_resolve_in_root = RESOLVE_IN_ROOT;
const uint64_t csystem_resolve_no_symlinks = RESOLVE_NO_SYMLINKS;
const uint64_t csystem_resolve_no_magiclinks = RESOLVE_NO_MAGICLINKS;
const uint64_t csystem_resolve_no_xdev = RESOLVE_NO_XDEV;

int csystem_openat2(
    int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
    struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
    CSYSTEM_RESULT(int, syscall(SYS_openat2, directory, path, &how, sizeof how));
}

int csystem_openat(int directory, const char *path, int flags, mode_t mode) {
    CSYSTEM_RESULT(int, openat(directory, path, flags, mode));
}

const unsigned int csystem_rename_noreplace = RENAME_NOREPLACE;
const unsigned int csystem_rename_exchange = RENAME_EXCHANGE;

int csystem_renameat2(
    int from_directory, const char *from, int to_directory, const char *to, unsigned int flags) {
    CSYSTEM_RESULT(int, renameat2(from_directory, from, to_directory, to, flags));
}

const unsigned int csystem_statx_basic_stats = STATX_BASIC_STATS;
const unsigned int csystem_statx_btime = STATX_BTIME;
const unsigned int csystem_statx_mnt_id = STATX_MNT_ID;

int csystem_statx(
    int directory, const char *path, int flags, unsigned int mask, struct statx *result) {
    CSYSTEM_RESULT(int, statx(directory, path, flags, mask, result));
}

uint64_t csystem_makedev(uint32_t major_number, uint32_t minor_number) {
    return makedev(major_number, minor_number);
}

const int csystem_rwf_nowait = RWF_NOWAIT;
const int csystem_rwf_dsync = RWF_DSYNC;

ssize_t csystem_pread(
    int descriptor, void *bytes, size_t count, off_t offset, int flags) {
    struct iovec vector = {.iov_base = bytes, .iov_len = count};
    CSYSTEM_RESULT(ssize_t, preadv2(descriptor, &vector, 1, offset, flags));
}

ssize_t csystem_pwrite(
    int descriptor, const void *bytes, size_t count, off_t offset, int flags) {
    struct iovec vector = {.iov_base = (void *)bytes, .iov_len = count};
    CSYSTEM_RESULT(ssize_t, pwritev2(descriptor, &vector, 1, offset, flags));
}

const int csystem_falloc_keep_size = FALLOC_FL_KEEP_SIZE;
const int csystem_falloc_punch_hole = FALLOC_FL_PUNCH_HOLE;
const int csystem_falloc_zero_range = FALLOC_FL_ZERO_RANGE;

int csystem_fallocate(int descriptor, int mode, off_t offset, off_t count) {
    CSYSTEM_RESULT(int, fallocate(descriptor, mode, offset, count));
}

const int csystem_seek_data = SEEK_DATA;
const int csystem_seek_hole = SEEK_HOLE;

off_t csystem_lseek(int descriptor, off_t offset, int whence) {
    CSYSTEM_RESULT(off_t, lseek(descriptor, offset, whence));
}

int csystem_clone_range(
    int source, uint64_t source_offset, uint64_t count, int target, uint64_t target_offset) {
    struct file_clone_range range = {
        .src_fd = source,
        .src_offset = source_offset,
        .src_length = count,
        .dest_offset = target_offset,
    };
    CSYSTEM_RESULT(int, ioctl(target, FICLONERANGE, &range));
}

ssize_t csystem_copy_file_range(
    int source, off_t *source_offset, int target, off_t *target_offset, size_t count) {
    CSYSTEM_RESULT(
        ssize_t, copy_file_range(source, source_offset, target, target_offset, count, 0));
}

ssize_t csystem_sendfile(int socket, int file, off_t *offset, size_t count) {
    CSYSTEM_RESULT(ssize_t, sendfile(socket, file, offset, count));
}

const short csystem_lock_read = F_RDLCK;
const short csystem_lock_write = F_WRLCK;
const short csystem_lock_none = F_UNLCK;

int csystem_ofd_set_lock(int descriptor, short type, off_t start, off_t count) {
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = count};
    CSYSTEM_RESULT(int, fcntl(descriptor, F_OFD_SETLK, &lock));
}

int csystem_fcntl(int descriptor, int command, long argument) {
    CSYSTEM_RESULT(int, fcntl(descriptor, command, argument));
}

int csystem_inotify_init(void) {
    CSYSTEM_RESULT(int, inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
}

int csystem_inotify_add_watch(int inotify, const char *path, uint32_t mask) {
    CSYSTEM_RESULT(int, inotify_add_watch(inotify, path, mask));
}

int csystem_inotify_rm_watch(int inotify, int watch) {
    CSYSTEM_RESULT(int, inotify_rm_watch(inotify, watch));
}

uint64_t csystem_file_system_type(int descriptor) {
    struct statfs status;
    return fstatfs(descriptor, &status) == 0 ? (uint64_t)(unsigned long)status.f_type : 0;
}
