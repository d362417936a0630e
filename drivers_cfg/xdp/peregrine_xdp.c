/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For a NIC that is shared with the kernel (net_af_xdp, xdp_prog=): frames of the protocol's
 * EtherType go to the node, all others where they went before. A queue that no socket is bound to
 * gives its frames to the kernel as well.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/types.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#ifndef PGN_ETHERTYPE
#define PGN_ETHERTYPE 0x3030 /* node.ethertype */
#endif
#define QUEUES_MAX 64

/* By this name the driver finds it, and enters its sockets by queue. */
struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, QUEUES_MAX);
	__type(key, __u32);
	__type(value, __u32);
} xsks_map SEC(".maps");

SEC("xdp")
int
peregrine_split(struct xdp_md *context)
{
	const struct ethhdr *frame = (const void *)(long)context->data;
	const void *end = (const void *)(long)context->data_end;

	if ((const void *)(frame + 1) > end || frame->h_proto != bpf_htons(PGN_ETHERTYPE))
		return XDP_PASS;
	return bpf_redirect_map(&xsks_map, context->rx_queue_index, XDP_PASS);
}

/* What helpers the kernel lets it call depends on this; the project's licence is LICENSE. */
char licence[] SEC("license") = "Dual BSD/GPL";
