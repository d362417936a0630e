/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * The protocol's bytes in mbufs: see a chain as segments, write control messages, put data headers
 * in front of a payload, relay in place.
 *
 * The caller owns every mbuf that goes in; on an error all of them stay the caller's, unchanged.
 * Any thread may call, one at a time for the same mbuf. An mbuf's data may be written when nobody
 * shares it: refcnt 1 and direct.
 */
#ifndef PGN_WIRE_MBUF_H
#define PGN_WIRE_MBUF_H

#include <rte_mbuf.h>

#include "pgn_wire.h"

static inline bool
pgn_mbuf_is_writable(const struct rte_mbuf *m)
{
	return rte_mbuf_refcnt_read(m) == 1 && RTE_MBUF_DIRECT(m);
}

/**
 * The segments of a chain, for a walk; they point into the mbufs. Returns their number, or
 * -EMSGSIZE when the chain has more than max (`segments` then holds the first max).
 */
static inline int
pgn_mbuf_segments(const struct rte_mbuf *m, struct iovec *segments, unsigned int max)
{
	unsigned int count = 0;

	for (; m != NULL; m = m->next) {
		if (count == max)
			return -EMSGSIZE;
		segments[count].iov_base = rte_pktmbuf_mtod(m, void *);
		segments[count].iov_len = m->data_len;
		count++;
	}
	return (int)count;
}

/* Room for length bytes behind the data of one segment; false when it is short or shared. */
static inline bool
pgn_mbuf_append(struct rte_mbuf *m, uint32_t length, uint8_t **at)
{
	uint32_t data_len = m->data_len, end = m->data_off + data_len, refcnt_nb_segs;

	/* Neighbours: one load tells that both are 1, on any byte order. */
	static_assert(offsetof(struct rte_mbuf, nb_segs) == offsetof(struct rte_mbuf, refcnt) + 2,
		      "nb_segs follows refcnt");
	memcpy(&refcnt_nb_segs, (const uint8_t *)m + offsetof(struct rte_mbuf, refcnt),
	       sizeof(refcnt_nb_segs));
	if (unlikely(refcnt_nb_segs != UINT32_C(0x00010001) || !RTE_MBUF_DIRECT(m) ||
		     end + length > m->buf_len))
		return false;
	*at = (uint8_t *)m->buf_addr + end;
	m->pkt_len = data_len + length;
	m->data_len = (uint16_t)(data_len + length);
	return true;
}

/* Room for length bytes in front of the data; false when headroom is short or shared. */
static inline bool
pgn_mbuf_prepend(struct rte_mbuf *m, uint32_t length, uint8_t **at)
{
	uint32_t data_off = m->data_off;

	if (unlikely(!pgn_mbuf_is_writable(m) || data_off < length))
		return false;
	data_off -= length;
	*at = (uint8_t *)m->buf_addr + data_off;
	m->data_off = (uint16_t)data_off;
	m->data_len = (uint16_t)(m->data_len + length);
	m->pkt_len += length;
	return true;
}

/**
 * Write a control message behind the data, if any, of an mbuf of one segment. Returns the message's
 * length, or -ENOBUFS when there are more segments, the tailroom is short or the data may not be
 * written.
 */
static inline int
pgn_mbuf_write_heartbeat(struct rte_mbuf *m, uint16_t marker, const struct pgn_heartbeat *heartbeat)
{
	uint8_t *at;

	if (!pgn_mbuf_append(m, PGN_HEARTBEAT_LEN, &at))
		return -ENOBUFS;
	return pgn_write_heartbeat(at, PGN_HEARTBEAT_LEN, marker, heartbeat);
}

static inline int
pgn_mbuf_write_reply(struct rte_mbuf *m, uint16_t marker, const struct pgn_reply *reply)
{
	uint8_t *at;

	if (!pgn_mbuf_append(m, PGN_REPLY_LEN, &at))
		return -ENOBUFS;
	return pgn_write_reply(at, PGN_REPLY_LEN, marker, reply);
}

/**
 * Flat: put a data header in front of the payload that m holds. Returns the header's length, or
 * -ENOBUFS when the headroom is short or the data may not be written.
 */
static inline int
pgn_mbuf_push_upstream(struct rte_mbuf *m, uint16_t marker, const struct pgn_upstream *upstream)
{
	uint8_t *at;

	if (!pgn_mbuf_prepend(m, PGN_UPSTREAM_LEN, &at))
		return -ENOBUFS;
	return pgn_write_upstream(at, PGN_UPSTREAM_LEN, marker, upstream);
}

static inline int
pgn_mbuf_push_downstream(struct rte_mbuf *m, uint16_t marker,
			 const struct pgn_downstream *downstream)
{
	uint8_t *at;

	if (!pgn_mbuf_prepend(m, PGN_DOWNSTREAM_LEN, &at))
		return -ENOBUFS;
	return pgn_write_downstream(at, PGN_DOWNSTREAM_LEN, marker, downstream);
}

/* What both chain functions need before anything is written. */
static inline int
pgn_mbuf_check_chain(const struct rte_mbuf *header, const struct rte_mbuf *payload, uint16_t length)
{
	if (header->pkt_len != 0 || header->nb_segs != 1)
		return -EINVAL;
	if (!pgn_mbuf_is_writable(header) || rte_pktmbuf_tailroom(header) < length)
		return -ENOBUFS;
	if (payload->nb_segs >= RTE_MBUF_MAX_NB_SEGS)
		return -EOVERFLOW;
	return 0;
}

/**
 * Nested: write a data header into the empty mbuf `header` and chain the payload behind it, whose
 * data is neither copied nor written. A payload that several frames carry goes in as a clone for
 * each. On success the chain `header` owns the payload. Returns the header's length; -EINVAL when
 * header is not empty, -ENOBUFS when its tailroom is short or its data may not be written,
 * -EOVERFLOW when the payload has too many segments.
 */
static inline int
pgn_mbuf_chain_upstream(struct rte_mbuf *header, struct rte_mbuf *payload, uint16_t marker,
			const struct pgn_upstream *upstream)
{
	int rc = pgn_mbuf_check_chain(header, payload, PGN_UPSTREAM_LEN);

	if (rc < 0)
		return rc;
	rc = pgn_write_upstream((uint8_t *)rte_pktmbuf_append(header, PGN_UPSTREAM_LEN),
				PGN_UPSTREAM_LEN, marker, upstream);
	rte_pktmbuf_chain(header, payload);
	return rc;
}

static inline int
pgn_mbuf_chain_downstream(struct rte_mbuf *header, struct rte_mbuf *payload, uint16_t marker,
			  const struct pgn_downstream *downstream)
{
	int rc = pgn_mbuf_check_chain(header, payload, PGN_DOWNSTREAM_LEN);

	if (rc < 0)
		return rc;
	rc = pgn_write_downstream((uint8_t *)rte_pktmbuf_append(header, PGN_DOWNSTREAM_LEN),
				  PGN_DOWNSTREAM_LEN, marker, downstream);
	rte_pktmbuf_chain(header, payload);
	return rc;
}

/**
 * Relay a frame of one message in place: its first 12 bytes become the next hop's. Returns 0, or
 * -EINVAL when the first segment holds fewer or may not be written.
 */
static inline int
pgn_mbuf_relay(struct rte_mbuf *m, const struct pgn_mac *to, const struct pgn_mac *from)
{
	if (m->data_len < 2 * sizeof(struct pgn_mac) || !pgn_mbuf_is_writable(m))
		return -EINVAL;
	pgn_relay_in_place(rte_pktmbuf_mtod(m, uint8_t *), to, from);
	return 0;
}

#endif
