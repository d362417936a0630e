/* SPDX-License-Identifier: BSD-3-Clause */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

#include <rte_lcore.h>
#include <rte_mbuf.h>

#include "capture_tap.h"
#include "capture_writer.h"
#include "clock.h"

#define BURST 64
/** Segments that are written at once: few frames have two. */
#define PARTS (2 * BURST)
#define NICE 10
/** How long it sleeps when there is nothing to write. */
#define PAUSE_US 1000
#define MB (UINT64_C(1) << 20)

static_assert(PGN_CAPTURE_FILES_MAX <= PGN_CAPTURE_OWN, "it knows all of its files that are kept");

/** Seconds that go on whatever the time is set to: many a node learns it after its start. */
static time_t
steady_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static void
close_file(struct pgn_capture_writer *w)
{
	if (w->file >= 0)
		close(w->file);
	w->file = -1;
}

static void
end(struct pgn_capture_writer *w, const char *what, int error)
{
	snprintf(w->why, sizeof(w->why), "%s%s%s", what, error != 0 ? ": " : "",
		 error != 0 ? strerror(error) : "");
	atomic_store_explicit(&w->ended, true, memory_order_release);
	close_file(w);
}

static void
set_name(struct pgn_capture_writer *w, const char *name)
{
	pthread_mutex_lock(&w->lock);
	snprintf(w->name, sizeof(w->name), "%s", name);
	pthread_mutex_unlock(&w->lock);
}

void
pgn_capture_writer_name(struct pgn_capture_writer *w, char name[PGN_CAPTURE_NAME])
{
	pthread_mutex_lock(&w->lock);
	memcpy(name, w->name, sizeof(w->name));
	pthread_mutex_unlock(&w->lock);
}

/** One more file; -errno: none, and nothing is left of it. */
static int
open_file(struct pgn_capture_writer *w)
{
	char name[PGN_CAPTURE_NAME];
	ssize_t written;
	int error;

	w->began = steady_s();
	w->file = pgn_capture_create(&w->series, time(NULL), name);
	if (w->file < 0)
		return w->file;
	written = write(w->file, w->head, w->head_bytes);
	if (written != (ssize_t)w->head_bytes) {
		error = written < 0 ? errno : ENOSPC;
		close_file(w);
		unlinkat(w->series.directory, name, 0);
		return -error;
	}
	w->file_bytes = w->head_bytes;
	atomic_fetch_add_explicit(&w->bytes, w->file_bytes, memory_order_relaxed);
	set_name(w, name);
	return 0;
}

static bool
is_full(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

/** The disk is full: the oldest file but the one that is written goes. False: that was the end. */
static bool
make_room(struct pgn_capture_writer *w)
{
	char oldest[PGN_CAPTURE_NAME];

	if (w->request.stop_when_full) {
		end(w, "the disk is full", 0);
		return false;
	}
	if (pgn_capture_survey(&w->series, w->name, oldest) <= 0 ||
	    unlinkat(w->series.directory, oldest, 0) != 0) {
		end(w, "the disk is full, and no older file is there to delete", 0);
		return false;
	}
	return true;
}

/** The next file of the ring; false: there is none, and never will be. */
static bool
turn_over(struct pgn_capture_writer *w)
{
	char oldest[PGN_CAPTURE_NAME];
	int ret;

	close_file(w);
	if (w->request.stop_when_full &&
	    pgn_capture_survey(&w->series, NULL, oldest) >= (int)w->request.files) {
		end(w, "as many files as shall be are full", 0);
		return false;
	}
	ret = pgn_capture_prune(&w->series, (int)w->request.files - 1);
	if (ret == 0)
		ret = open_file(w);
	while (ret < 0 && is_full(-ret) && make_room(w))
		ret = open_file(w);
	if (ret < 0 && !atomic_load_explicit(&w->ended, memory_order_relaxed))
		end(w, "a new file", -ret);
	return ret == 0;
}

/** Bytes of n frames as they are written. */
static uint64_t
sum_bytes(struct rte_mbuf *const *frames, unsigned int n)
{
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < n; i++)
		bytes += frames[i]->pkt_len;
	return bytes;
}

/** From the time of the TSC to UTC, as the clock is now. */
static void
tell_time(struct rte_mbuf *const *frames, unsigned int n)
{
	uint64_t now_ns = pgn_utc_ns();
	uint64_t now = rte_rdtsc();

	for (unsigned int i = 0; i < n; i++) {
		struct pgn_capture_block *block =
			rte_pktmbuf_mtod(frames[i], struct pgn_capture_block *);
		uint64_t then = (uint64_t)block->time.high << 32 | block->time.low;

		/* Another lcore's TSC may be a little ahead. */
		block->time =
			pgn_capture_time(now_ns - (then < now ? pgn_cycles_ns(now - then) : 0));
	}
}

