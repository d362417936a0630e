/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * The node file: read, checked, frozen.
 *
 *	node { role = rsu }
 *	wire air0 { port = "0000:03:00.0" }
 *	tap { port = "net_tap0,iface=tap0"  ip = "10.0.0.1/24" }
 *	aead { key_file = "/etc/peregrine/keys" }
 *	eal { lcores = "0-1" }
 */
#ifndef PGN_CONFIG_H
#define PGN_CONFIG_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "pgn_routing.h"
#include "profile.h"

#define PGN_NAME_MAX 32
#define PGN_PORT_MAX 256
#define PGN_PATH_MAX 256

enum pgn_role_id {
	PGN_ROLE_RSU,
	PGN_ROLE_OBU
};
enum pgn_idle {
	PGN_IDLE_ADAPTIVE,
	PGN_IDLE_BUSY
};
enum pgn_log_to {
	PGN_LOG_STDERR,
	PGN_LOG_SYSLOG
};

/** One port: a wire or the TAP. */
struct pgn_port_config {
	char name[PGN_NAME_MAX];   /**< the section's title; "tap" for the TAP */
	char port[PGN_PORT_MAX];   /**< as written: PCI address or vdev string */
	char device[PGN_PORT_MAX]; /**< its first part, up to the comma: the ethdev's name */
	unsigned int line;         /**< of the key `port`, for later errors */
	bool is_pci;               /**< else a vdev */

	/** What the node file says of it; all of it, once pgn_port_profile() was here. */
	struct pgn_profile profile;
	char driver[PGN_PROFILE_NAME]; /**< that takes it, "": not known; by pgn_port_profile() */
	char probe[2 * PGN_PORT_MAX];  /**< port and the profile's devargs; by pgn_port_profile() */
};

/** Who else carries clients to the LAN behind the TAP. */
enum pgn_lan {
	PGN_LAN_OWN,   /**< nobody: what is heard there lives there */
	PGN_LAN_SHARED /**< other RSUs: their clients are heard there, and may come to us */
};

struct pgn_tap_config {
	struct pgn_port_config port;
	/**
	 * Bytes of the inner frame behind its Ethernet header. On a wire with an MTU of 1500 up to
	 * 1472 always fit, clear; a longer frame is dropped and counted. IPv6 needs 1280.
	 */
	uint32_t mtu;
	int ip_family; /**< AF_INET, AF_INET6, or AF_UNSPEC: none given */
	struct in_addr ip4;
	struct in6_addr ip6;
	unsigned int ip_prefix; /**< bits */
	enum pgn_lan lan;       /**< RSU */
};

/** RSUs an OBU takes heartbeats and replies of; none named: all. */
struct pgn_rsu_allow {
	unsigned int count;
	struct pgn_mac mac[PGN_RSU_ALLOW_MAX];
	unsigned int line; /**< of the key, 0 when it is not there */
};

/** How frames get from the lcore that receives them to the worker they belong to. */
enum pgn_spread_mode {
	PGN_SPREAD_AUTO,
	PGN_SPREAD_RSS,
	PGN_SPREAD_FLOW,
	PGN_SPREAD_SOFTWARE,
	PGN_SPREAD_NONE
};

#define PGN_MAP_MAX 64

/** Which lcore polls which queue; those that are not named are dealt out. */
struct pgn_map_entry {
	char port[PGN_NAME_MAX];
	uint16_t queue;
	uint16_t lcore;
};

struct pgn_worker_map {
	unsigned int count;
	struct pgn_map_entry entry[PGN_MAP_MAX];
	unsigned int line; /**< of the key, 0 when it is not there */
};

struct pgn_workers_config {
	uint32_t count; /**< 0: as many as there are lcores for */
	unsigned int count_line;
	enum pgn_spread_mode spread;
	unsigned int spread_line; /**< of the key, 0 when it is not there */
	struct pgn_worker_map map;
};

/** Sealing; key_file "": payloads are clear. */
struct pgn_aead_config {
	char key_file[PGN_PATH_MAX];
	unsigned int key_file_line;
	struct pgn_port_config device; /**< "auto", or a crypto device, which has no `name` */
};

