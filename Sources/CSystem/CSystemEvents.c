#define _GNU_SOURCE
#include "CSystemEvents.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

const uint32_t csystem_epoll_in = EPOLLIN;
const uint32_t csystem_epoll_out = EPOLLOUT;
const uint32_t csystem_epoll_hangup = EPOLLHUP;
const uint32_t csystem_epoll_read_hangup = EPOLLRDHUP;
const uint32_t csystem_epoll_error = EPOLLERR;
const uint32_t csystem_epoll_exclusive = EPOLLEXCLUSIVE;

int csystem_epoll_create(void) {
    int result = epoll_create1(EPOLL_CLOEXEC);
    return result < 0 ? -errno : result;
}

int csystem_epoll_control(
    int epoll, int operation, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data.u64 = token};
    return epoll_ctl(epoll, operation, descriptor, &event) < 0 ? -errno : 0;
}

int csystem_epoll_wait(
    int epoll, struct epoll_event *events, int capacity, int timeout_milliseconds) {
    int result = epoll_wait(epoll, events, capacity, timeout_milliseconds);
    return result < 0 ? -errno : result;
}

int csystem_eventfd(void) {
    int result = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return result < 0 ? -errno : result;
}

int csystem_eventfd_signal(int descriptor) {
    uint64_t one = 1;
    return write(descriptor, &one, sizeof one) < 0 ? -errno : 0;
}

int csystem_eventfd_drain(int descriptor) {
    uint64_t value = 0;
    return read(descriptor, &value, sizeof value) < 0 ? -errno : 0;
}

int csystem_termination_signals(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    int error = pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (error != 0) return -error;
    int result = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    return result < 0 ? -errno : result;
}

int csystem_signalfd_read(int descriptor) {
    struct signalfd_siginfo information;
    ssize_t result = read(descriptor, &information, sizeof information);
    return result < 0 ? -errno : (int)information.ssi_signo;
}

uint64_t csystem_monotonic_nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t csystem_coarse_ticks(void) {
#if defined(__x86_64__)
    // Some two to four cycles are a nanosecond.
    return __builtin_ia32_rdtsc() >> 20;
#else
    return csystem_monotonic_nanoseconds() >> 19;
#endif
}

void csystem_yield_processor(void) { (void)sched_yield(); }

int csystem_pin_thread(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    return -pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

void csystem_name_thread(const char *name) {
    (void)pthread_setname_np(pthread_self(), name);
}
