/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <string.h>

#include "mac_text.h"
#include "routes.h"

#define MAC_WIDTH 17

static const char *const why_texts[] = {
	[PGN_WHY_NONE] = "none lives",
	[PGN_WHY_ONLY] = "only one that lives",
	[PGN_WHY_SETTLED] = "others not yet heard twice in a row",
	[PGN_WHY_HOPS] = "fewest hops",
	[PGN_WHY_DELIVERY] = "best delivery",
	[PGN_WHY_LATENCY] = "lowest latency",
	[PGN_WHY_MAC] = "lowest MAC of equal ones",
	[PGN_WHY_KEPT] = "kept, another is not better by enough",
	[PGN_WHY_FAILED_OVER] = "failed over, a better one is dead",
	[PGN_WHY_FAILING_BACK] = "failed over, a better one is coming back",
};

const char *
pgn_routes_why(enum pgn_why why)
{
	return why_texts[why];
}

static double
seconds(uint64_t us)
{
	return (double)us / 1e6;
}

static int
wire_width(const struct pgn_config *config)
{
	size_t width = strlen("wire");

	for (unsigned int w = 0; w < config->wire_count; w++) {
		if (strlen(config->wire[w].name) > width)
			width = strlen(config->wire[w].name);
	}
	return (int)width;
}

/** The columns every next hop has. */
static void
print_hop(FILE *out, const struct pgn_config *config, const struct pgn_hop *hop, uint32_t hops,
	  uint32_t delivered)
{
	fprintf(out, "%s  %-*s  %4u  %6u/%d", pgn_mac_text(&hop->mac).text, wire_width(config),
		config->wire[hop->wire].name, hops, delivered, PGN_DELIVERED_OF);
}

static void
print_hop_head(FILE *out, const struct pgn_config *config)
{
	fprintf(out, "%-*s  %-*s  %4s  %9s", MAC_WIDTH, "next hop", wire_width(config), "wire",
		"hops", "delivered");
}

/* ---- nodes ---- */

static void
print_node_head(FILE *out, const struct pgn_config *config)
{
	fprintf(out, "%-*s  ", MAC_WIDTH, "node");
	print_hop_head(out, config);
	fprintf(out, "  %6s  %13s  state\n", "missed",
		config->role == PGN_ROLE_RSU ? "latency in ms" : "dead in s");
}

static void
print_node_hop(FILE *out, const struct pgn_config *config, const struct pgn_node_view *node,
	       unsigned int index)
{
	const struct pgn_node_hop_view *hop = &node->hop[index];
	char time[64];

	fprintf(out, "%-*s  ", MAC_WIDTH, index == 0 ? pgn_mac_text(&node->mac).text : "");
	print_hop(out, config, &hop->hop, hop->hops, hop->delivered);
	if (config->role == PGN_ROLE_RSU)
		snprintf(time, sizeof(time), "%.1f/%.1f", (double)hop->latency_min_us / 1e3,
			 (double)hop->latency_mean_us / 1e3);
	else
		snprintf(time, sizeof(time), "%.1f", seconds(hop->dead_in_us));
	fprintf(out, "  %6" PRIu64 "  %13s", hop->missed, time);
	if (!hop->live)
		fprintf(out, "  dead\n");
	else if (index == 0)
		fprintf(out, "  current: %s\n", why_texts[node->why]);
	else
		fprintf(out, "  spare\n");
}

static void
print_node(FILE *out, const struct pgn_config *config, const struct pgn_node_view *node)
{
	for (unsigned int i = 0; i < node->hop_count; i++)
		print_node_hop(out, config, node, i);
}

