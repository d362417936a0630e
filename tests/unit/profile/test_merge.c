/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <unistd.h>

#include "files.h"

#define X553 0x808615c4

static void
assert_from(const struct pgn_profile *profile, enum pgn_profile_id id, uint32_t number,
	    const char *file)
{
	assert_int_equal(profile->value[id].number, number);
	assert_string_equal(profile->value[id].file, file);
}

static void
test_layers(void **state)
{
	struct pgn_profile profile = {0};
	struct files files;

	(void)state;
	write_file("net_a.conf",
		   "profile net_a { driver = {net_a, net_a_vf} port { rxd = 64 txd = 64 "
		   "burst = 4 rxq = 2 mtu = 600 } }");
	write_file("net_a.x.conf", "profile net_a.x { driver = net_a pci = {\"8086:15c4\"} port { "
				   "txd = 128 burst = 5 rxq = 3 mtu = 700 } }");
	read_good(&files);
	unlink("net_a.conf");
	unlink("net_a.x.conf");
	write_file("10.conf",
		   "profile here { driver = net_a port { burst = 6 rxq = 4 mtu = 800 } }");
	write_file("20.conf", "profile here { driver = net_a port { rxq = 5 mtu = 900 } }");
	read_files(&files, PGN_LAYER_LOCAL);
	assert_string_equal(files.errors, "");
	profile.value[PGN_PROFILE_MTU] =
		(struct pgn_profile_value){.file = "node.conf", .line = 3, .number = 1000};

	pgn_profiles_merge(&files.set, &profile, "net_a", X553, true);
	assert_from(&profile, PGN_PROFILE_MTU, 1000, "node.conf");
	assert_from(&profile, PGN_PROFILE_RXQ, 5, "./20.conf");
	assert_from(&profile, PGN_PROFILE_BURST, 6, "./10.conf");
	assert_from(&profile, PGN_PROFILE_TXD, 128, "./net_a.x.conf");
	assert_from(&profile, PGN_PROFILE_RXD, 64, "./net_a.conf");
	assert_from(&profile, PGN_PROFILE_LSC, PGN_PROFILE_NO, "built-in");

	memset(&profile, 0, sizeof(profile));
	pgn_profiles_merge(&files.set, &profile, "net_a", X553 + 1, true);
	assert_from(&profile, PGN_PROFILE_TXD, 64, "./net_a.conf");

	memset(&profile, 0, sizeof(profile));
	pgn_profiles_merge(&files.set, &profile, "net_a_vf", X553, true);
	assert_from(&profile, PGN_PROFILE_TXD, 64, "./net_a.conf");
	assert_from(&profile, PGN_PROFILE_BURST, 4, "./net_a.conf");
	pgn_profiles_free(&files.set);
}

static void
test_built_in(void **state)
{
	const struct pgn_profiles none = {0};
	struct pgn_profile profile = {0};

	(void)state;
	pgn_profiles_merge(&none, &profile, "", 0, true);
	assert_from(&profile, PGN_PROFILE_MODE, PGN_PROFILE_VFIO, "built-in");
	assert_from(&profile, PGN_PROFILE_MIN_TX, 60, "built-in");
	assert_from(&profile, PGN_PROFILE_RXD, 512, "built-in");
	for (unsigned int id = 0; id < PGN_PROFILE_VALUES; id++)
		assert_string_equal(profile.value[id].file, "built-in");
	memset(&profile, 0, sizeof(profile));
	pgn_profiles_merge(&none, &profile, "", 0, false);
	assert_from(&profile, PGN_PROFILE_MODE, PGN_PROFILE_NONE, "built-in");
	assert_from(&profile, PGN_PROFILE_MIN_TX, 0, "built-in");
}

static void
test_driver_of(void **state)
{
	struct files files;

	(void)state;
	write_file("a.conf", "profile net_virtio { driver = net_virtio }\n"
			     "profile net_virtio_user { driver = net_virtio_user "
			     "device = {virtio_user, fm} }");
	read_good(&files);
	assert_string_equal(pgn_profiles_driver_of(&files.set, "net_virtio0"), "net_virtio");
	assert_string_equal(pgn_profiles_driver_of(&files.set, "net_virtio_user0"),
			    "net_virtio_user");
	assert_string_equal(pgn_profiles_driver_of(&files.set, "virtio_user7"), "net_virtio_user");
	assert_string_equal(pgn_profiles_driver_of(&files.set, "fm1"), "net_virtio_user");
	assert_null(pgn_profiles_driver_of(&files.set, "net_tap0"));
	assert_null(pgn_profiles_base(&files.set, "net_tap"));
	pgn_profiles_free(&files.set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_layers, enter_directory, leave_directory),
		cmocka_unit_test(test_built_in),
		cmocka_unit_test_setup_teardown(test_driver_of, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
