/* SPDX-License-Identifier: BSD-3-Clause */
/* Where key bytes are in memory, on the device that the first argument names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "kit.h"
#include "memory_scan.h"
#include "test_eal.h"

#define SKIP 77
#define MASK 0x5a

/** Keys as they never lie in memory: byte by byte another value. */
static const uint8_t masked[2][PGN_AEAD_KEY] = {
	"masked key one, of thirty-two by",
	"masked key two, of thirty-two by",
};

static struct memory_scan
scan(unsigned int key)
{
	return memory_scan(masked[key], PGN_AEAD_KEY, MASK);
}

/** By a file that is written without its text ever being in memory as a whole. */
static struct pgn_aead_keys *
read_keys(void)
{
	char name[] = "/tmp/pgn-test-secret-XXXXXX", why[PGN_AEAD_WHY] = "";
	struct pgn_aead_keys *keys;
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	for (unsigned int k = 0; k < 2; k++) {
		for (unsigned int i = 0; i < PGN_AEAD_KEY; i++) {
			char digits[3];

			snprintf(digits, sizeof(digits), "%02x", masked[k][i] ^ MASK);
			assert_int_equal(write(fd, digits, 2), 2);
		}
		assert_int_equal(write(fd, "\n", 1), 1);
	}
	close(fd);
	keys = pgn_aead_keys_read(name, why);
	assert_int_equal(unlink(name), 0);
	assert_non_null(keys);
	return keys;
}

/** In hexadecimal, as the file has it: its first 16 digits. */
static struct memory_scan
scan_text(unsigned int key)
{
	uint8_t digits[16];

	for (unsigned int i = 0; i < 8; i++) {
		char two[3];

		snprintf(two, sizeof(two), "%02x", masked[key][i] ^ MASK);
		digits[2 * i] = (uint8_t)(two[0] ^ MASK);
		digits[2 * i + 1] = (uint8_t)(two[1] ^ MASK);
	}
	return memory_scan(digits, sizeof(digits), MASK);
}

static void
keys_are_only_where_no_dump_takes_them(void **state)
{
	struct pgn_aead_keys *keys = read_keys();

	(void)state;
	for (unsigned int k = 0; k < 2; k++) {
		assert_int_equal(scan(k).dumped, 0);
		assert_int_equal(scan(k).hidden, 1);
		assert_int_equal(scan_text(k).dumped + scan_text(k).hidden, 0);
	}
	pgn_aead_keys_free(keys);
	for (unsigned int k = 0; k < 2; k++)
		assert_int_equal(scan(k).dumped + scan(k).hidden, 0);
}

static void
use(struct pgn_aead_keyset *keyset)
{
	struct pgn_aead_job job = kit_job(PGN_AEAD_SEAL, kit_clear((const uint8_t *)"inner", 5));

	kit_do(keyset, &job, 1);
	job.task = PGN_AEAD_OPEN;
	assert_int_equal(kit_do_one(keyset, job), PGN_AEAD_GOOD);
}

static void
what_devices_make_of_keys_is_hidden_and_wiped(void **state)
{
	struct pgn_aead_keys *keys = read_keys();
	struct pgn_aead_keyset *keyset;
	bool dumps = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1;

	(void)state;
	keyset = pgn_aead_keyset_create(kit.device, keys);
	assert_non_null(keyset);
	pgn_aead_keys_free(keys);
	use(keyset);
	/* A schedule of round keys begins with the key. */
	assert_true(scan(0).hidden + scan(0).dumped >= 1);
	if (strcmp(pgn_aead_device_name(kit.device), "crypto_openssl") == 0)
		assert_false(dumps);
	else
		assert_int_equal(scan(0).dumped + scan(1).dumped, 0);
	pgn_aead_keyset_destroy(keyset);
	for (unsigned int k = 0; k < 2; k++)
		assert_int_equal(scan(k).dumped + scan(k).hidden, 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_only_where_no_dump_takes_them),
		cmocka_unit_test(what_devices_make_of_keys_is_hidden_and_wiped),
	};

	if (argc != 2 || test_eal_start(NULL) != 0)
		return 1;
	if (!memory_scan_works()) {
		puts("/proc/self/smaps does not tell here which memory no dump takes");
		return SKIP;
	}
	if (!kit_open(argv[1], 1))
		return SKIP;
	return kit_end(cmocka_run_group_tests(tests, NULL, NULL));
}
