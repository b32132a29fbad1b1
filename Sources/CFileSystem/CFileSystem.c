#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64

#include "CFileSystem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#define RESULT(expression) ((expression) < 0 ? -errno : 0)

// Room for "/proc/self/fd/", a descriptor, a slash and a name of 255 bytes.
#define PROC_PATH_SIZE 300

static int64_t counted(ssize_t result) { return result < 0 ? -errno : result; }

static int native_flags(uint32_t flags) {
    int native = O_CLOEXEC;
    if (flags & fs_open_path) native |= O_PATH;
    else native |= O_NONBLOCK | O_NOCTTY;
    if (flags & fs_open_write_only) native |= O_WRONLY;
    if (flags & fs_open_read_write) native |= O_RDWR;
    if (flags & fs_open_create) native |= O_CREAT;
    if (flags & fs_open_exclusive) native |= O_EXCL;
    if (flags & fs_open_directory) native |= O_DIRECTORY;
    if (flags & fs_open_no_follow) native |= O_NOFOLLOW;
    if (flags & fs_open_synchronous) native |= O_SYNC;
    return native;
}

int fs_open(int directory, const char *path, uint32_t flags, uint32_t mode) {
    struct open_how how;
    memset(&how, 0, sizeof how);
    how.flags = (uint64_t)(unsigned)native_flags(flags);
    how.mode = flags & fs_open_create ? mode & 07777 : 0;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    int descriptor;
    do {
        descriptor = (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor < 0 ? -errno : descriptor;
}

int fs_open_root(const char *path) {
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

int fs_close(int descriptor) { return RESULT(close(descriptor)); }

static void proc_path(char *path, int descriptor) {
    snprintf(path, PROC_PATH_SIZE, "/proc/self/fd/%d", descriptor);
}

int fs_reopen(int descriptor, uint32_t flags) {
    char path[PROC_PATH_SIZE];
    proc_path(path, descriptor);
    int result = open(path, native_flags(flags & ~(uint32_t)fs_open_no_follow));
    return result < 0 ? -errno : result;
}

int fs_status(int descriptor, const char *path, struct fs_file_status *status) {
    struct statx native;
    int flags = AT_SYMLINK_NOFOLLOW | (path[0] == 0 ? AT_EMPTY_PATH : 0);
    if (statx(descriptor, path, flags, STATX_BASIC_STATS | STATX_BTIME, &native) < 0) {
        return -errno;
    }
    status->device = (uint64_t)native.stx_dev_major << 32 | native.stx_dev_minor;
    status->inode = native.stx_ino;
    status->size = native.stx_size;
    status->allocated = native.stx_blocks * 512;
    status->access_seconds = native.stx_atime.tv_sec;
    status->access_nanoseconds = native.stx_atime.tv_nsec;
    status->write_seconds = native.stx_mtime.tv_sec;
    status->write_nanoseconds = native.stx_mtime.tv_nsec;
    status->change_seconds = native.stx_ctime.tv_sec;
    status->change_nanoseconds = native.stx_ctime.tv_nsec;
    status->has_birth = (native.stx_mask & STATX_BTIME) != 0;
    status->birth_seconds = native.stx_btime.tv_sec;
    status->birth_nanoseconds = native.stx_btime.tv_nsec;
    status->mode = native.stx_mode;
    status->user = native.stx_uid;
    status->group = native.stx_gid;
    status->links = native.stx_nlink;
    status->device_major = native.stx_rdev_major;
    status->device_minor = native.stx_rdev_minor;
    return 0;
}

int fs_volume(int descriptor, struct fs_volume_status *volume) {
    struct statfs native;
    if (fstatfs(descriptor, &native) < 0) return -errno;
    uint32_t parts[2];
    memcpy(parts, &native.f_fsid, sizeof parts);
    volume->block_size = (uint64_t)native.f_bsize;
    volume->fragment_size = (uint64_t)(native.f_frsize ? native.f_frsize : native.f_bsize);
    volume->total_blocks = native.f_blocks;
    volume->free_blocks = native.f_bfree;
    volume->available_blocks = native.f_bavail;
    volume->total_files = native.f_files;
    volume->free_files = native.f_ffree;
    volume->identifier = (uint64_t)parts[0] | (uint64_t)parts[1] << 32;
    volume->type = (uint64_t)(unsigned long)native.f_type;
    volume->maximum_name = (uint64_t)native.f_namelen;
    volume->is_read_only = (native.f_flags & ST_RDONLY) != 0;
    return 0;
}

int fs_make_directory(int directory, const char *name, uint32_t mode) {
    return RESULT(mkdirat(directory, name, mode));
}

int fs_remove(int directory, const char *name, int is_directory) {
    return RESULT(unlinkat(directory, name, is_directory ? AT_REMOVEDIR : 0));
}

int fs_rename(
    int source_directory, const char *source, int target_directory, const char *target,
    int replacing) {
    return RESULT(renameat2(
        source_directory, source, target_directory, target, replacing ? 0 : RENAME_NOREPLACE));
}

int fs_link(
    int source_directory, const char *source, int target_directory, const char *target) {
    return RESULT(linkat(source_directory, source, target_directory, target, 0));
}

int fs_symbolic_link(const char *text, int directory, const char *name) {
    return RESULT(symlinkat(text, directory, name));
}

int64_t fs_read_link(int directory, const char *name, char *buffer, size_t capacity) {
    return counted(readlinkat(directory, name, buffer, capacity));
}

int fs_set_times(
    int descriptor, int64_t access_seconds, int64_t access_nanoseconds, int64_t write_seconds,
    int64_t write_nanoseconds) {
    struct timespec times[2] = {
        {.tv_sec = access_seconds, .tv_nsec = access_nanoseconds},
        {.tv_sec = write_seconds, .tv_nsec = write_nanoseconds},
    };
    if (utimensat(descriptor, "", times, AT_EMPTY_PATH) == 0) return 0;
    if (errno != EINVAL && errno != EBADF && errno != ENOENT) return -errno;
    // Kernels before 5.8 refuse the empty path.
    return RESULT(futimens(descriptor, times));
}

int fs_set_mode(int descriptor, uint32_t mode) {
    if (fchmod(descriptor, mode & 07777) == 0) return 0;
    if (errno != EBADF) return -errno;
    char path[PROC_PATH_SIZE];
    proc_path(path, descriptor);
    return RESULT(chmod(path, mode & 07777));
}

int fs_set_owner(int descriptor, uint32_t user, uint32_t group) {
    return RESULT(fchownat(descriptor, "", user, group, AT_EMPTY_PATH));
}

int64_t fs_read(int descriptor, void *buffer, size_t count, int64_t offset) {
    return counted(pread(descriptor, buffer, count, offset));
}

int64_t fs_write(int descriptor, const void *buffer, size_t count, int64_t offset) {
    return counted(pwrite(descriptor, buffer, count, offset));
}

int fs_synchronize(int descriptor, int data_only) {
    return RESULT(data_only ? fdatasync(descriptor) : fsync(descriptor));
}

int fs_truncate(int descriptor, int64_t size) { return RESULT(ftruncate(descriptor, size)); }

int fs_reserve(int descriptor, int64_t offset, int64_t count) {
    return RESULT(fallocate(descriptor, FALLOC_FL_KEEP_SIZE, offset, count));
}

int fs_punch_hole(int descriptor, int64_t offset, int64_t count) {
    int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
    return RESULT(fallocate(descriptor, mode, offset, count));
}

int fs_zero_range(int descriptor, int64_t offset, int64_t count) {
    int mode = FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE;
    return RESULT(fallocate(descriptor, mode, offset, count));
}

int64_t fs_seek_data(int descriptor, int64_t offset) {
    return counted(lseek(descriptor, offset, SEEK_DATA));
}

int64_t fs_seek_hole(int descriptor, int64_t offset) {
    return counted(lseek(descriptor, offset, SEEK_HOLE));
}

int64_t fs_copy_range(
    int source, int64_t source_offset, int target, int64_t target_offset, size_t count) {
    off_t from = source_offset, to = target_offset;
    return counted(copy_file_range(source, &from, target, &to, count, 0));
}

int fs_clone_range(
    int source, int64_t source_offset, int target, int64_t target_offset, uint64_t count) {
    struct file_clone_range range = {
        .src_fd = source,
        .src_offset = (uint64_t)source_offset,
        .src_length = count,
        .dest_offset = (uint64_t)target_offset,
    };
    return RESULT(ioctl(target, FICLONERANGE, &range));
}

int64_t fs_get_attribute(int descriptor, const char *name, void *buffer, size_t capacity) {
    ssize_t result = fgetxattr(descriptor, name, buffer, capacity);
    if (result >= 0 || errno != EBADF) return counted(result);
    char path[PROC_PATH_SIZE];
    proc_path(path, descriptor);
    return counted(getxattr(path, name, buffer, capacity));
}

int fs_set_attribute(
    int descriptor, const char *name, const void *value, size_t count, int create_only) {
    int flags = create_only ? XATTR_CREATE : 0;
    int result = fsetxattr(descriptor, name, value, count, flags);
    if (result == 0 || errno != EBADF) return RESULT(result);
    char path[PROC_PATH_SIZE];
    proc_path(path, descriptor);
    return RESULT(setxattr(path, name, value, count, flags));
}

int fs_remove_attribute(int descriptor, const char *name) {
    int result = fremovexattr(descriptor, name);
    if (result == 0 || errno != EBADF) return RESULT(result);
    char path[PROC_PATH_SIZE];
    proc_path(path, descriptor);
    return RESULT(removexattr(path, name));
}

int64_t fs_list_attributes(int descriptor, char *buffer, size_t capacity) {
    ssize_t result = flistxattr(descriptor, buffer, capacity);
    if (result >= 0 || errno != EBADF) return counted(result);
    char path[PROC_PATH_SIZE];
    proc_path(path, descriptor);
    return counted(listxattr(path, buffer, capacity));
}

static int entry_path(char *path, int directory, const char *entry) {
    int length = snprintf(path, PROC_PATH_SIZE, "/proc/self/fd/%d/%s", directory, entry);
    return length < PROC_PATH_SIZE ? 0 : -ENAMETOOLONG;
}

int64_t fs_get_entry_attribute(
    int directory, const char *entry, const char *name, void *buffer, size_t capacity) {
    char path[PROC_PATH_SIZE];
    int error = entry_path(path, directory, entry);
    return error ? error : counted(lgetxattr(path, name, buffer, capacity));
}

int64_t fs_list_entry_attributes(int directory, const char *entry, char *buffer, size_t capacity) {
    char path[PROC_PATH_SIZE];
    int error = entry_path(path, directory, entry);
    return error ? error : counted(llistxattr(path, buffer, capacity));
}

int64_t fs_read_directory(int descriptor, void *buffer, size_t capacity) {
    return counted(syscall(SYS_getdents64, descriptor, buffer, capacity));
}

int64_t fs_seek(int descriptor, int64_t position) {
    return counted(lseek(descriptor, position, SEEK_SET));
}

struct fs_entry fs_parse_entry(const void *buffer, size_t offset) {
    const struct dirent64 *native = (const void *)((const char *)buffer + offset);
    struct fs_entry entry = {
        .inode = native->d_ino,
        .next_position = native->d_off,
        .name_offset = (uint32_t)(offset + offsetof(struct dirent64, d_name)),
        .name_length = (uint32_t)strlen(native->d_name),
        .record_length = native->d_reclen,
        .type = native->d_type,
    };
    return entry;
}

int64_t fs_descriptor_path(int descriptor, char *buffer, size_t capacity) {
    char path[PROC_PATH_SIZE];
    proc_path(path, descriptor);
    return counted(readlink(path, buffer, capacity));
}

int fs_watcher(void) {
    int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

int fs_watch(int watcher, int directory) {
    char path[PROC_PATH_SIZE];
    proc_path(path, directory);
    uint32_t mask = IN_MODIFY | IN_ATTRIB | IN_MOVE | IN_CREATE | IN_DELETE | IN_DELETE_SELF
        | IN_ONLYDIR | IN_EXCL_UNLINK;
    int watch = inotify_add_watch(watcher, path, mask);
    return watch < 0 ? -errno : watch;
}

int fs_unwatch(int watcher, int watch) { return RESULT(inotify_rm_watch(watcher, watch)); }

int64_t fs_read_events(int watcher, void *buffer, size_t capacity) {
    return counted(read(watcher, buffer, capacity));
}

struct fs_event fs_parse_event(const void *buffer, size_t offset) {
    const struct inotify_event *native = (const void *)((const char *)buffer + offset);
    struct fs_event event = {
        .watch = native->wd,
        .mask = native->mask,
        .cookie = native->cookie,
        .name_offset = (uint32_t)(offset + offsetof(struct inotify_event, name)),
        .name_length = native->len ? (uint32_t)strnlen(native->name, native->len) : 0,
        .record_length = (uint32_t)(sizeof *native + native->len),
    };
    return event;
}
