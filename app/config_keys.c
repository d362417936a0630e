/* SPDX-License-Identifier: BSD-3-Clause */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "config_keys.h"
#include "config_port.h"
#include "config_values.h"
#include "profile_keys.h"

const char *const pgn_role_names[] = {[PGN_ROLE_RSU] = "rsu", [PGN_ROLE_OBU] = "obu", NULL};

static const char *const idle_names[] = {
	[PGN_IDLE_ADAPTIVE] = "adaptive", [PGN_IDLE_BUSY] = "busy", NULL};

static const char *const log_names[] = {
	[PGN_LOG_STDERR] = "stderr", [PGN_LOG_SYSLOG] = "syslog", NULL};

static const char *const yes_names[] = {"no", "yes", NULL};

static const char *const lan_names[] = {[PGN_LAN_OWN] = "own", [PGN_LAN_SHARED] = "shared", NULL};

const char *const pgn_spread_names[] = {
	[PGN_SPREAD_AUTO] = "auto",         [PGN_SPREAD_RSS] = "rss",   [PGN_SPREAD_FLOW] = "flow",
	[PGN_SPREAD_SOFTWARE] = "software", [PGN_SPREAD_NONE] = "none", NULL};

/* RFC 5424 severities 0 to 7 */
const char *const pgn_level_names[] = {"emergency", "alert", "critical", "error", "warning",
				       "notice",    "info",  "debug",    NULL};

#define FIELD(type, member) \
	.offset = offsetof(struct type, member), .size = sizeof(((struct type *)NULL)->member)
#define LINE(type, member) .line_offset = offsetof(struct type, member)
#define NUMBER(lowest, highest) .parse = pgn_parse_number, .least = (lowest), .most = (highest)
#define CHOICE(names) .parse = pgn_parse_choice, .choices = (names)

static const struct pgn_key node_keys[] = {
	{"role", CHOICE(pgn_role_names), FIELD(pgn_config, role)},
	{"name", .parse = pgn_parse_name, .allowed = PGN_NAME_ALLOWED, FIELD(pgn_config, name),
	 LINE(pgn_config, name_line), .initial = "peregrine"},
	{"hello_periodicity", NUMBER(10, 60000), FIELD(pgn_config, hello_periodicity_ms),
	 .unit = "ms", .initial = "1000"},
	{"hello_history", NUMBER(1, 64), FIELD(pgn_config, hello_history), .initial = "10"},
	{"cached_candidates", NUMBER(0, 7), FIELD(pgn_config, cached_candidates), .initial = "3"},
	{"dead_after", NUMBER(1, 100), FIELD(pgn_config, dead_after), .initial = "3"},
	{"max_hops", NUMBER(1, 255), FIELD(pgn_config, max_hops), .initial = "16"},
	{"ethertype", NUMBER(0x600, 0xffff), FIELD(pgn_config, ethertype), .hex = true,
	 .initial = "0x3030"},
	{"max_nodes", NUMBER(1, 32768), FIELD(pgn_config, max_nodes), .initial = "1024"},
	{"max_rsus", NUMBER(1, 1024), FIELD(pgn_config, max_rsus), .initial = "64"},
	{"max_clients", NUMBER(1024, 1048576), FIELD(pgn_config, max_clients), .initial = "65536"},
	{"rsu_allow", .parse = pgn_parse_rsu_allow, .allowed = PGN_RSU_ALLOW_ALLOWED,
	 FIELD(pgn_config, rsu_allow), LINE(pgn_config, rsu_allow.line), .list = true},
	{"control_rate", NUMBER(100, 1000000), FIELD(pgn_config, control_rate),
	 .unit = "messages a second", .initial = "20000"},
	{"neighbour_rate", NUMBER(10, 1000000), FIELD(pgn_config, neighbour_rate),
	 .unit = "messages a second", .initial = "4000"},
	{"idle", CHOICE(idle_names), FIELD(pgn_config, idle), .initial = "adaptive"},
};

#define PORT_KEY .parse = pgn_parse_port, .allowed = PGN_PORT_ALLOWED, .required = true

/* clang-format off */
#define PROFILE(name, ...) {name, .parse = pgn_parse_profile, .of_profile = true, FIELD(__VA_ARGS__)}
#define PROFILE_LIST(name, ...) \
	{name, .parse = pgn_parse_profile, .of_profile = true, .list = true, FIELD(__VA_ARGS__)}
