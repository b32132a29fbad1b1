#ifndef PENSTOCK_CFUSE_H
#define PENSTOCK_CFUSE_H

#define FUSE_USE_VERSION 314
#include <fuse3/fuse_lowlevel.h>

// What the bit fields of the library's structures are, where Swift does not see them.

static inline void cfuse_set_caching(struct fuse_file_info *info, int keeps) {
    info->keep_cache = keeps != 0;
}

static inline struct fuse_args cfuse_args(int count, char **values) {
    struct fuse_args args = FUSE_ARGS_INIT(count, values);
    return args;
}

// What Swift's C library does not show of Linux.

// Writes back what programs have changed in the file system that holds a directory.
void cfuse_sync(const char *directory);

// How far the kernel reads ahead on the file system of a directory. Nothing where that is not
// permitted; -1 where the directory cannot be used.
int cfuse_raise_read_ahead(const char *directory, unsigned kibibytes);

// At most fifteen characters.
void cfuse_name_thread(const char *name);

#endif
