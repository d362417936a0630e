/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "load.h"

#define NODE_KEYS                                                                                 \
	"role, name, hello_periodicity, hello_history, cached_candidates, dead_after, max_hops, " \
	"ethertype, max_nodes, max_rsus, max_clients, rsu_allow, control_rate, "                  \
	"neighbour_rate, idle"
#define PROFILE_KEYS "rxq, txq, rxd, txd, burst, promisc, lsc, rxintr, min_tx, devargs, env"
#define SECTIONS "node, wire, tap, workers, aead, control, capture, pool, eal, log"
#define PORT_ALLOWED                                                \
	"a PCI address such as \"0000:03:00.0\" or a vdev such as " \
	"\"net_af_packet0,iface=eth0\", at most 255 characters"
#define TITLE_ALLOWED "letters, digits, _ and -, at most 31, and not tap"

static void
test_unknown(void **state)
{
	(void)state;
	assert_refused("node {\n role = rsu\n\n helo = 1\n}\n" PORTS,
		       "node.conf:4: node.helo: unknown key, allowed " NODE_KEYS);
	assert_refused("node { ROLE = rsu }",
		       "node.conf:1: node.ROLE: unknown key, allowed " NODE_KEYS);
	assert_refused(
		"\n\nwire air0 { speed = 1500 }",
		"node.conf:3: wire air0: speed: unknown key, allowed port, mtu, " PROFILE_KEYS);
	assert_refused(
		"tap { prt = net_tap0 }",
		"node.conf:1: tap.prt: unknown key, allowed port, ip, mtu, lan, " PROFILE_KEYS);
	assert_refused("node { role = rsu }\nradio { }",
		       "node.conf:2: radio: unknown section, allowed " SECTIONS);
	assert_refused("role = rsu", "node.conf:1: role: unknown section, allowed " SECTIONS);
	assert_refused("node { tap { } }",
		       "node.conf:1: node.tap: unknown key, allowed " NODE_KEYS);
	assert_refused("node { role = rsu }\n\"node|role\" = obu",
		       "node.conf:2: role: unknown section, allowed " SECTIONS);
	assert_refused("node { role = rsu }\n \"\" = 1 }", "node.conf:2: syntax error");
	assert_refused("node { role = rsu\n\n \"\" = 1 }", "node.conf:3: syntax error");
}

static void
test_missing(void **state)
{
	(void)state;
	assert_refused("", "node.conf: wire: found none, allowed one to four");
	assert_refused("node { role = rsu }\n" TAP,
		       "node.conf: wire: found none, allowed one to four");
	assert_refused("node { role = rsu }\n" WIRE, "node.conf: tap: found none, allowed one");
	assert_refused("\nwire air0 {\n}\n",
		       "node.conf:3: wire air0: port: missing, allowed " PORT_ALLOWED);
	assert_refused("\n\ntap {\n mtu = 1500\n\n}\n",
		       "node.conf:3: tap.port: missing, allowed " PORT_ALLOWED);
	assert_refused("tap { ip = \"10.0.0.1/24\" }",
		       "node.conf:1: tap.port: missing, allowed " PORT_ALLOWED);
}

static void
test_twice(void **state)
{
	(void)state;
	assert_refused("node {\n role = rsu\n idle = busy\n role = rsu\n}\n" PORTS,
		       "node.conf:4: node.role: found twice, first at line 2, allowed once");
	assert_refused("node { role = rsu }\n" PORTS "\nnode { idle = busy }\n",
		       "node.conf:5: node: found 2, allowed one");
	assert_refused("node { role = rsu }\n" PORTS "\nnode { }\n",
		       "node.conf:5: node: found 2, allowed one");
	assert_refused(TAP TAP, "node.conf:2: tap: found 2, allowed one");
	assert_refused("pool { }\npool { }", "node.conf:2: pool: found 2, allowed one");
	assert_refused("eal { }\neal { }", "node.conf:2: eal: found 2, allowed one");
	assert_refused("log { }\nlog { }", "node.conf:2: log: found 2, allowed one");
	assert_refused(WIRE "wire air0 { port = net_null1 }\n",
		       "node.conf:2: wire: found \"air0\" twice, allowed once");
	assert_refused("wire a-0 { port = net_null0 }\nwire a__0 { port = net_null1 }\n",
		       "node.conf:2: wire: found \"a__0\", allowed a name that differs from a-0 in "
		       "more than - and _");
	assert_refused("wire -tap { port = net_null0 }\n",
		       "node.conf:1: wire: found \"-tap\", allowed a name that differs from tap in "
		       "more than - and _");
}

