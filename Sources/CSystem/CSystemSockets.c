#define _GNU_SOURCE
#include "CSystemSockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

int csystem_socket(int family) {
    int result = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    return result < 0 ? -errno : result;
}

int csystem_accept(int listener) {
    int result = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return result < 0 ? -errno : result;
}

int csystem_bind(int descriptor, const struct sockaddr_storage *address, int count) {
    int result = bind(descriptor, (const struct sockaddr *)address, (socklen_t)count);
    return result < 0 ? -errno : 0;
}

int csystem_listen(int descriptor, int backlog) {
    return listen(descriptor, backlog) < 0 ? -errno : 0;
}

int csystem_connect(
    int descriptor, const struct sockaddr_storage *address, int count) {
    int result = connect(descriptor, (const struct sockaddr *)address, (socklen_t)count);
    return result < 0 ? -errno : 0;
}

int csystem_local_address(int descriptor, struct sockaddr_storage *address) {
    socklen_t count = sizeof *address;
    int result = getsockname(descriptor, (struct sockaddr *)address, &count);
    return result < 0 ? -errno : (int)count;
}

int csystem_remote_address(int descriptor, struct sockaddr_storage *address) {
    socklen_t count = sizeof *address;
    int result = getpeername(descriptor, (struct sockaddr *)address, &count);
    return result < 0 ? -errno : (int)count;
}

int csystem_set_option(int descriptor, int level, int name, int value) {
    return setsockopt(descriptor, level, name, &value, sizeof value) < 0 ? -errno : 0;
}

int csystem_get_option(int descriptor, int level, int name) {
    int value = 0;
    socklen_t count = sizeof value;
    int result = getsockopt(descriptor, level, name, &value, &count);
    return result < 0 ? -errno : value;
}

int csystem_set_congestion_control(int descriptor, const char *name) {
    socklen_t count = (socklen_t)strlen(name);
    return setsockopt(descriptor, IPPROTO_TCP, TCP_CONGESTION, name, count) < 0 ? -errno : 0;
}

int csystem_shutdown_writing(int descriptor) {
    return shutdown(descriptor, SHUT_WR) < 0 ? -errno : 0;
}

ssize_t csystem_receive(int descriptor, void *bytes, size_t count) {
    ssize_t result = recv(descriptor, bytes, count, MSG_DONTWAIT);
    return result < 0 ? -errno : result;
}

ssize_t csystem_receive_vector(int descriptor, struct iovec *ranges, size_t count) {
    struct msghdr message = {.msg_iov = ranges, .msg_iovlen = count};
    ssize_t result = recvmsg(descriptor, &message, MSG_DONTWAIT);
    return result < 0 ? -errno : result;
}

ssize_t csystem_send(
    int descriptor, struct iovec *ranges, size_t count, bool more) {
    struct msghdr message = {.msg_iov = ranges, .msg_iovlen = count};
    int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0);
    ssize_t result = sendmsg(descriptor, &message, flags);
    return result < 0 ? -errno : result;
}
