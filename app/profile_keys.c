/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "profile_keys.h"
#include "spread_ways.h"

static const char *const modes[] = {[PGN_PROFILE_VFIO] = "vfio",
				    [PGN_PROFILE_BIFURCATED] = "bifurcated",
				    [PGN_PROFILE_KERNEL] = "kernel",
				    [PGN_PROFILE_NONE] = "none",
				    [PGN_PROFILE_DPAA] = "dpaa",
				    [PGN_PROFILE_FSLMC] = "fslmc",
				    NULL};
static const char *const no_yes[] = {[PGN_PROFILE_NO] = "no", [PGN_PROFILE_YES] = "yes", NULL};
static const char *const no_yes_auto[] = {
	[PGN_PROFILE_NO] = "no", [PGN_PROFILE_YES] = "yes", [PGN_PROFILE_DEVICE] = "auto", NULL};
static const char *const ways[] = {
#define X(name, text) text,
	PGN_SPREAD_WAYS(X)
#undef X
		"software",
	NULL};
static const char *const own_mac[] = {"ok", "dropped", NULL};

#define NUMBER(lowest, highest) .kind = PGN_VALUE_NUMBER, .least = (lowest), .most = (highest)
#define NUMBER_OR_AUTO(lowest, highest) \
	.kind = PGN_VALUE_NUMBER_OR_AUTO, .least = (lowest), .most = (highest)
#define CHOICE(names) .kind = PGN_VALUE_CHOICE, .choices = (names)
#define PER_PORT .per_port = true

const struct pgn_profile_key pgn_profile_keys[PGN_PROFILE_VALUES] = {
	[PGN_PROFILE_MODE] = {"bind", "mode", CHOICE(modes)},
	[PGN_PROFILE_DEVARGS] = {"eal", "devargs", .kind = PGN_VALUE_DEVARGS, PER_PORT},
	[PGN_PROFILE_ENV] = {"eal", "env", .kind = PGN_VALUE_ENV, PER_PORT},
	[PGN_PROFILE_OPTIONS] = {"eal", "options", .kind = PGN_VALUE_TEXT},
	[PGN_PROFILE_RXQ] = {"port", "rxq", NUMBER_OR_AUTO(1, 128), PER_PORT},
	[PGN_PROFILE_TXQ] = {"port", "txq", NUMBER_OR_AUTO(1, 128), PER_PORT},
	[PGN_PROFILE_RXD] = {"port", "rxd", NUMBER(32, 32768), PER_PORT},
	[PGN_PROFILE_TXD] = {"port", "txd", NUMBER(32, 32768), PER_PORT},
	[PGN_PROFILE_BURST] = {"port", "burst", NUMBER_OR_AUTO(1, 64), .unit = "frames", PER_PORT},
	[PGN_PROFILE_PROMISC] = {"port", "promisc", CHOICE(no_yes), PER_PORT},
	[PGN_PROFILE_MTU] = {"port", "mtu", NUMBER_OR_AUTO(576, 1500), .unit = "bytes", PER_PORT},
	[PGN_PROFILE_LSC] = {"port", "lsc", CHOICE(no_yes_auto), PER_PORT},
	[PGN_PROFILE_RXINTR] = {"port", "rxintr", CHOICE(no_yes_auto), PER_PORT},
	[PGN_PROFILE_ORDER] = {"spread", "order", .kind = PGN_VALUE_CHOICES, .choices = ways},
	[PGN_PROFILE_MIN_TX] = {"limits", "min_tx", NUMBER(0, 60), .unit = "bytes", PER_PORT},
	[PGN_PROFILE_RX_BUFFERS] = {"limits", "rx_buffers", NUMBER(0, 65536)},
	[PGN_PROFILE_REOPEN] = {"limits", "reopen_when_down", CHOICE(no_yes)},
	[PGN_PROFILE_STATS_POLL] = {"limits", "stats_poll_max_s", NUMBER(0, 86400),
				    .unit = "s, 0: never needed"},
	[PGN_PROFILE_SELF_MAC_TX] = {"limits", "self_mac_tx", CHOICE(own_mac)},
	[PGN_PROFILE_GUIDE] = {"source", "guide", .kind = PGN_VALUE_TEXT},
	[PGN_PROFILE_CHECKED] = {"source", "checked", .kind = PGN_VALUE_TEXT},
	[PGN_PROFILE_HARDWARE] = {"source", "hardware", .kind = PGN_VALUE_TEXT},
};

static const char *const sections[PGN_PROFILE_SECTIONS + 1] = {"bind",   "eal",    "port", "spread",
							       "limits", "source", NULL};

const char *
pgn_profile_section(unsigned int number)
{
	return sections[number];
}

enum pgn_profile_id
pgn_profile_find_key(const char *section, const char *name)
{
	enum pgn_profile_id id;

	for (id = 0; id < PGN_PROFILE_VALUES; id++) {
		const struct pgn_profile_key *key = &pgn_profile_keys[id];
		bool here = section != NULL ? strcmp(key->section, section) == 0 : key->per_port;

		if (here && strcmp(key->name, name) == 0)
			break;
	}
	return id;
}

bool
pgn_profile_is_list(enum pgn_profile_id id)
{
	enum pgn_profile_kind kind = pgn_profile_keys[id].kind;

	return kind == PGN_VALUE_CHOICES || kind == PGN_VALUE_DEVARGS || kind == PGN_VALUE_ENV;
}

struct pgn_allowed
pgn_profile_section_keys(const char *section)
{
	struct pgn_allowed list = {""};

	for (enum pgn_profile_id id = 0; id < PGN_PROFILE_VALUES; id++) {
		if (strcmp(pgn_profile_keys[id].section, section) == 0)
			pgn_allowed_add(&list, pgn_profile_keys[id].name);
	}
	return list;
}

struct pgn_allowed
pgn_profile_sections(void)
{
	return pgn_choices(sections);
}

struct pgn_allowed
pgn_profile_allowed(enum pgn_profile_id id)
{
	const struct pgn_profile_key *key = &pgn_profile_keys[id];
	struct pgn_allowed allowed = {""};

	switch (key->kind) {
	case PGN_VALUE_NUMBER:
		return pgn_allowed_range(key->least, key->most, key->unit);
	case PGN_VALUE_NUMBER_OR_AUTO:
		allowed = pgn_allowed_range(key->least, key->most, key->unit);
		strlcat(allowed.text, " or auto", sizeof(allowed.text));
		break;
	case PGN_VALUE_CHOICE:
		return pgn_choices(key->choices);
	case PGN_VALUE_CHOICES:
		strlcpy(allowed.text, "each once, of ", sizeof(allowed.text));
		strlcat(allowed.text, pgn_choices(key->choices).text, sizeof(allowed.text));
		break;
	case PGN_VALUE_DEVARGS:
		strlcpy(allowed.text,
			"key=value without commas and blanks, each key once, at most 255 "
			"characters in all",
			sizeof(allowed.text));
		break;
	case PGN_VALUE_ENV:
		strlcpy(allowed.text,
			"NAME=value without commas and blanks, each name once, at most 255 "
			"characters in all; {rxq} stands for the number of Rx queues",
			sizeof(allowed.text));
		break;
	case PGN_VALUE_TEXT:
		strlcpy(allowed.text, "1 to 255 printable characters", sizeof(allowed.text));
		break;
	}
	return allowed;
}
