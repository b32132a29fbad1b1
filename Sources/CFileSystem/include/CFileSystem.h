#ifndef PENSTOCK_C_FILE_SYSTEM_H
#define PENSTOCK_C_FILE_SYSTEM_H

// The Linux file system calls that Swift cannot reach by itself: they hide behind _GNU_SOURCE,
// variadic prototypes or bare system call numbers. Every function gives a result of zero or more,
// or minus the error number.

#include <stddef.h>
#include <stdint.h>

struct fs_file_status {
    uint64_t device;
    uint64_t inode;
    uint64_t size;
    uint64_t allocated;
    int64_t access_seconds;
    int64_t write_seconds;
    int64_t change_seconds;
    int64_t birth_seconds;
    uint32_t access_nanoseconds;
    uint32_t write_nanoseconds;
    uint32_t change_nanoseconds;
    uint32_t birth_nanoseconds;
    uint32_t mode;
    uint32_t user;
    uint32_t group;
    uint32_t links;
    uint32_t device_major;
    uint32_t device_minor;
    int32_t has_birth;
};

struct fs_volume_status {
    uint64_t block_size;
    uint64_t fragment_size;
    uint64_t total_blocks;
    uint64_t free_blocks;
    uint64_t available_blocks;
    uint64_t total_files;
    uint64_t free_files;
    uint64_t identifier;
    uint64_t type;
    uint64_t maximum_name;
    int32_t is_read_only;
};

// One entry of a buffer filled by fs_read_directory.
struct fs_entry {
    uint64_t inode;
    // Where the entry after this one begins, for fs_seek.
    int64_t next_position;
    // Offset of the name within the buffer, and its length without the terminator.
    uint32_t name_offset;
    uint32_t name_length;
    uint32_t record_length;
    // DT_DIR and so on; zero when the file system does not tell.
    uint8_t type;
};

enum fs_open_flags {
    fs_open_read_only = 1 << 0,
    fs_open_write_only = 1 << 1,
    fs_open_read_write = 1 << 2,
    // The place alone, without the right to read (O_PATH).
    fs_open_path = 1 << 3,
    fs_open_create = 1 << 4,
    fs_open_exclusive = 1 << 5,
    fs_open_directory = 1 << 6,
    fs_open_no_follow = 1 << 7,
    fs_open_synchronous = 1 << 8,
};

// openat2 that reaches nothing outside `directory` (RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS), with
// O_CLOEXEC, O_NOCTTY and O_NONBLOCK always.
int fs_open(int directory, const char *path, uint32_t flags, uint32_t mode);
// Opens a directory by any path, to be the root of a store.
int fs_open_root(const char *path);
int fs_close(int descriptor);
// Another open file description on the same inode, from a path descriptor too.
int fs_reopen(int descriptor, uint32_t flags);

// An empty path means the descriptor itself. Never follows a symbolic link at the end.
int fs_status(int descriptor, const char *path, struct fs_file_status *status);
int fs_volume(int descriptor, struct fs_volume_status *volume);

int fs_make_directory(int directory, const char *name, uint32_t mode);
int fs_remove(int directory, const char *name, int is_directory);
int fs_rename(
    int source_directory, const char *source, int target_directory, const char *target,
    int replacing);
int fs_link(
    int source_directory, const char *source, int target_directory, const char *target);
int fs_symbolic_link(const char *text, int directory, const char *name);
// An empty name reads the link that the descriptor was opened on.
int64_t fs_read_link(int directory, const char *name, char *buffer, size_t capacity);

// Zero or negative `nanoseconds` values as in utimensat; fs_time_omit leaves one alone.
static const int64_t fs_time_omit = (1l << 30) - 2l;
int fs_set_times(
    int descriptor, int64_t access_seconds, int64_t access_nanoseconds, int64_t write_seconds,
    int64_t write_nanoseconds);
int fs_set_mode(int descriptor, uint32_t mode);
// UINT32_MAX leaves one alone.
int fs_set_owner(int descriptor, uint32_t user, uint32_t group);

int64_t fs_read(int descriptor, void *buffer, size_t count, int64_t offset);
int64_t fs_write(int descriptor, const void *buffer, size_t count, int64_t offset);
int fs_synchronize(int descriptor, int data_only);
int fs_truncate(int descriptor, int64_t size);
int fs_reserve(int descriptor, int64_t offset, int64_t count);
int fs_punch_hole(int descriptor, int64_t offset, int64_t count);
int fs_zero_range(int descriptor, int64_t offset, int64_t count);
// -ENXIO when nothing follows.
int64_t fs_seek_data(int descriptor, int64_t offset);
int64_t fs_seek_hole(int descriptor, int64_t offset);
int64_t fs_copy_range(
    int source, int64_t source_offset, int target, int64_t target_offset, size_t count);
int fs_clone_range(
    int source, int64_t source_offset, int target, int64_t target_offset, uint64_t count);

// Extended attributes by descriptor; path descriptors work too where /proc is mounted.
int64_t fs_get_attribute(int descriptor, const char *name, void *buffer, size_t capacity);
int fs_set_attribute(
    int descriptor, const char *name, const void *value, size_t count, int create_only);
int fs_remove_attribute(int descriptor, const char *name);
int64_t fs_list_attributes(int descriptor, char *buffer, size_t capacity);
// The same for an entry of an open directory, which is not followed when it is a symbolic link.
int64_t fs_get_entry_attribute(
    int directory, const char *entry, const char *name, void *buffer, size_t capacity);
int64_t fs_list_entry_attributes(int directory, const char *entry, char *buffer, size_t capacity);

int64_t fs_read_directory(int descriptor, void *buffer, size_t capacity);
int64_t fs_seek(int descriptor, int64_t position);
// The entry at `offset` of what fs_read_directory gave.
struct fs_entry fs_parse_entry(const void *buffer, size_t offset);
// Where the kernel says an open file is; needs /proc.
int64_t fs_descriptor_path(int descriptor, char *buffer, size_t capacity);

// What happened in a watched directory; the name is empty when it is the directory itself.
struct fs_event {
    int32_t watch;
    uint32_t mask;
    uint32_t cookie;
    uint32_t name_offset;
    uint32_t name_length;
    uint32_t record_length;
};

enum fs_event_mask {
    fs_event_modify = 0x2,
    fs_event_attributes = 0x4,
    fs_event_moved_from = 0x40,
    fs_event_moved_to = 0x80,
    fs_event_create = 0x100,
    fs_event_delete = 0x200,
    fs_event_delete_self = 0x400,
    fs_event_move_self = 0x800,
    fs_event_unmount = 0x2000,
    fs_event_overflow = 0x4000,
    fs_event_ignored = 0x8000,
    fs_event_is_directory = 0x40000000,
};

int fs_watcher(void);
// Watches the directory that a descriptor is open on; needs /proc.
int fs_watch(int watcher, int directory);
int fs_unwatch(int watcher, int watch);
int64_t fs_read_events(int watcher, void *buffer, size_t capacity);
struct fs_event fs_parse_event(const void *buffer, size_t offset);

#endif
