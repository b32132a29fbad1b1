#define _GNU_SOURCE

#include "CVerbs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <rdma/rdma_netlink.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct port_request {
    struct nlmsghdr header;
    struct nlattr device_attribute;
    uint32_t device_index;
    struct nlattr port_attribute;
    uint32_t port;
};

static int interface_of_reply(const char *bytes, size_t count) {
    const struct nlmsghdr *header = (const void *)bytes;
    if (count < sizeof *header || header->nlmsg_len > count ||
        header->nlmsg_len < sizeof *header) {
        return -EBADMSG;
    }
    if (header->nlmsg_type == NLMSG_ERROR) {
        if (header->nlmsg_len < sizeof *header + sizeof(int)) return -EBADMSG;
        int error = 0;
        memcpy(&error, bytes + sizeof *header, sizeof error);
        return error;
    }
    size_t offset = NLMSG_HDRLEN;
    while (offset + NLA_HDRLEN <= header->nlmsg_len) {
        struct nlattr attribute;
        memcpy(&attribute, bytes + offset, sizeof attribute);
        if (attribute.nla_len < NLA_HDRLEN) return -EBADMSG;
        if (offset + attribute.nla_len > header->nlmsg_len) return -EBADMSG;
        if ((attribute.nla_type & NLA_TYPE_MASK) == RDMA_NLDEV_ATTR_NDEV_INDEX &&
            attribute.nla_len >= NLA_HDRLEN + sizeof(uint32_t)) {
            uint32_t index = 0;
            memcpy(&index, bytes + offset + NLA_HDRLEN, sizeof index);
            return index > INT32_MAX ? -ERANGE : (int)index;
        }
        offset += NLA_ALIGN(attribute.nla_len);
    }
    return 0;
}

int cverbs_port_interface(uint32_t device_index, uint32_t port) {
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_RDMA);
    if (descriptor < 0) return -errno;
    struct port_request request = {
        .header =
            {
                .nlmsg_len = sizeof request,
                .nlmsg_type = RDMA_NL_GET_TYPE(RDMA_NL_NLDEV, RDMA_NLDEV_CMD_PORT_GET),
                .nlmsg_flags = NLM_F_REQUEST,
            },
        .device_attribute = {NLA_HDRLEN + sizeof device_index, RDMA_NLDEV_ATTR_DEV_INDEX},
        .device_index = device_index,
        .port_attribute = {NLA_HDRLEN + sizeof port, RDMA_NLDEV_ATTR_PORT_INDEX},
        .port = port,
    };
    _Alignas(struct nlmsghdr) char reply[8192];
    int result;
    if (send(descriptor, &request, sizeof request, 0) < 0) {
        result = -errno;
    } else {
        ssize_t count = recv(descriptor, reply, sizeof reply, 0);
        result = count < 0 ? -errno : interface_of_reply(reply, (size_t)count);
    }
    close(descriptor);
    return result;
}

int cverbs_interface_is_down(uint32_t index) {
    struct ifreq request = {0};
    if (!if_indextoname(index, request.ifr_name)) return 0;
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return 0;
    int result = ioctl(descriptor, SIOCGIFFLAGS, &request);
    close(descriptor);
    int wanted = IFF_UP | IFF_RUNNING;
    return result == 0 && (request.ifr_flags & wanted) != wanted;
}

int cverbs_set_nonblocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0) return -errno;
    return fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}

void cverbs_release_descriptor(int descriptor) {
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0) return;
    dup3(nothing, descriptor, O_CLOEXEC);
    close(nothing);
}
