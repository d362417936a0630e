/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include "load.h"

#define NODE "node { role = rsu }\n"

static void
payloads_are_clear_unless_keys_are_named(void **state)
{
	struct load load;

	(void)state;
	load_good(&load, NODE PORTS, NULL);
	assert_string_equal(load.config.aead.key_file, "");
}

static void
keys_and_device(void **state)
{
	struct load load;

	(void)state;
	load_good(&load, NODE PORTS "aead { key_file = \"/etc/keys\" }\n", NULL);
	assert_string_equal(load.config.aead.key_file, "/etc/keys");
	assert_string_equal(load.config.aead.device.port, "auto");
	assert_false(load.config.aead.device.is_pci);
	load_good(&load, NODE PORTS "aead { key_file = k\n device = crypto_openssl }\n", NULL);
	assert_string_equal(load.config.aead.device.port, "crypto_openssl");
	assert_int_equal(load.config.aead.device.line, 5);
	load_good(&load, NODE PORTS "aead { key_file = k device = \"03:00.1\" }\n", NULL);
	assert_string_equal(load.config.aead.device.device, "0000:03:00.1");
	assert_true(load.config.aead.device.is_pci);
}

static void
what_is_wrong(void **state)
{
#define FILE_ALLOWED "the path of a file, at most 255 printable characters"
	char text[512], error[512];

	(void)state;
	assert_refused(NODE PORTS "aead { }\n",
		       "node.conf:4: aead.key_file: missing, allowed " FILE_ALLOWED);
	assert_refused(NODE PORTS "aead { key_file = \"\" }\n",
		       "node.conf:4: aead.key_file: found \"\", allowed " FILE_ALLOWED);
	assert_refused(NODE PORTS "aead { key_file = k\nkey_file = k }\n",
		       "node.conf:5: aead.key_file: found twice, first at line 4, allowed once");
	assert_refused(NODE PORTS "aead { keys = k }\n",
		       "node.conf:4: aead.keys: unknown key, allowed key_file, device");
	assert_refused(NODE PORTS "aead { key_file = k device = \"/dev/x\" }\n",
		       "node.conf:4: aead.device: found \"/dev/x\", allowed auto, or a crypto "
		       "device: a vdev such as \"crypto_openssl\" or a PCI address, at most 255 "
		       "characters");
	assert_refused(NODE PORTS "aead { key_file = k }\naead { key_file = k }\n",
		       "node.conf:5: aead: found 2, allowed one");

	snprintf(text, sizeof(text), NODE PORTS "aead { key_file = \"%0256d\" }\n", 0);
	snprintf(error, sizeof(error),
		 "node.conf:4: aead.key_file: found \"%064d...\", allowed " FILE_ALLOWED, 0);
	assert_refused(text, error);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(payloads_are_clear_unless_keys_are_named),
		cmocka_unit_test(keys_and_device),
		cmocka_unit_test(what_is_wrong),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
