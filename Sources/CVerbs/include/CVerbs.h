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

// ibv_get_device_list, always on the same thread: see CVerbsDevices.c.
struct ibv_device **cverbs_device_list(int *count);

// The index of the network device behind a port, as the kernel tells by netlink: every fabric has
// one there, which the other sources do not. 0 where a port has none, or the negated errno.
int cverbs_port_interface(uint32_t device_index, uint32_t port);

// Whether a network device is there but set down, or without its carrier.
int cverbs_interface_is_down(uint32_t index);

// Work requests. The fields are unions in unions: they are filled here.

static inline void cverbs_fill_one_sided(struct ibv_send_wr *request, struct ibv_sge *piece,
                                         enum ibv_wr_opcode operation, uint64_t id,
                                         uint64_t remote_address, uint32_t remote_key) {
    request->wr_id = id;
    request->next = NULL;
    request->sg_list = piece;
    request->num_sge = 1;
    request->opcode = operation;
    request->send_flags = 0;
    request->wr.rdma.remote_addr = remote_address;
    request->wr.rdma.rkey = remote_key;
}

static inline void cverbs_fill_send(struct ibv_send_wr *request, struct ibv_sge *pieces, int count,
                                    uint64_t id) {
    request->wr_id = id;
    request->next = NULL;
    request->sg_list = pieces;
    request->num_sge = count;
    request->opcode = IBV_WR_SEND;
    request->send_flags = 0;
}

// The second field is where the provider of siw looks for the key.
static inline void cverbs_invalidate(struct ibv_send_wr *request, uint32_t key) {
    request->opcode = IBV_WR_SEND_WITH_INV;
    request->invalidate_rkey = key;
    request->wr.rdma.remote_addr = 0;
    request->wr.rdma.rkey = key;
}

static inline void cverbs_fill_receive(struct ibv_recv_wr *request, struct ibv_sge *piece,
                                       uint64_t id) {
    request->wr_id = id;
    request->next = NULL;
    request->sg_list = piece;
    request->num_sge = 1;
}

// Makes a descriptor answer EAGAIN instead of waiting. 0 or the negated errno.
int cverbs_set_nonblocking(int descriptor);

// Lets go of the file behind a descriptor, and keeps its number in use.
void cverbs_release_descriptor(int descriptor);

#endif