#define PROFILE_KEYS(...) \
	PROFILE("rxq", __VA_ARGS__), PROFILE("txq", __VA_ARGS__), \
	PROFILE("rxd", __VA_ARGS__), PROFILE("txd", __VA_ARGS__), \
	PROFILE("burst", __VA_ARGS__), PROFILE("promisc", __VA_ARGS__), \
	PROFILE("lsc", __VA_ARGS__), PROFILE("rxintr", __VA_ARGS__), \
	PROFILE("min_tx", __VA_ARGS__), \
	PROFILE_LIST("devargs", __VA_ARGS__), PROFILE_LIST("env", __VA_ARGS__)
/* clang-format on */

static const struct pgn_key wire_keys[] = {
	{"port", PORT_KEY, .offset = 0, .size = sizeof(struct pgn_port_config),
	 LINE(pgn_port_config, line)},
	PROFILE("mtu", pgn_port_config, profile),
	PROFILE_KEYS(pgn_port_config, profile),
};

static const struct pgn_key tap_keys[] = {
	{"port", PORT_KEY, FIELD(pgn_tap_config, port), LINE(pgn_tap_config, port.line)},
	{"ip", .parse = pgn_parse_ip, .allowed = PGN_IP_ALLOWED, .offset = 0,
	 .size = sizeof(struct pgn_tap_config)},
	{"mtu", NUMBER(576, 1500), FIELD(pgn_tap_config, mtu), .unit = "bytes", .initial = "1436"},
	{"lan", CHOICE(lan_names), FIELD(pgn_tap_config, lan), .initial = "own"},
	PROFILE_KEYS(pgn_tap_config, port.profile),
};

static const struct pgn_key worker_keys[] = {
	{"count", NUMBER(0, PGN_WORKERS_MAX), FIELD(pgn_workers_config, count),
	 LINE(pgn_workers_config, count_line), .initial = "0"},
	{"map", .parse = pgn_parse_map, .allowed = PGN_MAP_ALLOWED, FIELD(pgn_workers_config, map),
	 LINE(pgn_workers_config, map.line), .list = true},
	{"spread", CHOICE(pgn_spread_names), FIELD(pgn_workers_config, spread),
	 LINE(pgn_workers_config, spread_line), .initial = "auto"},
};

static const struct pgn_key aead_keys[] = {
	{"key_file", .parse = pgn_parse_path, .allowed = PGN_PATH_ALLOWED,
	 FIELD(pgn_aead_config, key_file), LINE(pgn_aead_config, key_file_line), .required = true},
	{"device", .parse = pgn_parse_port, .allowed = PGN_CRYPTO_ALLOWED,
	 FIELD(pgn_aead_config, device), LINE(pgn_aead_config, device.line), .initial = "auto"},
};

static const struct pgn_key control_keys[] = {
	{"group", .parse = pgn_parse_name, .allowed = PGN_NAME_ALLOWED,
	 FIELD(pgn_control_config, group), LINE(pgn_control_config, group_line)},
};

static const struct pgn_key capture_keys[] = {
	{"directory", .parse = pgn_parse_path, .allowed = PGN_PATH_ALLOWED,
	 FIELD(pgn_capture_config, directory), .initial = "/var/log/peregrine"},
	{"dumpcap", CHOICE(yes_names), FIELD(pgn_capture_config, dumpcap), .initial = "no"},
};

static const struct pgn_key pool_keys[] = {
	{"cache", NUMBER(0, 512), FIELD(pgn_config, pool_cache), .unit = "buffers",
	 .initial = "32"},
};

static const struct pgn_key eal_keys[] = {
	{"lcores", .parse = pgn_parse_lcores, .allowed = PGN_LCORES_ALLOWED,
	 FIELD(pgn_config, lcores), .initial = "0-1"},
	{"memory", NUMBER(0, 1048576), FIELD(pgn_config, memory_mb), LINE(pgn_config, memory_line),
	 .unit = "MB", .initial = "0"},
	{"options", .parse = pgn_parse_text, .allowed = "at most 1023 printable characters",
	 FIELD(pgn_config, eal_options), .initial = ""},
};

