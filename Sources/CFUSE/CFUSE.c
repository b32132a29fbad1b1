#define _GNU_SOURCE
#include "CFUSE.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

_Static_assert(sizeof(off_t) == 8, "files may be larger than 2 GiB");

void cfuse_sync(const char *directory) {
    int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    syncfs(descriptor);
    close(descriptor);
}

int cfuse_raise_read_ahead(const char *directory, unsigned kibibytes) {
    struct stat status;
    char path[80];
    if (stat(directory, &status) != 0) return -1;
    snprintf(path, sizeof(path), "/sys/class/bdi/%u:%u/read_ahead_kb", major(status.st_dev),
             minor(status.st_dev));
    int descriptor = open(path, O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return 0;
    dprintf(descriptor, "%u", kibibytes);
    close(descriptor);
    return 0;
}

void cfuse_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }
