/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_mbuf_pool_ops.h>
#include <rte_memzone.h>

#include "mempool.h"

static void
free_zone(struct rte_mempool_memhdr *chunk, void *zone)
{
	(void)chunk;
	rte_memzone_free(zone);
}

/** All objects end to end in one zone, whose IO address is its virtual one. */
static int
populate_densely(struct rte_mempool *mempool, int socket)
{
	size_t object = mempool->header_size + mempool->elt_size + mempool->trailer_size;
	const struct rte_memzone *zone;
	char name[RTE_MEMZONE_NAMESIZE];
	int rc;

	snprintf(name, sizeof(name), "%.26s_mbuf", mempool->name);
	zone = rte_memzone_reserve_aligned(name, object * mempool->size, socket, 0,
					   RTE_CACHE_LINE_SIZE);
	if (zone == NULL)
		return -rte_errno;
	rc = rte_mempool_populate_iova(mempool, zone->addr, (rte_iova_t)(uintptr_t)zone->addr,
				       zone->len, free_zone, (void *)(uintptr_t)zone);
	if (rc <= 0)
		rte_memzone_free(zone);
	return rc == (int)mempool->size ? 0 : rc < 0 ? rc : -ENOMEM;
}

static struct rte_mempool *
create_dense(const char *name, uint32_t count, uint32_t cache, uint16_t data_room, int socket)
{
	struct rte_pktmbuf_pool_private private = {.mbuf_data_room_size = data_room};
	struct rte_mempool *mempool =
		rte_mempool_create_empty(name, count, sizeof(struct rte_mbuf) + data_room, cache,
					 sizeof(private), socket, RTE_MEMPOOL_F_NO_IOVA_CONTIG);
	int rc;

	if (mempool == NULL)
		return NULL;
	rc = rte_mempool_set_ops_byname(mempool, rte_mbuf_best_mempool_ops(), NULL);
	if (rc == 0) {
		rte_pktmbuf_pool_init(mempool, &private);
		rc = populate_densely(mempool, socket);
	}
	if (rc != 0) {
		rte_mempool_free(mempool);
		rte_errno = -rc;
		return NULL;
	}
	rte_mempool_obj_iter(mempool, rte_pktmbuf_init, NULL);
	return mempool;
}

/*
 * Without hugepages rte_mempool lets no object cross a page of 4 KB: one of 2,368 bytes then takes
 * a page, and all mbufs begin at the same place of one, so that 32 of them fight for the eight ways
 * of one set of a first-level cache. Where addresses are virtual no object needs that.
 */
struct rte_mempool *
pgn_mempool_create(const char *name, uint32_t count, uint32_t cache, uint16_t data_room, int socket)
{
	if (count > 0 && !rte_eal_has_hugepages() && rte_eal_iova_mode() == RTE_IOVA_VA)
		return create_dense(name, count, cache, data_room, socket);
	return rte_pktmbuf_pool_create(name, count, cache, 0, data_room, socket);
}
