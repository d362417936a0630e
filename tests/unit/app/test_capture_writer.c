/* SPDX-License-Identifier: BSD-3-Clause */
/* The thread that writes a capture: how long a file covers, and what a cut-off write leaves. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <rte_mbuf.h>

#include "capture_tap.h"
#include "capture_writer.h"
#include "directory.h"
#include "test_eal.h"

#define BLOCK 64
#define BURST 64 /* as many as are written at once */
#define HEAD "what each file begins with"

static struct pgn_capture_writer writer;
static struct rte_mempool *pool;
static struct rlimit file_limit;
static _Atomic time_t now, uptime;

time_t __wrap_time(time_t *result);
int __wrap_clock_gettime(clockid_t clock, struct timespec *result);

time_t
__wrap_time(time_t *result)
{
	(void)result;
	return atomic_load(&now);
}

int
__wrap_clock_gettime(clockid_t clock, struct timespec *result)
{
	result->tv_sec = atomic_load(clock == CLOCK_MONOTONIC ? &uptime : &now);
	result->tv_nsec = 0;
	return 0;
}

static int
set_up(void **state)
{
	atomic_store(&now, 1700000000);
	atomic_store(&uptime, 60);
	getrlimit(RLIMIT_FSIZE, &file_limit);
	if (enter_directory(state) != 0)
		return -1;
	pool = rte_pktmbuf_pool_create("blocks", 255, 0, 0, 2048, SOCKET_ID_ANY);
	writer = (struct pgn_capture_writer){
		.ring = rte_ring_create("blocks", 128, SOCKET_ID_ANY, RING_F_SC_DEQ),
		.series = {.directory = open(".", O_RDONLY | O_DIRECTORY), .group = getegid()},
		.request = {.size_mb = 1, .time_h = 1, .files = 8},
		.head = HEAD,
		.head_bytes = sizeof(HEAD) - 1,
	};
	pgn_capture_prefix(writer.series.prefix, "rsu", "air0", true, false);
	return pool == NULL || writer.ring == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	setrlimit(RLIMIT_FSIZE, &file_limit);
	pgn_capture_writer_close(&writer);
	rte_ring_free(writer.ring);
	assert_int_equal(rte_mempool_in_use_count(pool), 0);
	rte_mempool_free(pool);
	return leave_directory(state);
}

/** A block as a worker makes it, of so many segments. */
static void
give_block_of(unsigned int segments)
{
	struct rte_mbuf *first = NULL;

	for (unsigned int i = 0; i < segments; i++) {
		struct rte_mbuf *m = rte_pktmbuf_alloc(pool);

		m->data_len = BLOCK;
		m->pkt_len = BLOCK;
		memset(rte_pktmbuf_mtod(m, void *), (int)i, BLOCK);
		if (first == NULL)
			first = m;
		else
			assert_int_equal(rte_pktmbuf_chain(first, m), 0);
	}
	assert_int_equal(rte_ring_enqueue(writer.ring, first), 0);
}

static void
give_block(void)
{
	give_block_of(1);
}

/** Until so many were written or lost. */
static void
wait_for(uint64_t frames, uint64_t lost)
{
	while (atomic_load(&writer.frames) < frames || atomic_load(&writer.lost) < lost)
		usleep(1000);
	assert_int_equal(atomic_load(&writer.frames), frames);
	assert_int_equal(atomic_load(&writer.lost), lost);
}

static void
finish(void)
{
	atomic_store(&writer.finish, true);
	pgn_capture_writer_join(&writer);
}

static void
let_pass(time_t seconds)
{
	atomic_fetch_add(&now, seconds);
	atomic_fetch_add(&uptime, seconds);
}

static void
a_file_covers_its_hours(void **state)
{
	char first[PGN_CAPTURE_NAME], name[PGN_CAPTURE_NAME];

	(void)state;
	assert_int_equal(pgn_capture_writer_start(&writer), 0);
	pgn_capture_writer_name(&writer, first);
	assert_string_equal(first, "rsu_air0_In_20231114_221320.pcapng");
	let_pass(3599);
	give_block();
	wait_for(1, 0);
	pgn_capture_writer_name(&writer, name);
	assert_string_equal(name, first);
	let_pass(1);
	give_block();
	wait_for(2, 0);
	pgn_capture_writer_name(&writer, name);
	assert_string_equal(name, "rsu_air0_In_20231114_231320.pcapng");
	finish();
}

