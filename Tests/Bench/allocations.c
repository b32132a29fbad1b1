// Counts a whole process's heap allocations into a file that the benchmark reads meanwhile:
//   LD_PRELOAD=allocations.so ALLOCATION_COUNT_FILE=path penstock serve ...
#include <fcntl.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static uint64_t before;
static uint64_t *count = &before;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("ALLOCATION_COUNT_FILE");
    if (path == NULL) return;
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, sizeof before) != 0) return;
    void *shared = mmap(NULL, sizeof before, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared != MAP_FAILED) count = shared;
    close(file);
}

static void tick(void) { __atomic_fetch_add(count, 1, __ATOMIC_RELAXED); }

void *malloc(size_t size) {
    tick();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    tick();
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
    tick();
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    tick();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    tick();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    tick();
    void *memory = __libc_memalign(alignment, size);
    if (memory == NULL) return ENOMEM;
    *result = memory;
    return 0;
}
