/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages in mbufs. Every test gives all its mbufs back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rte_eal.h>
#include <rte_mempool.h>

#include "described.h"
#include "pgn_wire_mbuf.h"
#include "trace.h"
#include "vectors.h"

#define POOL_SIZE 63

static struct vectors vectors;
static struct rte_mempool *pool;

static int
start(void **state)
{
	static const char *const options[] = {
		"test_mbuf",     "--no-huge", "--no-pci", "--no-shconf", "--no-telemetry",
		"--log-level=4", "-m",        "64",       "-l",          "0",
	};
	char *argv[sizeof(options) / sizeof(options[0])];
	int argc = sizeof(options) / sizeof(options[0]);

	(void)state;
	for (int i = 0; i < argc; i++)
		argv[i] = (char *)(uintptr_t)options[i];
	if (rte_eal_init(argc, argv) < 0)
		return -1;
	pool = rte_pktmbuf_pool_create("test", POOL_SIZE, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
				       SOCKET_ID_ANY);
	if (pool == NULL)
		return -1;
	return vectors_load(&vectors, TEST_DATA "/vectors/messages.txt");
}

static int
stop(void **state)
{
	(void)state;
	vectors_free(&vectors);
	rte_mempool_free(pool);
	return rte_eal_cleanup();
}

static int
all_came_back(void **state)
{
	(void)state;
	return rte_mempool_full(pool) ? 0 : -1;
}

static struct rte_mbuf *
empty(void)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);

	assert_non_null(m);
	return m;
}

static struct rte_mbuf *
holding(const void *bytes, size_t length)
{
	struct rte_mbuf *m = empty();
	char *data = rte_pktmbuf_append(m, (uint16_t)length);

	assert_non_null(data);
	memcpy(data, bytes, length);
	return m;
}

static void
assert_holds(const struct rte_mbuf *m, const uint8_t *bytes, size_t length)
{
	uint8_t copy[2048];
	const uint8_t *data;
	const char *reason;

	assert_int_equal(rte_mbuf_check(m, 1, &reason), 0);
	assert_int_equal(m->pkt_len, length);
	data = rte_pktmbuf_read(m, 0, (uint32_t)length, copy);
	assert_true(data != NULL || length == 0);
	assert_memory_equal(data, bytes, length);
}

static int
write_control(struct rte_mbuf *m, const struct described *d)
{
	if (d->kind == PGN_KIND_HEARTBEAT)
		return pgn_mbuf_write_heartbeat(m, PGN_MARKER, &d->heartbeat);
	return pgn_mbuf_write_reply(m, PGN_MARKER, &d->reply);
}

static int
push(struct rte_mbuf *m, const struct described *d)
{
	if (d->kind == PGN_KIND_UPSTREAM)
		return pgn_mbuf_push_upstream(m, PGN_MARKER, &d->upstream);
	return pgn_mbuf_push_downstream(m, PGN_MARKER, &d->downstream);
}

static int
chain(struct rte_mbuf *header, struct rte_mbuf *payload, const struct described *d)
{
	if (d->kind == PGN_KIND_UPSTREAM)
		return pgn_mbuf_chain_upstream(header, payload, PGN_MARKER, &d->upstream);
	return pgn_mbuf_chain_downstream(header, payload, PGN_MARKER, &d->downstream);
}

static bool
is_control(const struct described *d)
{
	return d->kind == PGN_KIND_HEARTBEAT || d->kind == PGN_KIND_REPLY;
}

static void
flat_mbufs_hold_the_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < vectors.count; i++) {
		const struct vector *vector = &vectors.list[i];
		struct described d;
		struct rte_mbuf *m;

		assert_int_equal(describe(vector->name, &d), 0);
		m = holding(d.payload, d.payload_length);
		assert_int_equal(is_control(&d) ? write_control(m, &d) : push(m, &d),
				 trace_header_length(d.kind));
		assert_int_equal(m->nb_segs, 1);
		assert_holds(m, vector->bytes, vector->length);
		rte_pktmbuf_free(m);
	}
}

static void
chained_mbufs_hold_the_vectors(void **state)
{
	unsigned int chained = 0;

	(void)state;
	for (size_t i = 0; i < vectors.count; i++) {
		const struct vector *vector = &vectors.list[i];
		struct rte_mbuf *header, *payload;
		struct described d;

		assert_int_equal(describe(vector->name, &d), 0);
		if (is_control(&d))
			continue;
		header = empty();
		payload = holding(d.payload, d.payload_length);
		assert_int_equal(chain(header, payload, &d), trace_header_length(d.kind));
		assert_int_equal(header->nb_segs, 2);
		assert_ptr_equal(header->next, payload);
		assert_holds(header, vector->bytes, vector->length);
		rte_pktmbuf_free(header);
		chained++;
	}
	assert_int_equal(chained, 35);
}