/** What was written of some frames only is taken back, so that the file stays whole. */
static void
take_back(struct pgn_capture_writer *w, unsigned int n, int error)
{
	atomic_fetch_add_explicit(&w->lost, n, memory_order_relaxed);
	if (ftruncate(w->file, (off_t)w->file_bytes) != 0 ||
	    lseek(w->file, (off_t)w->file_bytes, SEEK_SET) < 0)
		end(w, "a file that was cut", errno);
	else if (!is_full(error))
		end(w, "a write", error);
	else
		make_room(w);
}

/** 0 or a negative errno. */
static int
write_parts(int file, const struct iovec *part, int count)
{
	ssize_t bytes = 0, written;

	for (int i = 0; i < count; i++)
		bytes += (ssize_t)part[i].iov_len;
	written = writev(file, part, count);
	if (written < 0)
		return -errno;
	return written == bytes ? 0 : -ENOSPC;
}

/** 0 or a negative errno; then some of them may be in the file, the last one cut. */
static int
write_blocks(int file, struct rte_mbuf *const *frames, unsigned int n)
{
	struct iovec part[PARTS];
	int count = 0, ret = 0;

	for (unsigned int i = 0; i < n; i++) {
		for (struct rte_mbuf *m = frames[i]; m != NULL && ret == 0; m = m->next) {
			part[count++] = (struct iovec){.iov_base = rte_pktmbuf_mtod(m, void *),
						       .iov_len = m->data_len};
			if (count < PARTS)
				continue;
			ret = write_parts(file, part, count);
			count = 0;
		}
	}
	return ret == 0 ? write_parts(file, part, count) : ret;
}

static void
write_frames(struct pgn_capture_writer *w, struct rte_mbuf **frames, unsigned int n)
{
	uint64_t bytes = sum_bytes(frames, n);
	int ret;

	if (w->file_bytes + bytes > w->request.size_mb * MB ||
	    steady_s() - w->began >= (time_t)w->request.time_h * 3600) {
		if (!turn_over(w)) {
			atomic_fetch_add_explicit(&w->lost, n, memory_order_relaxed);
			return;
		}
	}
	tell_time(frames, n);
	ret = write_blocks(w->file, frames, n);
	if (ret != 0) {
		take_back(w, n, -ret);
		return;
	}
	w->file_bytes += bytes;
	atomic_fetch_add_explicit(&w->bytes, bytes, memory_order_relaxed);
	atomic_fetch_add_explicit(&w->frames, n, memory_order_relaxed);
}

static void *
run(void *context)
{
	struct pgn_capture_writer *w = context;

	setpriority(PRIO_PROCESS, (id_t)rte_gettid(), NICE);
	for (;;) {
		/* Looked at first: what is in the ring then is all there is. */
		bool finish = atomic_load_explicit(&w->finish, memory_order_acquire);
		struct rte_mbuf *frames[BURST];
		unsigned int n = rte_ring_sc_dequeue_burst(w->ring, (void **)frames, BURST, NULL);

		if (n == 0 && finish)
			break;
		if (n == 0) {
			usleep(PAUSE_US);
			continue;
		}
		if (!atomic_load_explicit(&w->ended, memory_order_relaxed))
			write_frames(w, frames, n);
		rte_pktmbuf_free_bulk(frames, n);
	}
	close_file(w);
	atomic_store_explicit(&w->gone, true, memory_order_release);
	return NULL;
}

int
pgn_capture_writer_start(struct pgn_capture_writer *w)
{
	int ret;

	w->file = -1;
	w->why[0] = '\0';
	atomic_init(&w->finish, false);
	atomic_init(&w->ended, false);
	atomic_init(&w->gone, false);
	atomic_init(&w->frames, 0);
	atomic_init(&w->bytes, 0);
	atomic_init(&w->lost, 0);
	pthread_mutex_init(&w->lock, NULL);
	set_name(w, "");
	if (!turn_over(w))
		return -EIO;
	ret = -rte_ctrl_thread_create(&w->thread, "pgn-capture", NULL, run, w);
	if (ret != 0) {
		end(w, "a thread", ret < 0 ? -ret : ret);
		return -EAGAIN;
	}
	return 0;
}

void
pgn_capture_writer_join(struct pgn_capture_writer *w)
{
	pthread_join(w->thread, NULL);
}

void
pgn_capture_writer_close(struct pgn_capture_writer *w)
{
	pthread_mutex_destroy(&w->lock);
	close(w->series.directory);
}
