/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <string.h>

#include "pgn_aead.h"
#include "pgn_wire.h"
#include "ways.h"

#define UP PGN_UPSTREAM_LEN
#define DOWN PGN_DOWNSTREAM_LEN
#define CONTROL_SIZE 64 /* the shortest frame there is holds a heartbeat or a reply */

const char *const gen_role_name[GEN_ROLES] = {"rsu", "obu", "plain"};
const char *const gen_kind_name[GEN_KINDS] = {"upstream",  "downstream", "host",
					      "heartbeat", "mix",        "imix"};
const char *const gen_order_name[GEN_ORDERS] = {"random", "sequential", "single-flow",
						"worst-case"};

const struct gen_way gen_way[WAYS] = {
	[WAY_NONE] = {.in = END_WIRE, .out = END_WIRE},
	[WAY_UP] = {.in = END_WIRE, .out = END_TAP, .header_in = UP},
	[WAY_HAIRPIN] = {.in = END_WIRE,
			 .out = END_WIRE,
			 .header_in = UP,
			 .header_out = DOWN,
			 .clients_known = true},
	[WAY_HOST_DOWN] = {.in = END_TAP,
			   .out = END_WIRE,
			   .header_out = DOWN,
			   .to_client = true,
			   .clients_known = true},
	[WAY_RELAY_UP] = {.in = END_WIRE, .out = END_WIRE, .header_in = UP, .header_out = UP},
	[WAY_RELAY_DOWN] = {.in = END_WIRE,
			    .out = END_WIRE,
			    .header_in = DOWN,
			    .header_out = DOWN,
			    .to_client = true,
			    .nodes_known = true},
	[WAY_DOWN] = {.in = END_WIRE, .out = END_TAP, .header_in = DOWN},
	[WAY_HOST_UP] = {.in = END_TAP, .out = END_WIRE, .header_out = UP},
	[WAY_LOOP] = {.in = END_WIRE, .out = END_WIRE},
	[WAY_THROUGH] = {.in = END_WIRE, .out = END_TAP},
};

/** What a kind means: where frames come back by the port they went in by, and where not. */
struct meaning {
	bool allowed;
	enum gen_way_name same, other; /**< 0: these ports make no sense */
	enum gen_way_name also;        /**< at once with it */
};

static const struct meaning meaning[GEN_ROLES][GEN_KINDS] = {
	[GEN_RSU] = {[GEN_UPSTREAM] = {true, WAY_HAIRPIN, WAY_UP, WAY_NONE},
		     [GEN_HOST] = {true, WAY_NONE, WAY_HOST_DOWN, WAY_NONE},
		     [GEN_HEARTBEAT] = {true, WAY_NONE, WAY_NONE, WAY_NONE},
		     [GEN_MIX] = {true, WAY_NONE, WAY_UP, WAY_HOST_DOWN},
		     [GEN_IMIX] = {true, WAY_HAIRPIN, WAY_UP, WAY_NONE}},
	[GEN_OBU] = {[GEN_UPSTREAM] = {true, WAY_RELAY_UP, WAY_NONE, WAY_NONE},
		     [GEN_DOWNSTREAM] = {true, WAY_RELAY_DOWN, WAY_DOWN, WAY_NONE},
		     [GEN_HOST] = {true, WAY_NONE, WAY_HOST_UP, WAY_NONE},
		     [GEN_HEARTBEAT] = {true, WAY_NONE, WAY_NONE, WAY_NONE},
		     [GEN_IMIX] = {true, WAY_RELAY_UP, WAY_NONE, WAY_NONE}},
	[GEN_PLAIN] = {[GEN_UPSTREAM] = {true, WAY_LOOP, WAY_THROUGH, WAY_NONE},
		       [GEN_DOWNSTREAM] = {true, WAY_LOOP, WAY_THROUGH, WAY_NONE},
		       [GEN_HOST] = {true, WAY_LOOP, WAY_THROUGH, WAY_NONE},
		       [GEN_IMIX] = {true, WAY_LOOP, WAY_THROUGH, WAY_NONE}},
};

static int
refuse_kind(const struct gen_options *o)
{
	char allowed[128] = "";

	for (unsigned int kind = 0; kind < GEN_KINDS; kind++) {
		size_t at = strlen(allowed);

		if (meaning[o->role][kind].allowed)
			snprintf(allowed + at, sizeof(allowed) - at, "%s%s", at == 0 ? "" : ", ",
				 gen_kind_name[kind]);
	}
	strncat(allowed,
		o->role == GEN_RSU   ? " around an RSU"
		: o->role == GEN_OBU ? " around an OBU"
				     : " with --role plain",
		sizeof(allowed) - strlen(allowed) - 1);
	return gen_refuse("kind", gen_kind_name[o->kind], allowed);
}

