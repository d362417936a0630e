/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "gen.h"
#include "pgn_aead.h"

static struct pgn_aead_device *device;
static struct pgn_aead_keyset *keyset;
static struct pgn_aead_lane *lane;

int
gen_seal_open(const char *file)
{
	char why[PGN_AEAD_WHY];
	struct pgn_aead_keys *keys = pgn_aead_keys_read(file, why);
	int ret = 1;

	if (keys == NULL) {
		fprintf(stderr, "pgn-gen: --seal: %s\n", why);
		return 2;
	}
	device = pgn_aead_device_open("auto", 1, SOCKET_ID_ANY, why);
	if (device == NULL) {
		fprintf(stderr, "pgn-gen: --seal: %s\n", why);
	} else if (pgn_aead_device_is_async(device)) {
		fprintf(stderr, "pgn-gen: --seal: no crypto device works while one waits\n");
	} else {
		keyset = pgn_aead_keyset_create(device, keys);
		lane = pgn_aead_lane_open(device, 0, SOCKET_ID_ANY);
		ret = keyset == NULL || lane == NULL;
		if (ret != 0)
			fprintf(stderr, "pgn-gen: --seal: %s\n", strerror(errno));
	}
	pgn_aead_keys_free(keys);
	return ret;
}

void
gen_seal_close(void)
{
	pgn_aead_lane_close(lane);
	pgn_aead_keyset_destroy(keyset);
	pgn_aead_device_close(device);
}

static void
process(struct rte_mbuf **frames, unsigned int n, unsigned int header, enum pgn_aead_task task,
	bool *good)
{
	/* To be opened under another key a frame must be there as it came. */
	bool keep = task == PGN_AEAD_OPEN && pgn_aead_keyset_count(keyset) > 1;
	struct pgn_aead_job job[GEN_BURST];

	for (unsigned int i = 0; i < n; i++)
		job[i] = (struct pgn_aead_job){
			.frame = frames[i],
			.kept = keep ? rte_pktmbuf_copy(frames[i], frames[i]->pool, 0, UINT32_MAX)
				     : NULL,
			.at = (uint16_t)header,
			.task = (uint8_t)task};
	pgn_aead_process(lane, keyset, job, n);
	for (unsigned int i = 0; i < n; i++) {
		if (good != NULL)
			good[i] = job[i].verdict == PGN_AEAD_GOOD;
		rte_pktmbuf_free(job[i].kept);
	}
}

void
gen_seal(struct rte_mbuf **frames, unsigned int n, unsigned int header)
{
	process(frames, n, header, PGN_AEAD_SEAL, NULL);
}

void
gen_unseal(struct rte_mbuf **frames, unsigned int n, unsigned int header, bool *good)
{
	process(frames, n, header, PGN_AEAD_OPEN, good);
}