static const struct pgn_key log_keys[] = {
	{"to", CHOICE(log_names), FIELD(pgn_config, log_to), .initial = "stderr"},
	{"level", CHOICE(pgn_level_names), FIELD(pgn_config, log_level), .initial = "info"},
};

#define KEYS(table) .keys = (table), .key_count = sizeof(table) / sizeof((table)[0])
#define ONCE .most = 1, .allowed = "one"

const struct pgn_section pgn_sections[PGN_SECTION_COUNT] = {
	{"node", KEYS(node_keys), ONCE},
	{"wire", KEYS(wire_keys), .titled = true, .required = true, .most = PGN_MAX_WIRES,
	 .allowed = "one to four", .offset = offsetof(struct pgn_config, wire),
	 .size = sizeof(struct pgn_port_config)},
	{"tap", KEYS(tap_keys), ONCE, .required = true, .offset = offsetof(struct pgn_config, tap)},
	{"workers", KEYS(worker_keys), ONCE, .offset = offsetof(struct pgn_config, workers)},
	{"aead", KEYS(aead_keys), ONCE, .offset = offsetof(struct pgn_config, aead)},
	{"control", KEYS(control_keys), ONCE, .offset = offsetof(struct pgn_config, control)},
	{"capture", KEYS(capture_keys), ONCE, .offset = offsetof(struct pgn_config, capture)},
	{"pool", KEYS(pool_keys), ONCE},
	{"eal", KEYS(eal_keys), ONCE},
	{"log", KEYS(log_keys), ONCE},
};

static_assert(sizeof(node_keys) / sizeof(node_keys[0]) <= PGN_SECTION_KEYS_MAX, "no key left out");
static_assert(PGN_MAX_WIRES == 4, "the word is four");

const struct pgn_section *
pgn_section_find(const char *name)
{
	for (unsigned int i = 0; i < PGN_SECTION_COUNT; i++) {
		if (strcmp(pgn_sections[i].name, name) == 0)
			return &pgn_sections[i];
	}
	return NULL;
}

const struct pgn_key *
pgn_key_find(const struct pgn_section *section, const char *name)
{
	for (unsigned int i = 0; i < section->key_count; i++) {
		if (strcmp(section->keys[i].name, name) == 0)
			return &section->keys[i];
	}
	return NULL;
}

void
pgn_allowed_add(struct pgn_allowed *list, const char *name)
{
	if (list->text[0] != '\0')
		strlcat(list->text, ", ", sizeof(list->text));
	strlcat(list->text, name, sizeof(list->text));
}

struct pgn_allowed
pgn_allowed_range(uint32_t least, uint32_t most, const char *unit)
{
	struct pgn_allowed range;

	if (unit != NULL)
		snprintf(range.text, sizeof(range.text), "%u to %u (%s)", least, most, unit);
	else
		snprintf(range.text, sizeof(range.text), "%u to %u", least, most);
	return range;
}

struct pgn_allowed
pgn_choices(const char *const *choices)
{
	struct pgn_allowed list = {""};

	for (; *choices != NULL; choices++)
		pgn_allowed_add(&list, *choices);
	return list;
}

struct pgn_allowed
pgn_section_keys(const struct pgn_section *section)
{
	struct pgn_allowed list = {""};

	for (unsigned int i = 0; i < section->key_count; i++)
		pgn_allowed_add(&list, section->keys[i].name);
	return list;
}

struct pgn_allowed
pgn_section_names(void)
{
	struct pgn_allowed list = {""};

	for (unsigned int i = 0; i < PGN_SECTION_COUNT; i++)
		pgn_allowed_add(&list, pgn_sections[i].name);
	return list;
}

struct pgn_allowed
pgn_key_allowed(const struct pgn_key *key)
{
	struct pgn_allowed allowed;

	if (key->of_profile)
		return pgn_profile_allowed(pgn_profile_find_key(NULL, key->name));
	if (key->choices != NULL)
		return pgn_choices(key->choices);
	if (key->allowed != NULL)
		strlcpy(allowed.text, key->allowed, sizeof(allowed.text));
	else if (key->hex)
		snprintf(allowed.text, sizeof(allowed.text), "0x%04x to 0x%04x", key->least,
			 key->most);
	else
		allowed = pgn_allowed_range(key->least, key->most, key->unit);
	return allowed;
}
