#define _GNU_SOURCE

#include "CVerbs.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>

// librdmacm 44 sorts the addresses of devices by the lower half of their differences, and compares
// two such lists as if they were in order. Where the addresses are far apart, as those are that
// threads of different arenas of malloc allocate, it takes a device that is still there for one
// that is gone, for ever: whoever connects by it is rejected. libibverbs allocates a device when a
// list is first asked for after the device came. So one thread asks for all lists.

static pthread_mutex_t callers = PTHREAD_MUTEX_INITIALIZER;
static sem_t wanted, done;
static struct ibv_device **found;
static int found_count, found_error;

static void wait_for(sem_t *semaphore) {
    while (sem_wait(semaphore) != 0 && errno == EINTR) {
    }
}

static void *ask(void *nothing) {
    for (;;) {
        wait_for(&wanted);
        found = ibv_get_device_list(&found_count);
        found_error = errno;
        sem_post(&done);
    }
    return nothing;
}

static bool start(void) {
    if (sem_init(&wanted, 0, 0) != 0 || sem_init(&done, 0, 0) != 0) return false;
    sigset_t all, before;
    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0) return false;
    pthread_t thread;
    bool is_started = pthread_create(&thread, NULL, ask, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (is_started) {
        pthread_setname_np(thread, "devices");
        pthread_detach(thread);
    }
    return is_started;
}

struct ibv_device **cverbs_device_list(int *count) {
    static bool is_started;
    pthread_mutex_lock(&callers);
    if (!is_started) is_started = start();
    struct ibv_device **list;
    if (is_started) {
        sem_post(&wanted);
        wait_for(&done);
        list = found;
        *count = found_count;
        errno = found_error;
    } else {
        list = ibv_get_device_list(count);
    }
    pthread_mutex_unlock(&callers);
    return list;
}
