/* SPDX-License-Identifier: BSD-3-Clause */
/** Bursts sealed, and sealed and opened, beside AES-256-GCM straight from libipsec-mb. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "any_key.h"
#include "bench.h"
#include "pgn_aead.h"

#ifdef HAVE_IPSEC_MB
#include <intel-ipsec-mb.h>
#endif

#define BURST 32
#define HEADER 28 /* in front of a payload */
#define BAR 1.3

/** A burst of one size, for both. */
struct aead_context {
	struct pgn_aead_lane *lane;
	struct pgn_aead_keyset *keyset;
	uint32_t size; /**< of an inner frame */
	struct rte_mbuf *mbuf[BURST];
	struct pgn_aead_job job[BURST];
};

static void
process(struct aead_context *c, enum pgn_aead_task task)
{
	for (unsigned int i = 0; i < BURST; i++)
		c->job[i] = (struct pgn_aead_job){
			.frame = c->mbuf[i], .at = HEADER, .task = (uint8_t)task};
	pgn_aead_process(c->lane, c->keyset, c->job, BURST);
	for (unsigned int i = 0; i < BURST; i++) {
		if (c->job[i].verdict != PGN_AEAD_GOOD)
			abort();
	}
}

static void
seal(void *context, uint64_t rounds)
{
	while (rounds-- > 0)
		process(context, PGN_AEAD_SEAL);
}

static void
seal_and_open(void *context, uint64_t rounds)
{
	while (rounds-- > 0) {
		process(context, PGN_AEAD_SEAL);
		process(context, PGN_AEAD_OPEN);
	}
}

#ifdef HAVE_IPSEC_MB

static IMB_MGR *manager;
static struct gcm_key_data key_data __attribute__((aligned(64)));

static int
straight_open(void)
{
	manager = alloc_mb_mgr(0);
	if (manager == NULL)
		return -ENOMEM;
	init_mb_mgr_auto(manager, NULL);
	IMB_AES256_GCM_PRE(manager, any_key, &key_data);
	return 0;
}

static inline void
straight_seal_burst(const struct aead_context *c)
{
	struct gcm_context_data state;

	for (unsigned int i = 0; i < BURST; i++) {
		uint8_t *nonce = rte_pktmbuf_mtod_offset(c->mbuf[i], uint8_t *, HEADER);
		uint8_t *inner = nonce + PGN_AEAD_NONCE;

		IMB_AES256_GCM_ENC(manager, &key_data, &state, inner, inner, c->size, nonce, NULL,
				   0, inner + c->size, PGN_AEAD_TAG);
	}
}

static inline void
straight_open_burst(const struct aead_context *c)
{
	struct gcm_context_data state;

	for (unsigned int i = 0; i < BURST; i++) {
		uint8_t *nonce = rte_pktmbuf_mtod_offset(c->mbuf[i], uint8_t *, HEADER);
		uint8_t *inner = nonce + PGN_AEAD_NONCE, tag[PGN_AEAD_TAG];

		IMB_AES256_GCM_DEC(manager, &key_data, &state, inner, inner, c->size, nonce, NULL,
				   0, tag, sizeof(tag));
		if (memcmp(tag, inner + c->size, sizeof(tag)) != 0)
			abort();
	}
}

static void
straight_seal(void *context, uint64_t rounds)
{
	while (rounds-- > 0)
		straight_seal_burst(context);
}

static void
straight_seal_and_open(void *context, uint64_t rounds)
{
	while (rounds-- > 0) {
		straight_seal_burst(context);
		straight_open_burst(context);
	}
}

/** As crypto_aesni_gcm has it: what one call does, in three. */
static void
straight_seal_in_parts(void *context, uint64_t rounds)
{
	const struct aead_context *c = context;
	struct gcm_context_data state;

	while (rounds-- > 0) {
		for (unsigned int i = 0; i < BURST; i++) {
			uint8_t *nonce = rte_pktmbuf_mtod_offset(c->mbuf[i], uint8_t *, HEADER);
			uint8_t *inner = nonce + PGN_AEAD_NONCE;

			IMB_AES256_GCM_INIT(manager, &key_data, &state, nonce, NULL, 0);
			IMB_AES256_GCM_ENC_UPDATE(manager, &key_data, &state, inner, inner,
						  c->size);
			IMB_AES256_GCM_ENC_FINALIZE(manager, &key_data, &state, inner + c->size,
						    PGN_AEAD_TAG);
		}
	}
}

