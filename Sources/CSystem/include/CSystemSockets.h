// Sockets.

#ifndef CSYSTEM_SOCKETS_H
#define CSYSTEM_SOCKETS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

// Every C module that includes <sys/socket.h> has these types, and Swift takes a member of one of
// them for that of whichever module was loaded first: so their members are reached here.

static inline struct sockaddr_storage csystem_no_address(void) {
    return (struct sockaddr_storage){0};
}

static inline int csystem_address_family(struct sockaddr_storage address) {
    return address.ss_family;
}

int csystem_socket(int family);

int csystem_accept(int listener);

int csystem_bind(int descriptor, const struct sockaddr_storage *address, int count);

int csystem_listen(int descriptor, int backlog);

int csystem_connect(
    int descriptor, const struct sockaddr_storage *address, int count);

int csystem_local_address(int descriptor, struct sockaddr_storage *address);

int csystem_remote_address(int descriptor, struct sockaddr_storage *address);

int csystem_set_option(int descriptor, int level, int name, int value);

// The value of an integer option, or the negated errno.
int csystem_get_option(int descriptor, int level, int name);

// TCP_CONGESTION. Reno is always there and open to everybody.
int csystem_set_congestion_control(int descriptor, const char *name);

int csystem_shutdown_writing(int descriptor);

ssize_t csystem_receive(int descriptor, void *bytes, size_t count);

ssize_t csystem_receive_vector(int descriptor, struct iovec *ranges, size_t count);

// Up to `count` ranges in one call. `more` says that bytes of the same message follow at once, so
// that the kernel does not send a short segment for the head alone.
ssize_t csystem_send(
    int descriptor, struct iovec *ranges, size_t count, bool more);

#endif