/* The clock is put back by years, then right: neither ends a file, nor keeps it from its end. */
static void
the_clock_is_set(void **state)
{
	static const char earlier[] = "rsu_air0_In_20991231_000000.pcapng";
	char first[PGN_CAPTURE_NAME], name[PGN_CAPTURE_NAME];
	int fd = open(earlier, O_WRONLY | O_CREAT, 0600);

	(void)state;
	close(fd);
	writer.request.files = 2;
	assert_int_equal(pgn_capture_writer_start(&writer), 0);
	pgn_capture_writer_name(&writer, first);
	atomic_store(&now, 100);
	let_pass(3599);
	give_block();
	wait_for(1, 0);
	pgn_capture_writer_name(&writer, name);
	assert_string_equal(name, first);
	let_pass(1);
	give_block();
	wait_for(2, 0);
	pgn_capture_writer_name(&writer, name);
	assert_string_equal(name, "rsu_air0_In_19700101_010140.pcapng");
	assert_int_equal(access(first, F_OK), 0);
	assert_int_not_equal(access(earlier, F_OK), 0);
	atomic_fetch_add(&now, 1700000000);
	give_block();
	wait_for(3, 0);
	pgn_capture_writer_name(&writer, name);
	assert_string_equal(name, "rsu_air0_In_19700101_010140.pcapng");
	finish();
}

/* More segments than the kernel is given at once. */
static void
a_file_has_its_head_and_whole_blocks(void **state)
{
	char text[sizeof(HEAD) + 3 * BLOCK * BURST] = "";
	char name[PGN_CAPTURE_NAME];
	size_t length = sizeof(HEAD) - 1;
	int fd;

	(void)state;
	for (unsigned int i = 0; i < BURST; i++)
		give_block_of(3);
	assert_int_equal(pgn_capture_writer_start(&writer), 0);
	wait_for(BURST, 0);
	pgn_capture_writer_name(&writer, name);
	finish();
	assert_int_equal(atomic_load(&writer.bytes), length + 3 * BLOCK * BURST);
	fd = open(name, O_RDONLY);
	assert_int_equal(read(fd, text, sizeof(text)), length + 3 * BLOCK * BURST);
	close(fd);
	assert_memory_equal(text, HEAD, length);
	for (unsigned int i = 0; i < 3 * BURST; i++) {
		/* The time of a frame is put into its first bytes. */
		assert_int_equal(text[length + BLOCK * i + BLOCK / 2], i % 3);
		assert_int_equal(text[length + BLOCK * i + BLOCK - 1], i % 3);
	}
}

/* The file may grow by one block and a half: the second is lost, and no half of it stays. */
static void
write_to_a_full_disk(bool stop_when_full, const char *why)
{
	struct rlimit limit;
	char name[PGN_CAPTURE_NAME];
	struct stat file;

	signal(SIGXFSZ, SIG_IGN);
	writer.request.stop_when_full = stop_when_full;
	assert_int_equal(pgn_capture_writer_start(&writer), 0);
	pgn_capture_writer_name(&writer, name);
	assert_int_equal(stat(name, &file), 0);
	limit = (struct rlimit){(rlim_t)file.st_size + BLOCK + BLOCK / 2, file_limit.rlim_max};
	setrlimit(RLIMIT_FSIZE, &limit);
	give_block();
	wait_for(1, 0);
	give_block();
	wait_for(1, 1);
	finish();
	setrlimit(RLIMIT_FSIZE, &file_limit);
	assert_int_equal(atomic_load(&writer.bytes), file.st_size + BLOCK);
	assert_int_equal(stat(name, &file), 0);
	assert_int_equal(atomic_load(&writer.bytes), file.st_size);
	assert_string_equal(writer.why, why);
}

static void
what_is_cut_off_is_taken_back_and_lost(void **state)
{
	(void)state;
	write_to_a_full_disk(true, "the disk is full");
}

/* The oldest file goes, but not the one that is written. */
static void
the_only_file_is_not_deleted(void **state)
{
	(void)state;
	write_to_a_full_disk(false, "the disk is full, and no older file is there to delete");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_covers_its_hours, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_clock_is_set, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_file_has_its_head_and_whole_blocks, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_cut_off_is_taken_back_and_lost, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_only_file_is_not_deleted, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, test_eal_start, test_eal_stop);
}
