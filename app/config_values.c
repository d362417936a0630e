/* SPDX-License-Identifier: BSD-3-Clause */
#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "config_values.h"

#define LCORES_MAX (PGN_WORKERS_MAX + 1) /* the control loop may have one of its own */
#define LCORE_ID_MAX 1023

static_assert(LCORES_MAX == 17, "PGN_LCORES_ALLOWED says 17");
static_assert(PGN_PATH_MAX == 256, "PGN_PATH_ALLOWED says 255");
static_assert(PGN_RSU_ALLOW_MAX == 64, "PGN_RSU_ALLOW_ALLOWED says 64");
static_assert(sizeof(enum pgn_role_id) == sizeof(uint32_t), "a choice has 4 bytes");

bool
pgn_parse_digits(const char *text, uint32_t least, uint32_t most, uint32_t *number)
{
	int base = strncasecmp(text, "0x", 2) == 0 ? 16 : 10;
	int status;

	if (!isdigit((unsigned char)text[0]))
		return false;
	*number = (uint32_t)strtou(text, NULL, base, least, most, &status);
	return status == 0;
}

static void
store(void *field, size_t size, uint32_t number)
{
	uint16_t narrow = (uint16_t)number;

	if (size == sizeof(narrow))
		memcpy(field, &narrow, sizeof(narrow));
	else
		memcpy(field, &number, sizeof(number));
}

bool
pgn_parse_number(const struct pgn_key *key, const char *text, void *field)
{
	uint32_t number;

	if (!pgn_parse_digits(text, key->least, key->most, &number))
		return false;
	store(field, key->size, number);
	return true;
}

bool
pgn_parse_choice(const struct pgn_key *key, const char *text, void *field)
{
	for (uint32_t i = 0; key->choices[i] != NULL; i++) {
		if (strcmp(key->choices[i], text) == 0) {
			store(field, key->size, i);
			return true;
		}
	}
	return false;
}

bool
pgn_is_printable(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\0')
			return true;
		if (!isprint((unsigned char)text[i]))
			return false;
	}
	return false;
}

bool
pgn_parse_text(const struct pgn_key *key, const char *text, void *field)
{
	if (!pgn_is_printable(text, key->size))
		return false;
	strlcpy(field, text, key->size);
	return true;
}

bool
pgn_parse_path(const struct pgn_key *key, const char *text, void *field)
{
	return text[0] != '\0' && pgn_parse_text(key, text, field);
}

/* One lcore or range from *text, which moves behind it; its lcores are least or above. */
static bool
take_range(const char **text, uint32_t least, uint32_t *first, uint32_t *last)
{
	char item[sizeof("1023-1023")];
	size_t length = strcspn(*text, ",");
	char *hyphen;

	if (length >= sizeof(item))
		return false;
	memcpy(item, *text, length);
	item[length] = '\0';
	*text += length;

	hyphen = strchr(item, '-');
	if (hyphen != NULL)
		*hyphen = '\0';
	if (!pgn_parse_digits(item, least, LCORE_ID_MAX, first))
		return false;
	*last = *first;
	return hyphen == NULL || pgn_parse_digits(hyphen + 1, *first, LCORE_ID_MAX, last);
}

bool
pgn_parse_lcores(const struct pgn_key *key, const char *text, void *field)
{
	const char *rest = text;
	uint32_t first, last;
	uint32_t least = 0;
	uint32_t count = 0;

	for (;;) {
		if (!take_range(&rest, least, &first, &last))
			return false;
		count += last - first + 1;
		least = last + 1;
		if (*rest == '\0')
			break;
		rest++;
	}
	return count <= LCORES_MAX && pgn_parse_text(key, text, field);
}

static bool
is_ip4_host(const struct in_addr *ip)
{
	in_addr_t address = ntohl(ip->s_addr);

	return address != INADDR_ANY && address != INADDR_BROADCAST && !IN_MULTICAST(address);
}

static bool
is_ip6_host(const struct in6_addr *ip)
{
	return !IN6_IS_ADDR_UNSPECIFIED(ip) && !IN6_IS_ADDR_MULTICAST(ip);
}

bool
pgn_parse_ip(const struct pgn_key *key, const char *text, void *field)
{
	struct pgn_tap_config *tap = field;
	char address[INET6_ADDRSTRLEN];
	size_t length = strcspn(text, "/");
	uint32_t prefix;
	struct in6_addr ip6;
	struct in_addr ip4;

	(void)key;
	if (length >= sizeof(address) || text[length] == '\0')
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	text += length + 1;

	if (inet_pton(AF_INET, address, &ip4) == 1) {
		if (!is_ip4_host(&ip4) || !pgn_parse_digits(text, 1, 32, &prefix))
			return false;
		tap->ip_family = AF_INET;
		tap->ip4 = ip4;
	} else if (inet_pton(AF_INET6, address, &ip6) == 1) {
		if (!is_ip6_host(&ip6) || !pgn_parse_digits(text, 1, 128, &prefix))
			return false;
		tap->ip_family = AF_INET6;
		tap->ip6 = ip6;
	} else {
		return false;
	}
	tap->ip_prefix = prefix;
	return true;
}

/* Six times two hexadecimal digits, a colon between. */
static bool
parse_mac(const char *text, struct pgn_mac *mac)
{
	if (strlen(text) != 3 * sizeof(mac->b) - 1)
		return false;
	for (size_t i = 0; i < sizeof(mac->b); i++, text += 3) {
		const char digits[] = {text[0], text[1], '\0'};

		if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]) ||
		    (text[2] != ':' && text[2] != '\0'))
			return false;
		mac->b[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return true;
}

bool
pgn_parse_rsu_allow(const struct pgn_key *key, const char *text, void *field)
{
	struct pgn_rsu_allow *allow = field;
	struct pgn_mac mac;

	(void)key;
	if (allow->count == PGN_RSU_ALLOW_MAX || !parse_mac(text, &mac) ||
	    !pgn_mac_is_station(&mac))
		return false;
	for (unsigned int i = 0; i < allow->count; i++) {
		if (pgn_mac_equal(&allow->mac[i], &mac))
			return false;
	}
	allow->mac[allow->count++] = mac;
	return true;
}
