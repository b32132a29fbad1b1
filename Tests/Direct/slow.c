// Makes a copy's own disk slow, so that what happens meanwhile happens in the middle of it, while
// nothing holds back the threads that talk to the network:
//   LD_PRELOAD=slow.so SLOW_FILE=path penstock get ...
// The file holds a number: microseconds for each block that is read or written.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { blockMin = 256 << 10 };

static uint32_t none;
static volatile uint32_t *microseconds = &none;
static pthread_mutex_t disk = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("SLOW_FILE");
    if (path == NULL) return;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) abort();
    void *shared = mmap(NULL, sizeof none, PROT_READ, MAP_SHARED, file, 0);
    if (shared == MAP_FAILED) abort();
    microseconds = shared;
    close(file);
}

static void spin_up(const struct iovec *pieces, int count) {
    if (count != 1 || pieces[0].iov_len < blockMin || *microseconds == 0) return;
    // One block at a time, however many threads there are.
    pthread_mutex_lock(&disk);
    usleep(*microseconds);
    pthread_mutex_unlock(&disk);
}

ssize_t preadv2(int file, const struct iovec *pieces, int count, off_t offset, int flags) {
    spin_up(pieces, count);
    return syscall(SYS_preadv2, file, pieces, count, offset, 0, flags);
}

ssize_t pwritev2(int file, const struct iovec *pieces, int count, off_t offset, int flags) {
    spin_up(pieces, count);
    return syscall(SYS_pwritev2, file, pieces, count, offset, 0, flags);
}
