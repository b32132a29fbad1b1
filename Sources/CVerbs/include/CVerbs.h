#ifndef PENSTOCK_CVERBS_H
#define PENSTOCK_CVERBS_H

#include <infiniband/verbs.h>
#include <rdma/rdma_cma.h>

// What the headers define as macros over functions of older layouts, which Swift would see.

static inline int cverbs_query_port(struct ibv_context *context, uint8_t port,
                                    struct ibv_port_attr *attributes) {
    return ibv_query_port(context, port, attributes);
}

static inline struct ibv_mr *cverbs_reg_mr(struct ibv_pd *domain, void *address, size_t length,
                                           int access) {
    return ibv_reg_mr(domain, address, length, access);
}

// The index of the network device behind a port, as the kernel tells by netlink: every fabric has
// one there, which the other sources do not. 0 where a port has none, or the negated errno.
int cverbs_port_interface(uint32_t device_index, uint32_t port);

#endif