static int
add_parts(struct bench_rows *rows, struct aead_context *c)
{
	struct bench_row *row =
		bench_add(rows, "cycles/frame", "aead/%u/libipsec-mb-in-three-calls", c->size);

	if (row == NULL)
		return -ENOSPC;
	row->work.run = straight_seal_in_parts;
	row->work.context = c;
	row->work.operations = BURST;
	row->yardstick =
		(struct bench_work){.run = straight_seal, .context = c, .operations = BURST};
	snprintf(row->yardstick.name, sizeof(row->yardstick.name), "in one call");
	return 0;
}

static void
set_yardstick(struct bench_row *row, struct aead_context *c, bool opens)
{
	row->yardstick = (struct bench_work){.run = opens ? straight_seal_and_open : straight_seal,
					     .context = c,
					     .operations = row->work.operations};
	snprintf(row->yardstick.name, sizeof(row->yardstick.name), "the same, libipsec-mb");
	row->bar = (struct bench_bar){.times = BAR, .set = true};
}

#else

static int
straight_open(void)
{
	return 0;
}

static int
add_parts(struct bench_rows *rows, struct aead_context *c)
{
	(void)rows;
	(void)c;
	return 0;
}

static void
set_yardstick(struct bench_row *row, struct aead_context *c, bool opens)
{
	(void)row;
	(void)c;
	(void)opens;
}

#endif

static int
add_size(struct bench_rows *rows, struct pgn_bufpool *pool, struct pgn_aead_lane *lane,
	 struct pgn_aead_keyset *keyset, uint32_t size)
{
	struct aead_context *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return -ENOMEM;
	*c = (struct aead_context){.lane = lane, .keyset = keyset, .size = size};
	if (pgn_bufpool_get_bulk(pool, PGN_CLASS_1500_CAPACITY, c->mbuf, BURST) != 0)
		return -ENOBUFS;
	for (unsigned int i = 0; i < BURST; i++)
		memset(rte_pktmbuf_append(c->mbuf[i],
					  (uint16_t)(HEADER + size + PGN_AEAD_OVERHEAD)),
		       (int)i, HEADER + size + PGN_AEAD_OVERHEAD);
	for (unsigned int opens = 0; opens < 2; opens++) {
		struct bench_row *row = bench_add(rows, "cycles/frame", "aead/%u/%s", size,
						  opens != 0 ? "seal+open" : "seal");

		if (row == NULL)
			return -ENOSPC;
		row->work.run = opens != 0 ? seal_and_open : seal;
		row->work.context = c;
		row->work.operations = BURST << opens;
		set_yardstick(row, c, opens != 0);
	}
	return add_parts(rows, c);
}

static struct pgn_aead_device *device;
static struct pgn_aead_keyset *keyset;
static struct pgn_aead_lane *lane;

void
rows_aead_close(void)
{
	pgn_aead_lane_close(lane);
	pgn_aead_keyset_destroy(keyset);
	pgn_aead_device_close(device);
}

int
rows_aead(struct bench_rows *rows, struct pgn_bufpool *pool)
{
	static const uint32_t sizes[] = {64, 256, 512, 1436};
	char why[PGN_AEAD_WHY];
	struct pgn_aead_keys *keys;
	int ret = straight_open();

	device = pgn_aead_device_open("auto", 1, SOCKET_ID_ANY, why);
	/* Only what works while one waits can be held against a function call. */
	if (device == NULL || pgn_aead_device_is_async(device)) {
		fprintf(stderr, "pgn-micro: no aead rows: %s\n",
			device == NULL ? why : "no crypto device works while one waits");
		return 0;
	}
	keys = any_key_read();
	if (keys == NULL)
		return -EIO;
	keyset = pgn_aead_keyset_create(device, keys);
	pgn_aead_keys_free(keys);
	lane = pgn_aead_lane_open(device, 0, SOCKET_ID_ANY);
	if (keyset == NULL || lane == NULL)
		return -ENOMEM;
	for (unsigned int i = 0; i < RTE_DIM(sizes) && ret == 0; i++)
		ret = add_size(rows, pool, lane, keyset, sizes[i]);
	return ret;
}
