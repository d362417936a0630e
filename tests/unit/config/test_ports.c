/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "load.h"

static void
assert_port(const char *port, const char *device, bool is_pci)
{
	struct load load;
	char text[512];

	snprintf(text, sizeof(text),
		 "node { role = rsu }\n" TAP "wire air0 { # radio\n\n port = \"%s\" }\n", port);
	load_good(&load, text, NULL);
	assert_string_equal(load.config.wire[0].name, "air0");
	assert_string_equal(load.config.wire[0].port, port);
	assert_string_equal(load.config.wire[0].device, device);
	assert_int_equal(load.config.wire[0].is_pci, is_pci);
	assert_int_equal(load.config.wire[0].line, 5);
}

static void
assert_no_port(const char *port, const char *found)
{
	char text[512], line[512];

	snprintf(text, sizeof(text), "wire air0 {\nport = \"%s\" }\n", port);
	snprintf(line, sizeof(line),
		 "node.conf:2: wire air0: port: found \"%s\", allowed a PCI address such as "
		 "\"0000:03:00.0\" or a vdev such as \"net_af_packet0,iface=eth0\", at most 255 "
		 "characters",
		 found);
	assert_refused(text, line);
}

static void
test_pci(void **state)
{
	static const char *const bad[] = {
		"0000:03:20.0", "0000:03:00.8", "03:00",      "03:00.",        "0000:03:00.0 ",
		"0000:03:00",   "3:00.0",       "003:00.0",   "000:03:00.0",   "00000:03:00.0",
		"0000.03:00.0", "0000:03.00:0", "0x:03:00.0", "0000:03:00.00", "0000:030:0.0",
		"0000:03:000.", "-000:03:00.0", "g3:00.0",    "0300000",       "::::::.",
	};

	(void)state;
	assert_port("0000:03:00.0", "0000:03:00.0", true);
	assert_port("03:00.1", "0000:03:00.1", true);
	assert_port("ABCD:EF:1F.7", "abcd:ef:1f.7", true);
	assert_port("ae:00.0", "0000:ae:00.0", true);
	assert_port("03:00.0,class=eth,x=1", "0000:03:00.0", true);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_no_port(bad[i], bad[i]);
}

static void
test_vdev(void **state)
{
	static const char *const bad[] = {
		"",       ",iface=eth0", "0net",  "_net",      "net af",
		"net+af", "net:0",       "net/0", " net_tap0",
	};
	char port[257];
	char found[] = "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn...";

	(void)state;
	assert_port("net_af_packet0,iface=veth0,qpairs=1", "net_af_packet0", false);
	assert_port("net_null", "net_null", false);
	assert_port("virtio_user0,path=/dev/vhost-net", "virtio_user0", false);
	assert_port("eth_x.1", "eth_x.1", false);
	assert_port("fm1-mac3", "fm1-mac3", false);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_no_port(bad[i], bad[i]);
	assert_no_port("net_tap0,iface=a\\nb", "net_tap0,iface=a\\x0ab");

	memset(port, 'n', sizeof(port));
	port[255] = '\0';
	assert_port(port, port, false);
	port[255] = 'n';
	port[256] = '\0';
	assert_no_port(port, found);
}

static void
test_four_wires(void **state)
{
	static const char four[] = "node { role = rsu }\n" TAP "wire a { port = net_null0 }\n"
				   "wire b { port = \"03:00.0\" }\nwire c { port = net_null2 }\n"
				   "wire d { port = net_null3 }\n";
	static const char *const names[] = {"a", "b", "c", "d"};
	static const char *const devices[] = {"net_null0", "0000:03:00.0", "net_null2",
					      "net_null3"};
	struct load load;
	char five[512];

	(void)state;
	load_good(&load, four, NULL);
	assert_int_equal(load.config.wire_count, 4);
	for (unsigned int i = 0; i < 4; i++) {
		assert_string_equal(load.config.wire[i].name, names[i]);
		assert_string_equal(load.config.wire[i].device, devices[i]);
		assert_int_equal(load.config.wire[i].line, i + 3);
	}
	assert_string_equal(load.config.tap.port.device, "net_tap0");
	assert_int_equal(load.config.tap.port.line, 2);

	snprintf(five, sizeof(five), "%swire e {\n port = net_null4 }\n", four);
	assert_refused(five, "node.conf:7: wire: found 5, allowed one to four");
}

static void
test_same_port(void **state)
{
	struct load load;

	(void)state;
	assert_refused("wire a { port = net_null0 }\nwire b {\nport = \"net_null0,copy=1\" }\n",
		       "node.conf:3: wire b: port: found \"net_null0,copy=1\", allowed a port that "
		       "wire a does not have (line 1)");
	assert_refused("wire a {\n\nport = \"0000:0A:00.0\" }\nwire b { port = \"0a:00.0\" }\n",
		       "node.conf:4: wire b: port: found \"0a:00.0\", allowed a port that wire a "
		       "does not have (line 3)");
	assert_refused("wire a { port = \"net_af_packet0,iface=e0,qpairs=1\" }\n"
		       "wire c { port = \"net_af_packet2,iface=e\" }\n"
		       "wire d { port = \"net_af_packet3,iface=e00\" }\n"
		       "wire b { port = \"net_af_xdp1,iface=e0\" }\n",
		       "node.conf:4: wire b: port: found \"net_af_xdp1,iface=e0\", allowed a port "
		       "that wire a does not have (line 1)");
	assert_refused("wire a { port = net_tap0 }\n" TAP,
		       "node.conf:2: tap.port: found \"net_tap0\", allowed a port that wire a does "
		       "not have (line 1)");
	assert_refused(
		TAP "wire a { port = net_tap0 }\n",
		"node.conf:2: wire a: port: found \"net_tap0\", allowed a port that tap does "
		"not have (line 1)");
	load_good(&load,
		  "node { role = rsu }\ntap { port = \"net_tap0,iface=t0\" }\n"
		  "wire a { port = \"net_af_packet0,iface=e0\" }\n"
		  "wire b { port = \"net_af_packet1,iface=e1\" }\n"
		  "wire c { port = \"03:00.0\" }\nwire d { port = \"03:00.1\" }\n",
		  NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pci),
		cmocka_unit_test(test_vdev),
		cmocka_unit_test(test_four_wires),
		cmocka_unit_test(test_same_port),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