static void
test_titles(void **state)
{
	struct load load;

	(void)state;
	load_good(&load,
		  "node { role = rsu }\n" TAP
		  "wire abcdefghijklmnopqrstuvwxyz-_123 { port = net_null0 }\n",
		  NULL);
	assert_string_equal(load.config.wire[0].name, "abcdefghijklmnopqrstuvwxyz-_123");
	assert_refused("wire abcdefghijklmnopqrstuvwxyz-_1234 { port = net_null0 }",
		       "node.conf:1: wire: found \"abcdefghijklmnopqrstuvwxyz-_1234\", "
		       "allowed " TITLE_ALLOWED);
	assert_refused("wire tap { port = net_null0 }",
		       "node.conf:1: wire: found \"tap\", allowed " TITLE_ALLOWED);
	assert_refused("wire \"\" { }", "node.conf:1: wire: found \"\", allowed " TITLE_ALLOWED);
	assert_refused("wire \"a b\" { helo = 1 }",
		       "node.conf:1: wire: found \"a b\", allowed " TITLE_ALLOWED);
	assert_refused("wire air.0 { }",
		       "node.conf:1: wire: found \"air.0\", allowed " TITLE_ALLOWED);
	assert_refused("\nwire { port = net_null0 }",
		       "node.conf:2: missing title for section 'wire'");
	assert_refused("node x { role = rsu }",
		       "node.conf:1: missing opening brace for section 'node'");
}

/* Whatever stands above it, an error names the line an editor shows. */
static void
test_lines(void **state)
{
	static const char *const above[] = {
		"",
		"\n\n\n",
		"# one\n# two\n",
		"// one\n\n/////// two\n",
		"/* one */\n/* two\n three\n\n**/ /**/\n",
		"#\n//\n/**/\n",
		"log { level = debug } # \"{\n",
		"log {\n\n  to = stderr # {\n  level # key\n  =\n  // value\n  debug\n}\n",
		"eal { options = \"# no // comment /* { \\\" \\\\\" }\n",
		"eal { options = '# no // comment /* { \" \\' ' }\n",
		"pool { cache = 1 }\r\nlog { to = stderr }\r\n",
		"# \x01\xff \xc3\xa4 in a comment\n/* \x01\xff */\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(above) / sizeof(above[0]); i++) {
		char text[512], line[256];
		unsigned int lines = 0;

		for (const char *c = above[i]; *c != '\0'; c++)
			lines += *c == '\n';
		snprintf(text, sizeof(text), "%snode { /* { */\n# }\nmax_hops = 0 }", above[i]);
		snprintf(line, sizeof(line),
			 "node.conf:%u: node.max_hops: found \"0\", allowed 1 to 255", lines + 3);
		assert_refused(text, line);
		snprintf(text, sizeof(text), "%snode {\n\n}\n# }\nradio { }", above[i]);
		snprintf(line, sizeof(line), "node.conf:%u: radio: unknown section, allowed %s",
			 lines + 5, SECTIONS);
		assert_refused(text, line);
	}
}

static void
test_syntax(void **state)
{
	(void)state;
	assert_refused("node {\n role rsu\n}",
		       "node.conf:2: missing equal sign after option 'role'");
	assert_refused("node {\n role =\n}", "node.conf:3: unexpected token '}'");
	assert_refused("node { role = , }", "node.conf:1: unexpected token ','");
	assert_refused("node { = rsu }", "node.conf:1: unexpected token '='");
	assert_refused("node { role = rsu }\n}\n", "node.conf:2: unexpected closing brace");
	assert_refused("node { role = { rsu } }", "node.conf:1: unexpected token '{'");
	assert_refused("\nnode", "node.conf:2: premature end of file");
	assert_refused("\nnode {\n role = rsu\n pool {\n\n",
		       "node.conf:2: section is never closed");
	assert_refused("node { }\n\ntap {", "node.conf:3: section is never closed");
	assert_refused("node { }\n/* {\n", "node.conf:2: comment is never closed");
	assert_refused("/*/", "node.conf:1: comment is never closed");
	assert_refused("\nnode { role = \"rsu\n }\n",
		       "node.conf:2: string is not closed on its line");
	assert_refused("node { role = 'rsu", "node.conf:1: string is not closed on its line");
	assert_refused("node { role = 'rsu\\", "node.conf:1: string is not closed on its line");
	assert_refused("eal { options = \"a \\\n b\" }",
		       "node.conf:1: string is not closed on its line");
	assert_refused("eal { options = \"\\777\" }", "node.conf:1: invalid octal number '\\777'");
	assert_refused("eal { options = \"\\9\" }", "node.conf:1: bad escape sequence '\\9'");
}

