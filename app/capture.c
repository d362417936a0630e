/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rte_errno.h>
#include <rte_pcapng.h>

#include "capture.h"
#include "log.h"

/** Frames that wait to be written; the ring holds all there are. */
#define FRAMES 2047
#define FRAME_BYTES 1518

static int
fail(char *why, size_t size, int error, const char *what)
{
	snprintf(why, size, "%s: %s", what, strerror(error));
	return -error;
}

/** Of anonymous memory: the node's own was reckoned without captures, and no port sees these. */
static struct rte_mempool *
create_pool(void)
{
	struct rte_pktmbuf_pool_private private = {
		.mbuf_data_room_size = (uint16_t)rte_pcapng_mbuf_size(FRAME_BYTES)};
	struct rte_mempool *pool = rte_mempool_create_empty(
		"pgn_capture", FRAMES, sizeof(struct rte_mbuf) + private.mbuf_data_room_size, 0,
		sizeof(private), SOCKET_ID_ANY, RTE_MEMPOOL_F_NO_IOVA_CONTIG);

	if (pool == NULL)
		return NULL;
	if (rte_mempool_set_ops_byname(pool, "ring_mp_mc", NULL) == 0) {
		rte_pktmbuf_pool_init(pool, &private);
		if (rte_mempool_populate_anon(pool) == FRAMES) {
			rte_mempool_obj_iter(pool, rte_pktmbuf_init, NULL);
			return pool;
		}
	}
	rte_mempool_free(pool);
	rte_errno = ENOMEM;
	return NULL;
}

static int
open_tap(struct pgn_capture *c, char *why, size_t size)
{
	struct pgn_capture_tap *tap = &c->tap;

	tap->pool = create_pool();
	if (tap->pool == NULL)
		return fail(why, size, rte_errno, "memory for frames");
	tap->ring = rte_ring_create("pgn_capture", FRAMES + 1, SOCKET_ID_ANY, RING_F_SC_DEQ);
	if (tap->ring == NULL) {
		rte_mempool_free(tap->pool);
		return fail(why, size, rte_errno, "memory for a ring");
	}
	return 0;
}

static void
close_tap(struct pgn_capture *c)
{
	if (rte_mempool_in_use_count(c->tap.pool) != 0)
		pgn_log(LOG_ERR, "capture: %u frames are not back",
			rte_mempool_in_use_count(c->tap.pool));
	rte_ring_free(c->tap.ring);
	rte_mempool_free(c->tap.pool);
}

/** What of which ports; -EINVAL: there is no such port. */
static int
choose(struct pgn_capture *c, const struct pgn_capture_request *request, char *why, size_t size)
{
	bool all = strcmp(request->port, "all") == 0;
	uint32_t ports = 0;
	size_t length;

	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++) {
		if (c->ports[i].config != NULL &&
		    (all || strcmp(c->ports[i].config->name, request->port) == 0))
			ports |= UINT32_C(1) << i;
	}
	c->tap.filter = (struct pgn_capture_filter){.kinds = request->kinds,
						    .has_mac = request->has_mac,
						    .mac = request->mac,
						    .sealed = c->node->sealing != NULL,
						    .marker = c->node->id.marker};
	c->tap.in = request->in ? ports : 0;
	c->tap.out = request->out ? ports : 0;
	if (ports != 0)
		return 0;
	length = (size_t)snprintf(why, size, "port: found \"%s\", allowed all", request->port);
	for (unsigned int i = 0; i < PGN_MAX_PORTS && length < size; i++) {
		if (c->ports[i].config != NULL)
			length += (size_t)snprintf(why + length, size - length, ", %s",
						   c->ports[i].config->name);
	}
	return -EINVAL;
}

static int
open_directory(struct pgn_capture *c, char *why, size_t size)
{
	struct pgn_capture_request *request = &c->writer.request;
	struct pgn_capture_series *series = &c->writer.series;
	char what[PGN_PATH_MAX + 16];

	if (request->directory[0] == '\0') {
		snprintf(request->directory, sizeof(request->directory), "%s",
			 c->config->capture.directory);
		mkdir(request->directory, 0755);
	}
	series->directory = open(request->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (series->directory < 0) {
		snprintf(what, sizeof(what), "directory %s", request->directory);
		return fail(why, size, errno, what);
	}
	series->group = c->group;
	series->own_count = 0;
	pgn_capture_prefix(series->prefix, c->config->name, request->port, request->in,
			   request->out);
	return 0;
}

/** All ports, those too that are away. */
static void
name_interfaces(struct pgn_capture *c)
{
	struct pgn_capture_interface interfaces[PGN_MAX_PORTS];
	unsigned int count = 0;

	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++) {
		const struct pgn_port *port = &c->ports[i];

		if (port->config == NULL)
			continue;
		c->tap.interface[i] = count;
		interfaces[count++] = (struct pgn_capture_interface){
			.name = port->config->name, .device = port->config->port, .mac = port->mac};
	}
	c->writer.head_bytes = pgn_capture_head(c->writer.head, interfaces, count);
}

