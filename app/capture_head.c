/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "capture_head.h"

/** Of draft-ietf-opsawg-pcapng; all in the machine's byte order, which the section header tells. */
enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	ORDER_MAGIC = 0x1a2b3c4d,
	LINK_ETHERNET = 1,
	OPTION_END = 0,
	OPTION_PROGRAM = 4, /* of a section */
	OPTION_NAME = 2,    /* of an interface, as those that follow */
	OPTION_DESCRIPTION = 3,
	OPTION_MAC = 6,
	OPTION_RESOLUTION = 9
};

struct section {
	uint32_t type, length, byte_order;
	uint16_t major, minor;
	uint64_t section_length;
};

struct interface {
	uint32_t type, length;
	uint16_t link, reserved;
	uint32_t longest;
};

static uint8_t *
put(uint8_t *to, const void *data, size_t length)
{
	memcpy(to, data, length);
	return to + length;
}

/** Padded to 4 bytes, which its length does not count. */
static uint8_t *
put_option(uint8_t *to, uint16_t code, const void *data, size_t length)
{
	static const uint8_t padding[3] = {0};
	const uint16_t head[] = {code, (uint16_t)length};

	to = put(put(to, head, sizeof(head)), data, length);
	return put(to, padding, -length % 4);
}

static uint8_t *
put_text(uint8_t *to, uint16_t code, const char *text)
{
	return put_option(to, code, text, strlen(text));
}

/** A block ends with its length, which is its second word as well. */
static uint8_t *
end_block(uint8_t *block, uint8_t *to)
{
	uint32_t length;

	to = put_option(to, OPTION_END, "", 0);
	length = (uint32_t)(to - block + sizeof(length));
	memcpy(block + sizeof(uint32_t), &length, sizeof(length));
	return put(to, &length, sizeof(length));
}

static uint8_t *
put_section(uint8_t *block)
{
	const struct section section = {
		.type = BLOCK_SECTION,
		.byte_order = ORDER_MAGIC,
		.major = 1,
		.section_length = UINT64_MAX, /* not known */
	};
	uint8_t *to = put(block, &section, sizeof(section));

	to = put_text(to, OPTION_PROGRAM, "peregrine " PGN_VERSION);
	return end_block(block, to);
}

static uint8_t *
put_interface(uint8_t *block, const struct pgn_capture_interface *i)
{
	static const uint8_t nanoseconds = 9; /* 10 to the power of minus 9 s */
	const struct interface interface = {.type = BLOCK_INTERFACE, .link = LINK_ETHERNET};
	uint8_t *to = put(block, &interface, sizeof(interface));

	to = put_text(to, OPTION_NAME, i->name);
	to = put_text(to, OPTION_DESCRIPTION, i->device);
	to = put_option(to, OPTION_MAC, i->mac.b, sizeof(i->mac.b));
	to = put_option(to, OPTION_RESOLUTION, &nanoseconds, sizeof(nanoseconds));
	return end_block(block, to);
}

size_t
pgn_capture_head(uint8_t head[PGN_CAPTURE_HEAD], const struct pgn_capture_interface *interfaces,
		 unsigned int count)
{
	uint8_t *to = put_section(head);

	for (unsigned int i = 0; i < count; i++)
		to = put_interface(to, &interfaces[i]);
	return (size_t)(to - head);
}