/** What sealing adds to a frame with that header. */
static unsigned int
overhead(const struct gen_options *o, unsigned int header)
{
	return o->seal != NULL && header != 0 ? PGN_AEAD_OVERHEAD : 0;
}

/** Bytes of a frame that are not the inner one's, with the FCS. */
static unsigned int
around(const struct gen_options *o, unsigned int header)
{
	return header + overhead(o, header) + GEN_FCS;
}

/** The inner frame of a frame of `size` bytes, as near as it can be had on all ways. */
static unsigned int
inner_of(const struct gen_plan *plan, const struct gen_options *o, unsigned int size)
{
	unsigned int before = around(o, gen_way[plan->way[0]].header_in);
	unsigned int inner = size > before ? size - before : 0, most = GEN_SIZE_MAX;
	bool by_tap = false;

	for (unsigned int i = 0; i < plan->ways; i++) {
		const struct gen_way *way = &gen_way[plan->way[i]];
		unsigned int in = around(o, way->header_in), out = around(o, way->header_out);
		unsigned int longest = GEN_SIZE_MAX - (in > out ? in : out);

		most = longest < most ? longest : most;
		by_tap |= way->header_in == 0 || way->header_out == 0;
	}
	if (o->kind == GEN_IMIX && o->role != GEN_PLAIN && by_tap && most > GEN_TAP_INNER_MAX)
		most = GEN_TAP_INNER_MAX;
	if (inner > most)
		return most;
	return inner < GEN_INNER_MIN ? GEN_INNER_MIN : inner;
}

static void
tell_size(unsigned int asked, unsigned int used)
{
	if (used != asked)
		fprintf(stderr, "pgn-gen: frames of %u bytes in place of %u: what is %s\n", used,
			asked, used < asked ? "longer would not fit" : "in them would not fit");
}

static void
make_sizes(struct gen_plan *plan, const struct gen_options *o)
{
	/* 7:4:1, each size for the first time behind the smaller ones. */
	static const uint16_t mix[GEN_TURNS] = {64,  570, 64,   64, 570, 64,
						570, 64,  1518, 64, 570, 64};
	unsigned int before = around(o, gen_way[plan->way[0]].header_in), told = 0;
	struct gen_sizes *sizes = &plan->sizes;

	if (o->kind == GEN_HEARTBEAT) {
		*sizes = (struct gen_sizes){.turns = 1, .size_mean = CONTROL_SIZE};
		tell_size(o->size, CONTROL_SIZE);
		return;
	}
	*sizes = (struct gen_sizes){.turns = o->kind == GEN_IMIX ? GEN_TURNS : 1};
	for (unsigned int i = 0; i < sizes->turns; i++) {
		unsigned int size = o->kind == GEN_IMIX ? mix[i] : o->size;

		sizes->inner[i] = (uint16_t)inner_of(plan, o, size);
		sizes->inner_mean += (double)sizes->inner[i] / sizes->turns;
		if (size > told)
			tell_size(size, sizes->inner[i] + before);
		told = size > told ? size : told;
	}
	sizes->size_mean = sizes->inner_mean + before;
}

int
gen_plan_make(struct gen_plan *plan, const struct gen_options *o)
{
	const struct meaning *m = &meaning[o->role][o->kind];
	bool same = strcmp(o->tx, o->rx) == 0, tap;
	enum gen_way_name way = same ? m->same : m->other;

	if (!m->allowed)
		return refuse_kind(o);
	if (o->kind == GEN_HEARTBEAT ? !same : way == WAY_NONE)
		return gen_refuse("rx", o->rx,
				  same ? "another port than --tx with this kind"
				       : "the port of --tx with this kind");
	if (o->role == GEN_PLAIN && o->seal != NULL)
		return gen_refuse("seal", o->seal, "with --role rsu or obu");
	if (way == WAY_HAIRPIN && o->nodes < 2)
		return gen_refuse("nodes", "1", "2 or more, as clients talk to each other");
	*plan = (struct gen_plan){.way = {way, m->also},
				  .ways = m->also != WAY_NONE ? 2 : way != WAY_NONE};
	tap = gen_way[way].in == END_TAP;
	plan->port[END_WIRE] = tap ? o->rx : o->tx;
	plan->port[END_TAP] = same ? NULL : tap ? o->tx : o->rx;
	make_sizes(plan, o);
	return 0;
}