static uint64_t
lost_by_workers(const struct pgn_capture *c)
{
	uint64_t lost = 0;

	for (unsigned int w = 0; w < c->workers->count; w++)
		lost += atomic_load_explicit(
			(const _Atomic uint64_t *)&c->workers->counters[w].capture_lost,
			memory_order_relaxed);
	return lost;
}

static void
show_workers(struct pgn_capture *c, struct pgn_capture_tap *tap)
{
	for (unsigned int w = 0; w < c->workers->count; w++)
		atomic_store_explicit(&c->workers->worker[w].capture, tap, memory_order_release);
}

int
pgn_capture_start(struct pgn_capture *c, const struct pgn_capture_request *request, char *why,
		  size_t size)
{
	struct pgn_capture_writer *writer = &c->writer;
	int ret;

	if (c->state != PGN_CAPTURE_OFF) {
		snprintf(why, size,
			 c->state == PGN_CAPTURE_ON ? "a capture runs: stop it first"
						    : "the last capture is still being "
						      "written: try again");
		return -EBUSY;
	}
	ret = choose(c, request, why, size);
	if (ret != 0)
		return ret;
	writer->request = *request;
	ret = open_directory(c, why, size);
	if (ret != 0)
		return ret;
	ret = open_tap(c, why, size);
	if (ret != 0)
		goto close_directory;
	name_interfaces(c);
	writer->ring = c->tap.ring;
	ret = pgn_capture_writer_start(writer);
	if (ret != 0) {
		snprintf(why, size, "%s: %s", writer->request.directory, writer->why);
		goto close_tap;
	}
	c->lost_before = lost_by_workers(c);
	c->state = PGN_CAPTURE_ON;
	show_workers(c, &c->tap);
	pgn_log(LOG_NOTICE, "capture of %s begins in %s, with %zu KB of memory", request->port,
		writer->request.directory,
		FRAMES * (sizeof(struct rte_mbuf) + rte_pktmbuf_data_room_size(c->tap.pool)) /
			1024);
	return 0;

close_tap:
	close_tap(c);
close_directory:
	close(writer->series.directory);
	return ret;
}

static void
leave(struct pgn_capture *c)
{
	show_workers(c, NULL);
	c->token = pgn_fib_mark(c->node->fib);
	c->state = PGN_CAPTURE_LEAVING;
}

int
pgn_capture_stop(struct pgn_capture *c, char *why, size_t size)
{
	if (c->state != PGN_CAPTURE_ON) {
		snprintf(why, size, "no capture runs");
		return -ENOENT;
	}
	leave(c);
	return 0;
}

void
pgn_capture_status(struct pgn_capture *c, struct pgn_capture_status *status)
{
	struct pgn_capture_writer *writer = &c->writer;
	char name[PGN_CAPTURE_NAME];

	*status = c->last;
	if (c->state == PGN_CAPTURE_OFF)
		return;
	*status = (struct pgn_capture_status){
		.running = true,
		.frames = atomic_load_explicit(&writer->frames, memory_order_relaxed),
		.bytes = atomic_load_explicit(&writer->bytes, memory_order_relaxed),
		.lost = atomic_load_explicit(&writer->lost, memory_order_relaxed) +
			lost_by_workers(c) - c->lost_before,
	};
	pgn_capture_writer_name(writer, name);
	snprintf(status->file, sizeof(status->file), "%s/%s", writer->request.directory, name);
	if (atomic_load_explicit(&writer->ended, memory_order_acquire))
		snprintf(status->ended, sizeof(status->ended), "%s", writer->why);
}

/** The writer is done, or about to be. */
static void
finish(struct pgn_capture *c)
{
	pgn_capture_writer_join(&c->writer);
	pgn_capture_status(c, &c->last);
	c->last.running = false;
	pgn_capture_writer_close(&c->writer);
	close_tap(c);
	c->state = PGN_CAPTURE_OFF;
	pgn_log(c->last.ended[0] != '\0' ? LOG_WARNING : LOG_NOTICE,
		"capture ends%s%s: %ju frames, %ju bytes, %ju lost",
		c->last.ended[0] != '\0' ? ", " : "", c->last.ended, (uintmax_t)c->last.frames,
		(uintmax_t)c->last.bytes, (uintmax_t)c->last.lost);
}

void
pgn_capture_turn(struct pgn_capture *c)
{
	struct pgn_capture_writer *writer = &c->writer;

	if (c->state == PGN_CAPTURE_ON &&
	    atomic_load_explicit(&writer->ended, memory_order_acquire))
		leave(c);
	if (c->state == PGN_CAPTURE_LEAVING && pgn_fib_passed(c->node->fib, c->token)) {
		atomic_store_explicit(&writer->finish, true, memory_order_release);
		c->state = PGN_CAPTURE_FINISHING;
	}
	if (c->state == PGN_CAPTURE_FINISHING &&
	    atomic_load_explicit(&writer->gone, memory_order_acquire))
		finish(c);
}

void
pgn_capture_close(struct pgn_capture *c)
{
	if (c->state == PGN_CAPTURE_OFF)
		return;
	show_workers(c, NULL);
	atomic_store_explicit(&c->writer.finish, true, memory_order_release);
	finish(c);
}
