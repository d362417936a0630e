/* SPDX-License-Identifier: BSD-3-Clause */
#include "shape.h"

#define SHAPE(text, kind, of)                                  \
	{                                                      \
		.name = (text), .type = (kind), .inside = (of) \
	}
#define TEXT(name) SHAPE(name, CTL_TEXT, NULL)
#define NUMBER(name) SHAPE(name, CTL_NUMBER, NULL)
#define COUNTER(name) SHAPE(name, CTL_COUNTER, NULL)
#define OBJECT(name, members) SHAPE(name, CTL_OBJECT, members)
#define MAP(name, shape) SHAPE(name, CTL_MAP, &(shape))
#define END SHAPE(NULL, CTL_END, NULL)

static const struct ctl_shape a_text = TEXT("value");
static const struct ctl_shape a_count = COUNTER("count");

static const struct ctl_shape info[] = {
	NUMBER("schema"),
	TEXT("version"),
	TEXT("name"),
	TEXT("role"),
	TEXT("instance"),
	NUMBER("pid"),
	NUMBER("started_utc_ns"),
	NUMBER("uptime_ns"),
	NUMBER("snapshot_utc_ns"),
	NUMBER("tsc_hz"),
	TEXT("identity"),
	NUMBER("ethertype"),
	NUMBER("sealed"),
	NUMBER("workers"),
	{.name = "mode", .type = CTL_TEXT, .optional = true},
	END,
};
const struct ctl_shape ctl_shape_info = OBJECT("info", info);

static const struct ctl_shape totals[] = {
	COUNTER("received"),
	COUNTER("generated"),
	COUNTER("copied"),
	COUNTER("sent"),
	COUNTER("kept"),
	COUNTER("dropped"),
	NUMBER("in_flight"),
	NUMBER("unaccounted"),
	NUMBER("clients_known"),
	COUNTER("clients_learned"),
	COUNTER("clients_refused"),
	COUNTER("clients_late"),
	END,
};
const struct ctl_shape ctl_shape_totals = OBJECT("totals", totals);

static const struct ctl_shape lcore[] = {
	NUMBER("lcore"),        TEXT("does"),           COUNTER("rx_messages"),
	COUNTER("tx_messages"), COUNTER("kept"),        COUNTER("dropped"),
	COUNTER("polls"),       COUNTER("polls_empty"), COUNTER("cycles_busy"),
	COUNTER("cycles_idle"), COUNTER("cycles_rx"),   COUNTER("cycles_role"),
	COUNTER("cycles_tx"),   MAP("bursts", a_count), END,
};
static const struct ctl_shape an_lcore = OBJECT("lcore", lcore);
const struct ctl_shape ctl_shape_lcores = MAP("lcores", an_lcore);

static const struct ctl_shape port[] = {
	{.name = "name", .type = CTL_TEXT, .optional = true},
	TEXT("port"),
	TEXT("mac"),
	NUMBER("link_up"),
	COUNTER("link_downs"),
	COUNTER("reopened"),
	NUMBER("rx_queues"),
	NUMBER("tx_queues"),
	NUMBER("frame_max_bytes"),
	TEXT("spread"),
	{.name = "rx_burst_mode", .type = CTL_TEXT, .optional = true},
	{.name = "tx_burst_mode", .type = CTL_TEXT, .optional = true},
	MAP("rx_messages", a_count),
	MAP("rx_bytes", a_count),
	MAP("tx_messages", a_count),
	MAP("tx_bytes", a_count),
	COUNTER("lost_missed"),
	COUNTER("lost_no_buffer"),
	COUNTER("lost_errors"),
	END,
};
static const struct ctl_shape a_port = OBJECT("port", port);
const struct ctl_shape ctl_shape_ports = MAP("ports", a_port);

static const struct ctl_shape pool[] = {
	NUMBER("size"),     NUMBER("in_use"),     COUNTER("gets"),     COUNTER("hits"),
	COUNTER("refills"), COUNTER("fallbacks"), COUNTER("failures"), END,
};
static const struct ctl_shape a_pool = OBJECT("pool", pool);
const struct ctl_shape ctl_shape_pools = MAP("pools", a_pool);

const struct ctl_shape ctl_shape_drops = MAP("drops", a_count);

static const struct ctl_shape route[] = {
	TEXT("node"),         TEXT("kind"),         TEXT("next_hop"),
	TEXT("wire"),         NUMBER("hops"),       NUMBER("delivered_of_64"),
	NUMBER("latency_us"), NUMBER("dead_in_ms"), TEXT("state"),
	NUMBER("current"),    TEXT("why"),          END,
};
static const struct ctl_shape a_route = OBJECT("route", route);
static const struct ctl_shape routes[] = {NUMBER("offset"), NUMBER("next"), MAP("routes", a_route),
					  END};
const struct ctl_shape ctl_shape_routes = OBJECT("routes", routes);

static const struct ctl_shape listed_client[] = {
	TEXT("mac"),
	TEXT("where"),
	TEXT("obu"),
	END,
};
static const struct ctl_shape a_listed_client = OBJECT("client", listed_client);
static const struct ctl_shape clients[] = {NUMBER("offset"), NUMBER("next"),
					   MAP("clients", a_listed_client), END};
const struct ctl_shape ctl_shape_clients = OBJECT("clients", clients);

static const struct ctl_shape client[] = {
	TEXT("mac"), NUMBER("known"), TEXT("where"), TEXT("obu"), END,
};
const struct ctl_shape ctl_shape_client = OBJECT("client", client);

static const struct ctl_shape residence[] = {
	COUNTER("count"), NUMBER("p50"), NUMBER("p90"), NUMBER("p99"),
	NUMBER("p99_9"),  NUMBER("max"), END,
};
static const struct ctl_shape latency[] = {
	OBJECT("residence_ns", residence),
	MAP("frames_up_to_ns", a_count),
	END,
};
const struct ctl_shape ctl_shape_latency = OBJECT("latency", latency);

static const struct ctl_shape ring[] = {
	NUMBER("from_lcore"), NUMBER("to_lcore"), COUNTER("frames"), COUNTER("overflowed"), END,
};
static const struct ctl_shape a_ring = OBJECT("ring", ring);
static const struct ctl_shape queue[] = {
	TEXT("port"), NUMBER("queue"), NUMBER("lcore"), COUNTER("frames"), END,
};
static const struct ctl_shape a_queue = OBJECT("queue", queue);
static const struct ctl_shape spread[] = {
	NUMBER("workers"),
	{.name = "offset", .type = CTL_NUMBER, .optional = true},
	{.name = "next", .type = CTL_NUMBER, .optional = true},
	MAP("rings", a_ring),
	MAP("queues", a_queue),
	END,
};
const struct ctl_shape ctl_shape_spread = OBJECT("spread", spread);

static const struct ctl_shape sealing[] = {
	TEXT("device"),
	NUMBER("keys"),
	COUNTER("failed_short"),
	COUNTER("failed_authentication"),
	COUNTER("failed_device"),
	NUMBER("key_age_s"),
	END,
};
const struct ctl_shape ctl_shape_sealing = OBJECT("sealing", sealing);

static const struct ctl_shape health[] = {
	TEXT("verdict"), TEXT("reason"), NUMBER("since_utc_ns"), MAP("checks", a_text), END,
};
const struct ctl_shape ctl_shape_health = OBJECT("health", health);

const struct ctl_shape ctl_shape_config = MAP("config", a_text);
