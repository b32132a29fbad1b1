// What a reactor sleeps on.

#ifndef CSYSTEM_EVENTS_H
#define CSYSTEM_EVENTS_H

#include <stdint.h>
#include <sys/epoll.h>

extern const uint32_t csystem_epoll_in;
extern const uint32_t csystem_epoll_out;
extern const uint32_t csystem_epoll_hangup;
extern const uint32_t csystem_epoll_read_hangup;
extern const uint32_t csystem_epoll_error;
extern const uint32_t csystem_epoll_exclusive;

int csystem_epoll_create(void);

int csystem_epoll_control(
    int epoll, int operation, int descriptor, uint32_t events, uint64_t token);

int csystem_epoll_wait(
    int epoll, struct epoll_event *events, int capacity, int timeout_milliseconds);

// epoll_event is packed and holds a union: read its fields here.
static inline uint64_t csystem_epoll_token(const struct epoll_event *events, int index) {
    return events[index].data.u64;
}

static inline uint32_t csystem_epoll_events(const struct epoll_event *events, int index) {
    return events[index].events;
}

int csystem_eventfd(void);

int csystem_eventfd_signal(int descriptor);

int csystem_eventfd_drain(int descriptor);

// Blocks the two signals that ask a process to end in this thread and those it starts later, and
// returns a descriptor that becomes readable when one arrives.
int csystem_termination_signals(void);

// The signal number that arrived, or the negated errno.
int csystem_signalfd_read(int descriptor);

uint64_t csystem_monotonic_nanoseconds(void);

// Counts some 400 microseconds each, read from the processor: cheaper than the clock by far where
// that is a system call. Says that time has passed, not how much.
uint64_t csystem_coarse_ticks(void);

// Lets another thread have the processor, if one wants it.
void csystem_yield_processor(void);

int csystem_pin_thread(int processor);

void csystem_name_thread(const char *name);

#endif