static void
chain_takes_a_clone_of_the_payload(void **state)
{
	const struct vector *vector = vectors_find(&vectors, "downstream_42");
	struct rte_mbuf *header = empty(), *payload, *clone;
	struct described d;

	(void)state;
	assert_non_null(vector);
	assert_int_equal(describe(vector->name, &d), 0);
	payload = holding(d.payload, d.payload_length);
	clone = rte_pktmbuf_clone(payload, pool);
	assert_non_null(clone);
	assert_int_equal(chain(header, clone, &d), PGN_DOWNSTREAM_LEN);
	assert_holds(header, vector->bytes, vector->length);
	rte_pktmbuf_free(header);
	assert_holds(payload, d.payload, d.payload_length);
	rte_pktmbuf_free(payload);
}

static void
segments_of_a_chain_walk_like_the_frame(void **state)
{
	const struct vector *vector = vectors_find(&vectors, "downstream_42");
	struct iovec segments[3], whole;
	struct trace expected, trace;
	struct rte_mbuf *m, *second;

	(void)state;
	assert_non_null(vector);
	whole = (struct iovec){vector->bytes, vector->length};
	assert_true(trace_walk(&expected, &whole, 1, PGN_MARKER));
	m = holding(vector->bytes, 20);
	second = holding(vector->bytes + 20, 2);
	assert_int_equal(
		rte_pktmbuf_chain(second, holding(vector->bytes + 22, vector->length - 22)), 0);
	assert_int_equal(rte_pktmbuf_chain(m, second), 0);

	assert_int_equal(pgn_mbuf_segments(m, segments, 2), -EMSGSIZE);
	assert_int_equal(pgn_mbuf_segments(m, segments, 3), 3);
	assert_ptr_equal(segments[1].iov_base, rte_pktmbuf_mtod(second, void *));
	assert_int_equal(segments[1].iov_len, 2);
	assert_true(trace_walk(&trace, segments, 3, PGN_MARKER));
	assert_true(trace_equal(&trace, &expected));
	rte_pktmbuf_free(m);
}

static void
short_room_leaves_the_mbuf(void **state)
{
	(void)state;
	for (size_t i = 0; i < vectors.count; i++) {
		struct rte_mbuf *m = holding("payload", 7), *payload;
		struct described d;

		assert_int_equal(describe(vectors.list[i].name, &d), 0);
		if (is_control(&d)) {
			m->data_off = (uint16_t)(m->buf_len - 7 - trace_header_length(d.kind) + 1);
			assert_int_equal(write_control(m, &d), -ENOBUFS);
			assert_int_equal(m->pkt_len, 7);
			m->data_off--;
			assert_int_equal(write_control(m, &d), trace_header_length(d.kind));
			rte_pktmbuf_free(m);
			continue;
		}
		m->data_off = (uint16_t)(trace_header_length(d.kind) - 1);
		assert_int_equal(push(m, &d), -ENOBUFS);
		assert_int_equal(m->pkt_len, 7);
		m->data_off++;
		assert_int_equal(push(m, &d), trace_header_length(d.kind));
		rte_pktmbuf_free(m);

		m = empty();
		payload = holding("payload", 7);
		m->data_off = (uint16_t)(m->buf_len - trace_header_length(d.kind) + 1);
		assert_int_equal(chain(m, payload, &d), -ENOBUFS);
		assert_int_equal(m->pkt_len, 0);
		assert_null(m->next);
		assert_holds(payload, (const uint8_t *)"payload", 7);
		m->data_off--;
		assert_int_equal(chain(m, payload, &d), trace_header_length(d.kind));
		rte_pktmbuf_free(m);
	}
}

static void
chain_refuses_a_header_that_holds_something(void **state)
{
	struct rte_mbuf *header = holding("x", 1), *payload = holding("payload", 7);
	struct described d;

	(void)state;
	assert_int_equal(describe("upstream_0", &d), 0);
	assert_int_equal(chain(header, payload, &d), -EINVAL);
	assert_int_equal(header->nb_segs, 1);
	assert_holds(header, (const uint8_t *)"x", 1);
	rte_pktmbuf_free(header);
	header = empty();
	payload->nb_segs = RTE_MBUF_MAX_NB_SEGS;
	assert_int_equal(chain(header, payload, &d), -EOVERFLOW);
	assert_int_equal(header->pkt_len, 0);
	payload->nb_segs = 1;
	rte_pktmbuf_free(header);
	rte_pktmbuf_free(payload);
}

