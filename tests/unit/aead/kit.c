/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <rte_cycles.h>

#include "kit.h"
#include "test_eal.h"

#define SKIP 77
#define PATTERN 0xa5

struct kit kit;

bool
kit_open(const char *device, unsigned int lanes)
{
	char why[PGN_AEAD_WHY];

	kit.device = pgn_aead_device_open(device, lanes, SOCKET_ID_ANY, why);
	if (kit.device == NULL) {
		printf("%s\n", why);
		return false;
	}
	kit.lane = pgn_aead_lane_open(kit.device, lanes - 1, SOCKET_ID_ANY);
	kit.pool = rte_pktmbuf_pool_create("kit", KIT_FRAMES, 0, 0, 2048 + RTE_PKTMBUF_HEADROOM,
					   SOCKET_ID_ANY);
	assert_non_null(kit.lane);
	assert_non_null(kit.pool);
	return true;
}

void
kit_close(void)
{
	pgn_aead_lane_close(kit.lane);
	assert_int_equal(rte_mempool_in_use_count(kit.pool), 0);
	rte_mempool_free(kit.pool);
	pgn_aead_device_close(kit.device);
}

int
kit_begin(int argc, char **argv)
{
	if (argc != 2 || test_eal_start(NULL) != 0)
		return 1;
	if (!kit_open(argv[1], 1))
		return strcmp(argv[1], "crypto_openssl") == 0 ? 1 : SKIP;
	return 0;
}

int
kit_end(int failed)
{
	kit_close();
	test_eal_stop(NULL);
	return failed;
}

const char *
kit_file(const char *text, unsigned int mode)
{
	static char name[64];
	int fd;

	if (name[0] != '\0')
		unlink(name);
	snprintf(name, sizeof(name), "/tmp/pgn-test-keys-XXXXXX");
	fd = mkstemp(name);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	return name;
}

struct pgn_aead_keys *
kit_keys(unsigned int n, const uint8_t *const *keys)
{
	char text[512] = "", why[PGN_AEAD_WHY] = "";
	struct pgn_aead_keys *read;
	const char *file;
	char *at = text;

	for (unsigned int k = 0; k < n; k++) {
		for (unsigned int i = 0; i < PGN_AEAD_KEY; i++)
			at += sprintf(at, "%02x", keys[k][i]);
		at += sprintf(at, "\n");
	}
	file = kit_file(text, 0600);
	read = pgn_aead_keys_read(file, why);
	unlink(file);
	assert_string_equal(why, "");
	assert_non_null(read);
	return read;
}

struct pgn_aead_keyset *
kit_keyset(unsigned int n, const uint8_t *const *keys)
{
	struct pgn_aead_keys *read = kit_keys(n, keys);
	struct pgn_aead_keyset *keyset = pgn_aead_keyset_create(kit.device, read);

	pgn_aead_keys_free(read);
	assert_non_null(keyset);
	return keyset;
}

struct pgn_aead_keyset *
kit_keyset_of(const uint8_t *key)
{
	return kit_keyset(1, &key);
}

static struct rte_mbuf *
begin(uint32_t payload)
{
	struct rte_mbuf *frame = rte_pktmbuf_alloc(kit.pool);
	char *at;

	assert_non_null(frame);
	at = rte_pktmbuf_append(frame, (uint16_t)(KIT_AT + payload));
	assert_non_null(at);
	/* In front of the frame and behind it as well. */
	memset(frame->buf_addr, PATTERN, frame->buf_len);
	return frame;
}

struct rte_mbuf *
kit_clear(const uint8_t *inner, uint32_t length)
{
	struct rte_mbuf *frame = begin(length + PGN_AEAD_OVERHEAD);

	memcpy(kit_payload(frame) + PGN_AEAD_NONCE, inner, length);
	return frame;
}

struct rte_mbuf *
kit_sealed(const uint8_t *sealed, uint32_t length)
{
	struct rte_mbuf *frame = begin(length);

	memcpy(kit_payload(frame), sealed, length);
	return frame;
}

struct rte_mbuf *
kit_copy(const struct rte_mbuf *frame)
{
	return kit_sealed(kit_payload(frame), kit_payload_length(frame));
}

uint32_t
kit_payload_length(const struct rte_mbuf *frame)
{
	return frame->data_len - KIT_AT;
}

uint8_t *
kit_payload(const struct rte_mbuf *frame)
{
	uint8_t *all = frame->buf_addr;
	uint32_t begin_at = frame->data_off + KIT_AT, end = begin_at + kit_payload_length(frame);

	for (uint32_t i = 0; i < frame->buf_len; i++) {
		if (i < begin_at || i >= end)
			assert_int_equal(all[i], PATTERN);
	}
	return all + begin_at;
}

struct pgn_aead_job
kit_job(enum pgn_aead_task task, struct rte_mbuf *frame)
{
	return (struct pgn_aead_job){.frame = frame, .at = KIT_AT, .task = (uint8_t)task};
}

void
kit_do(struct pgn_aead_keyset *keyset, struct pgn_aead_job *jobs, unsigned int n)
{
	uint64_t end = rte_get_tsc_cycles() + 20 * rte_get_tsc_hz();
	unsigned int done = 0;

	if (!pgn_aead_device_is_async(kit.device)) {
		pgn_aead_process(kit.lane, keyset, jobs, n);
		return;
	}
	assert_int_equal(pgn_aead_submit(kit.lane, keyset, jobs, n), n);
	assert_int_equal(pgn_aead_in_flight(kit.lane), n);
	while (done < n) {
		done += pgn_aead_collect(kit.lane, jobs + done, n - done);
		assert_true(rte_get_tsc_cycles() < end);
	}
	assert_int_equal(pgn_aead_in_flight(kit.lane), 0);
}

enum pgn_aead_verdict
kit_do_one(struct pgn_aead_keyset *keyset, struct pgn_aead_job job)
{
	kit_do(keyset, &job, 1);
	rte_pktmbuf_free(job.frame);
	rte_pktmbuf_free(job.kept);
	return job.verdict;
}

void
kit_count_up(uint8_t *bytes, uint32_t length)
{
	for (uint32_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)i;
}

struct rte_mbuf *
kit_seal(struct pgn_aead_keyset *keyset, uint32_t length)
{
	struct pgn_aead_job job;
	uint8_t inner[2048];

	kit_count_up(inner, length);
	job = kit_job(PGN_AEAD_SEAL, kit_clear(inner, length));
	kit_do(keyset, &job, 1);
	assert_int_equal(job.verdict, PGN_AEAD_GOOD);
	return job.frame;
}