/** Who may change a running node's state; "": the group that the node runs as. */
struct pgn_control_config {
	char group[PGN_NAME_MAX];
	unsigned int group_line;
};

struct pgn_capture_config {
	char directory[PGN_PATH_MAX]; /**< of a capture that names none */
	uint32_t dumpcap;             /**< dpdk-dumpcap may attach: memory is in a hugetlbfs */
};

#define PGN_SAID_MAX 255
#define PGN_SAID_VALUE 128 /**< telemetry has no longer texts */

/** A setting as it was written, or as it is by default, to be shown; a part of one that is long. */
struct pgn_said {
	char key[64]; /**< "node_role", "wire_air0_port", "wire_air0_port_2" */
	char value[PGN_SAID_VALUE];
};

struct pgn_config {
	unsigned int said_count;
	struct pgn_said said[PGN_SAID_MAX];
	char file[PGN_PORT_MAX];

	enum pgn_role_id role;
	char name[PGN_NAME_MAX]; /**< of its directory below DPDK's run-time directory */
	unsigned int name_line;  /**< of the key, 0 when it is not there */
	uint32_t hello_periodicity_ms;
	uint32_t hello_history;
	uint32_t cached_candidates;
	uint32_t dead_after;
	uint32_t max_hops;
	uint16_t ethertype;
	uint32_t max_nodes;
	uint32_t max_rsus;
	uint32_t max_clients;
	struct pgn_rsu_allow rsu_allow;
	uint32_t control_rate;   /**< control messages a second a worker lets through */
	uint32_t neighbour_rate; /**< of the half for all, at most so many of one neighbour */
	enum pgn_idle idle;

	unsigned int wire_count;
	struct pgn_port_config wire[PGN_MAX_WIRES];
	struct pgn_tap_config tap;

	struct pgn_workers_config workers;
	struct pgn_aead_config aead;
	struct pgn_control_config control;
	struct pgn_capture_config capture;

	uint32_t pool_cache; /**< buffers cached per class and lcore */

	/** EAL's -l syntax, ascending; the first one runs the control loop, and a worker if need
	 * be. */
	char lcores[PGN_PORT_MAX];
	uint32_t memory_mb;       /**< 0: as much as the pools need */
	unsigned int memory_line; /**< of the key `memory`, 0 when it is not there */
	char eal_options[1024];   /**< further EAL options, split at blanks */

	enum pgn_log_to log_to;
	unsigned int log_level; /**< RFC 5424 severity, 0 emergency to 7 debug */
};

/** The port by number: the wires, and at wire_count, the last, the TAP. */
static inline const struct pgn_port_config *
pgn_config_port(const struct pgn_config *config, unsigned int number)
{
	return number < config->wire_count ? &config->wire[number] : &config->tap.port;
}

/**
 * Read the file into config. On a bad file one line goes to `errors`
 * ("FILE:LINE: key: found "x", allowed y"), and -EINVAL (or the errno of opening it) is returned;
 * the first error ends the reading. role_override (NULL: none) is the command line's --role and
 * wins over the file. Nothing is started, opened or probed besides the file itself. After an error
 * config holds nothing of use. One thread at a time.
 */
int pgn_config_load(struct pgn_config *config, const char *file, const char *role_override,
		    FILE *errors);

/** Where a key stands that turns out bad later: "FILE:LINE", without the line if it is 0. */
struct pgn_place {
	char text[PGN_PATH_MAX + 12];
};

struct pgn_place pgn_config_place(const struct pgn_config *config, unsigned int line);

/** Whether the map names the queue. Any thread. */
bool pgn_map_has(const struct pgn_worker_map *map, const char *port, unsigned int queue);

/** "rsu" or "obu". Any thread. */
const char *pgn_role_id_name(enum pgn_role_id role);

/** False, and nothing is stored: neither of the two names. Any thread. */
bool pgn_role_id_parse(const char *name, enum pgn_role_id *role);

#endif