/* m holds an upstream frame; nothing may write to its data. */
static void
assert_nothing_writes(struct rte_mbuf *m, const struct vector *vector)
{
	struct described heartbeat, reply, upstream, downstream;
	struct rte_mbuf *payload = empty();

	assert_int_equal(describe("heartbeat_d0_id0", &heartbeat), 0);
	assert_int_equal(describe("reply_d0_id0", &reply), 0);
	assert_int_equal(describe("upstream_0", &upstream), 0);
	assert_int_equal(describe("downstream_0", &downstream), 0);
	assert_int_equal(push(m, &upstream), -ENOBUFS);
	assert_int_equal(push(m, &downstream), -ENOBUFS);
	assert_int_equal(pgn_mbuf_relay(m, &mac_obu, &mac_obu2), -EINVAL);
	assert_int_equal(write_control(m, &heartbeat), -ENOBUFS);
	assert_int_equal(write_control(m, &reply), -ENOBUFS);
	assert_holds(m, vector->bytes, vector->length);

	rte_pktmbuf_trim(m, (uint16_t)vector->length);
	assert_int_equal(chain(m, payload, &upstream), -ENOBUFS);
	assert_int_equal(chain(m, payload, &downstream), -ENOBUFS);
	assert_null(m->next);
	rte_pktmbuf_free(payload);
}

static void
shared_data_is_never_written(void **state)
{
	const struct vector *vector = vectors_find(&vectors, "upstream_42");
	struct rte_mbuf *m, *clone;

	(void)state;
	assert_non_null(vector);
	m = holding(vector->bytes, vector->length);
	rte_mbuf_refcnt_update(m, 1);
	assert_nothing_writes(m, vector);
	rte_mbuf_refcnt_update(m, -1);
	rte_pktmbuf_free(m);

	m = holding(vector->bytes, vector->length);
	clone = rte_pktmbuf_clone(m, pool);
	assert_non_null(clone);
	assert_nothing_writes(clone, vector);
	assert_nothing_writes(m, vector);
	rte_pktmbuf_free(clone);
	rte_pktmbuf_free(m);
}

static void
control_is_not_written_into_a_chain(void **state)
{
	struct described heartbeat, reply;
	struct rte_mbuf *m = empty();

	(void)state;
	assert_int_equal(describe("heartbeat_d0_id0", &heartbeat), 0);
	assert_int_equal(describe("reply_d0_id0", &reply), 0);
	assert_int_equal(rte_pktmbuf_chain(m, empty()), 0);
	assert_int_equal(write_control(m, &heartbeat), -ENOBUFS);
	assert_int_equal(write_control(m, &reply), -ENOBUFS);
	assert_holds(m, NULL, 0);
	rte_pktmbuf_free(m);
}

static void
relay_makes_the_forward_vectors(void **state)
{
	const struct vector *received = vectors_find(&vectors, "downstream_42");
	const struct vector *relayed = vectors_find(&vectors, "downstream_42_forward");
	struct rte_mbuf *m;

	(void)state;
	assert_non_null(received);
	assert_non_null(relayed);
	m = holding(received->bytes, received->length);
	assert_int_equal(pgn_mbuf_relay(m, &mac_obu2, &mac_obu), 0);
	assert_holds(m, relayed->bytes, relayed->length);
	rte_pktmbuf_free(m);
}

static void
relay_refuses_a_short_first_segment(void **state)
{
	const struct vector *received = vectors_find(&vectors, "downstream_42");
	struct rte_mbuf *m;

	(void)state;
	assert_non_null(received);
	m = holding(received->bytes, 11);
	assert_int_equal(rte_pktmbuf_chain(m, holding(received->bytes + 11, 40)), 0);
	assert_int_equal(pgn_mbuf_relay(m, &mac_obu2, &mac_obu), -EINVAL);
	assert_holds(m, received->bytes, 51);
	rte_pktmbuf_free(m);
	m = holding(received->bytes, 12);
	assert_int_equal(pgn_mbuf_relay(m, &mac_obu2, &mac_obu), 0);
	rte_pktmbuf_free(m);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, all_came_back)
	const struct CMUnitTest tests[] = {
		TEST(flat_mbufs_hold_the_vectors),
		TEST(chained_mbufs_hold_the_vectors),
		TEST(chain_takes_a_clone_of_the_payload),
		TEST(segments_of_a_chain_walk_like_the_frame),
		TEST(short_room_leaves_the_mbuf),
		TEST(chain_refuses_a_header_that_holds_something),
		TEST(shared_data_is_never_written),
		TEST(control_is_not_written_into_a_chain),
		TEST(relay_makes_the_forward_vectors),
		TEST(relay_refuses_a_short_first_segment),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