void
pgn_routes_print_rsu(FILE *out, const struct pgn_config *config, const struct pgn_mac *own,
		     const struct pgn_rsu *rsu, uint64_t now_us)
{
	struct pgn_node_view node;
	struct pgn_beat_view beat;
	unsigned int nodes = 0;

	pgn_rsu_view_beat(rsu, now_us, &beat);
	fprintf(out, "rsu %s: ", pgn_mac_text(own).text);
	if (beat.any)
		fprintf(out, "heartbeat %u sent %.1f s ago, period %.2f s\n\n", beat.id,
			seconds(beat.ago_us), config->hello_periodicity_ms / 1e3);
	else
		fprintf(out, "no heartbeat sent yet\n\n");
	print_node_head(out, config);
	for (unsigned int slot = 0; slot < pgn_rsu_slots(rsu); slot++) {
		if (!pgn_rsu_view_node(rsu, slot, &node))
			continue;
		print_node(out, config, &node);
		nodes++;
	}
	fprintf(out, "nodes %u\n", nodes);
}

/* ---- OBU ---- */

static void
print_upstream(FILE *out, const struct pgn_config *config, const struct pgn_mac *own,
	       const struct pgn_obu *obu, uint64_t now_us)
{
	struct pgn_upstream_view upstream;

	pgn_obu_view_upstream(obu, now_us, &upstream);
	fprintf(out, "obu %s: upstream ", pgn_mac_text(own).text);
	if (upstream.why != PGN_WHY_NONE)
		fprintf(out, "%s on %s to rsu %s: ", pgn_mac_text(&upstream.hop.mac).text,
			config->wire[upstream.hop.wire].name, pgn_mac_text(&upstream.rsu).text);
	fprintf(out, "%s\n\n", why_texts[upstream.why]);
}

static void
print_path(FILE *out, const struct pgn_config *config, const struct pgn_path_view *path)
{
	fprintf(out, "  ");
	print_hop(out, config, &path->hop, path->hops, path->delivered);
	fprintf(out, "  %5.2f", (double)path->hops * PGN_DELIVERED_OF / path->delivered);
	if (path->heard)
		fprintf(out, "  %6" PRIu64, path->missed);
	else
		fprintf(out, "  %6s", "-");
	fprintf(out, "  %9.1f  ", seconds(path->dead_in_us));
	if (path->state == PGN_VIEW_DEAD)
		fprintf(out, "dead\n");
	else if (path->rank == 0)
		fprintf(out, "current\n");
	else if (path->rank != PGN_RANK_NONE)
		fprintf(out, "candidate %u%s\n", path->rank,
			path->state == PGN_VIEW_FRESH ? ", not heard twice in a row" : "");
	else
		fprintf(out, "spare\n");
}

static void
print_heard(FILE *out, const struct pgn_config *config, const struct pgn_heard_view *rsu)
{
	fprintf(out, "rsu %s: %u of the %u ids up to %u, period %.2f s%s, last heard %.1f s ago\n",
		pgn_mac_text(&rsu->mac).text, rsu->ids_heard, rsu->ids_kept, rsu->newest_id,
		seconds(rsu->period_us), rsu->period_measured ? "" : " (not measured yet)",
		seconds(rsu->silent_us));
	fprintf(out, "  ");
	print_hop_head(out, config);
	fprintf(out, "  %5s  %6s  %9s  state\n", "cost", "missed", "dead in s");
	for (unsigned int i = 0; i < rsu->path_count; i++)
		print_path(out, config, &rsu->path[i]);
	fprintf(out, "\n");
}

void
pgn_routes_print_obu(FILE *out, const struct pgn_config *config, const struct pgn_mac *own,
		     const struct pgn_obu *obu, uint64_t now_us)
{
	unsigned int rsus = 0, nodes = 0;
	struct pgn_heard_view rsu;
	struct pgn_node_view node;

	print_upstream(out, config, own, obu, now_us);
	for (unsigned int place = 0; place < pgn_obu_places(obu); place++) {
		if (!pgn_obu_view_heard(obu, now_us, place, &rsu))
			continue;
		print_heard(out, config, &rsu);
		rsus++;
	}
	print_node_head(out, config);
	for (unsigned int slot = 0; slot < pgn_obu_slots(obu); slot++) {
		if (!pgn_obu_view_node(obu, now_us, slot, &node))
			continue;
		print_node(out, config, &node);
		nodes++;
	}
	fprintf(out, "rsus %u\nnodes %u\n", rsus, nodes);
}