/* What libconfuse would pass over or put in by itself. */
static void
test_refused_characters(void **state)
{
	struct load load;

	(void)state;
	setenv("ROLE", "rsu", 1);
	assert_refused("node { role = *rsu }", "node.conf:1: found \"*\", allowed in quotes only");
	assert_refused("node { role += rsu }", "node.conf:1: found \"+\", allowed in quotes only");
	assert_refused("node { role = ${ROLE} }",
		       "node.conf:1: found \"$\", allowed in quotes only");
	assert_refused("node { role = \"${ROLE}\" }",
		       "node.conf:1: found \"${\", allowed in single quotes only");
	assert_refused("node { role = '${ROLE}' }",
		       "node.conf:1: node.role: found \"${ROLE}\", allowed rsu, obu");
	assert_refused("node|role = rsu", "node.conf:1: found \"|\", allowed in quotes only");
	assert_refused("node { role = rsu// no\n }",
		       "node.conf:1: found \"//\" within a word, allowed behind a blank or in "
		       "quotes");
	assert_refused("node { role = rsu/* no */ }",
		       "node.conf:1: found \"/*\" within a word, allowed behind a blank or in "
		       "quotes");
	load_good(&load, "node {/**/role='rsu'// yes\n}// yes\n" PORTS "# yes", NULL);
	load_good(&load, "node { role = rsu# yes\n}\n" PORTS, NULL);
}

static void
assert_bytes_refused(const void *bytes, size_t length, const char *line)
{
	struct load load;

	load_bytes(&load, bytes, length, NULL);
	assert_string_equal(load.errors, line);
	assert_int_equal(load.result, -EINVAL);
}

static void
test_binary(void **state)
{
	static const unsigned char elf[] = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0};
	static const char after[] = "node { role = rsu }\n" PORTS "\n\0rubbish";
	static const char in_string[] = "\nnode { role = \"rs\0u\" }\n" PORTS;
	static const char in_comment[] = "# a \0 b\n";
	static const unsigned char latin[] = "node { r\xf6le = rsu }";

	(void)state;
	assert_bytes_refused(elf, sizeof(elf),
			     "node.conf:1: found byte 0x7f, allowed ASCII text\n");
	assert_bytes_refused(after, sizeof(after) - 1,
			     "node.conf:5: found byte 0x00, allowed ASCII text\n");
	assert_bytes_refused(in_string, sizeof(in_string) - 1,
			     "node.conf:2: string is not closed on its line\n");
	assert_bytes_refused(in_comment, sizeof(in_comment) - 1,
			     "node.conf:1: found byte 0x00, allowed ASCII text\n");
	assert_bytes_refused(latin, sizeof(latin) - 1,
			     "node.conf:1: found byte 0xf6, allowed ASCII text\n");
	assert_bytes_refused("node { role = \"\x1b[31m\n", 22,
			     "node.conf:1: string is not closed on its line\n");
	assert_bytes_refused("node { role = \"\x1b[31m\" }", 23,
			     "node.conf:1: node.role: found \"\\x1b[31m\", allowed rsu, obu\n");
}

static void
test_size(void **state)
{
	struct load load;
	char *text = malloc(65537);
	const char good[] = "node { role = rsu }\n" PORTS;

	(void)state;
	assert_non_null(text);
	memset(text, '\n', 65537);
	memcpy(text, good, strlen(good));
	load_bytes(&load, text, 65536, NULL);
	assert_int_equal(load.result, 0);
	assert_bytes_refused(text, 65537, "node.conf: allowed at most 65536 bytes\n");
	free(text);
}

static void
test_file(void **state)
{
	struct load load;
	char name[300], line[400];

	(void)state;
	load_file(&load, "none.conf", NULL);
	assert_string_equal(load.errors, "none.conf: cannot open: No such file or directory\n");
	assert_int_equal(load.result, -ENOENT);
	load_file(&load, "", NULL);
	assert_string_equal(load.errors, ": cannot open: No such file or directory\n");

	assert_int_equal(mkdir("folder", 0700), 0);
	load_file(&load, "folder", NULL);
	assert_int_equal(rmdir("folder"), 0);
	assert_string_equal(load.errors, "folder: cannot read: Is a directory\n");
	assert_int_equal(load.result, -EISDIR);

	memset(name, 'f', sizeof(name));
	name[256] = '\0';
	load_file(&load, name, NULL);
	snprintf(line, sizeof(line), "%.64s...: cannot open: File name too long\n", name);
	assert_string_equal(load.errors, line);
	assert_int_equal(load.result, -ENAMETOOLONG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_titles),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_syntax),
		cmocka_unit_test(test_refused_characters),
		cmocka_unit_test(test_binary),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
