/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <string.h>

#include "log.h"
#include "report.h"

void
pgn_report_sum(const struct pgn_report_lane *lanes, unsigned int lane_count,
	       struct pgn_counters *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (unsigned int i = 0; i < lane_count; i++)
		pgn_stats_add(sum, lanes[i].counters);
}

unsigned int
pgn_report_sum_lcore(const struct pgn_report_lane *lanes, unsigned int lane_count,
		     unsigned int lcore, struct pgn_counters *sum)
{
	unsigned int found = 0;

	memset(sum, 0, sizeof(*sum));
	for (unsigned int i = 0; i < lane_count; i++) {
		if (lanes[i].lcore != lcore)
			continue;
		pgn_stats_add(sum, lanes[i].counters);
		found++;
	}
	return found;
}

static const char *
port_name(const struct pgn_config *config, unsigned int port)
{
	return port == PGN_PORT_TAP ? config->tap.port.name : config->wire[port].name;
}

static void
print_traffic(FILE *out, const struct pgn_config *config, const char *direction,
	      const struct pgn_traffic *traffic)
{
	for (unsigned int port = 0; port < PGN_MAX_PORTS; port++) {
		for (unsigned int kind = 0; kind < PGN_KIND_COUNT; kind++) {
			const struct pgn_traffic *t = &traffic[port * PGN_KIND_COUNT + kind];

			if (t->messages > 0)
				fprintf(out, "%s.%s.%s messages %" PRIu64 " bytes %" PRIu64 "\n",
					direction, port_name(config, port), pgn_kind_name(kind),
					t->messages, t->bytes);
		}
	}
}

void
pgn_report_totals(FILE *out, const struct pgn_config *config, const struct pgn_report_lane *lanes,
		  unsigned int lane_count, uint64_t in_flight)
{
	struct pgn_counters sum;
	struct pgn_balance balance;

	pgn_report_sum(lanes, lane_count, &sum);
	balance = pgn_stats_balance(&sum);

	fprintf(out, "received %" PRIu64 "\n", balance.received);
	fprintf(out, "generated %" PRIu64 "\n", balance.generated);
	fprintf(out, "copied %" PRIu64 "\n", balance.copied);
	fprintf(out, "sent %" PRIu64 "\n", balance.sent);
	fprintf(out, "kept %" PRIu64 "\n", balance.kept);
	fprintf(out, "dropped %" PRIu64 "\n", balance.dropped);
	fprintf(out, "in_flight %" PRIu64 "\n", in_flight);
	fprintf(out, "unaccounted %" PRId64 "\n",
		pgn_stats_unaccounted(&balance) - (int64_t)in_flight);
	print_traffic(out, config, "rx", &sum.received[0][0]);
	print_traffic(out, config, "tx", &sum.sent[0][0]);
	for (unsigned int drop = 0; drop < PGN_DROP_COUNT; drop++) {
		if (sum.dropped[drop] > 0)
			fprintf(out, "drop.%s %" PRIu64 "\n", pgn_drop_name(drop),
				sum.dropped[drop]);
	}
	fprintf(out, "clients.learned %" PRIu64 "\n", sum.clients_learned);
	fprintf(out, "clients.refused %" PRIu64 "\n", sum.clients_refused);
	fprintf(out, "clients.late %" PRIu64 "\n", sum.clients_late);
	fprintf(out, "capture.lost %" PRIu64 "\n", sum.capture_lost);
}

void
pgn_report_losses(FILE *out, const struct pgn_port *port)
{
	const char *name = port->config->name;

	fprintf(out, "loss.%s.missed %" PRIu64 "\n", name, port->losses.missed);
	fprintf(out, "loss.%s.no_buffer %" PRIu64 "\n", name, port->losses.no_buffer);
	fprintf(out, "loss.%s.errors %" PRIu64 "\n", name, port->losses.errors);
}

struct pgn_bufpool_counters
pgn_report_class(const struct pgn_bufpool *pool, enum pgn_class class)
{
	struct pgn_bufpool_counters sum = {0};

	for (unsigned int lcore = 0; lcore < RTE_MAX_LCORE; lcore++) {
		struct pgn_bufpool_counters c = pgn_bufpool_counters(pool, lcore, class);

		sum.gets += c.gets;
		sum.hits += c.hits;
		sum.refills += c.refills;
		sum.fallbacks += c.fallbacks;
		sum.failures += c.failures;
	}
	return sum;
}

void
pgn_report_pool(FILE *out, const struct pgn_bufpool *pool)
{
	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++) {
		struct pgn_bufpool_counters sum = pgn_report_class(pool, c);
		const char *name = pgn_class_name(c);

		fprintf(out, "pool.%s.size %u\n", name, pgn_bufpool_size(pool, c));
		fprintf(out, "pool.%s.in_use %u\n", name, pgn_bufpool_in_use(pool, c));
		fprintf(out, "pool.%s.gets %" PRIu64 "\n", name, sum.gets);
		fprintf(out, "pool.%s.hits %" PRIu64 "\n", name, sum.hits);
		fprintf(out, "pool.%s.refills %" PRIu64 "\n", name, sum.refills);
		fprintf(out, "pool.%s.fallbacks %" PRIu64 "\n", name, sum.fallbacks);
		fprintf(out, "pool.%s.failures %" PRIu64 "\n", name, sum.failures);
	}
}

uint32_t
pgn_report_outstanding(const struct pgn_bufpool *pool, const struct pgn_port *ports)
{
	uint32_t kept = 0, sum = 0;

	for (unsigned int i = 0; i < PGN_MAX_PORTS; i++)
		kept += ports[i].kept_at_close;
	for (unsigned int c = 0; c < PGN_CLASS_COUNT; c++) {
		uint32_t count = pgn_bufpool_in_use(pool, c);

		if (c == PGN_CLASS_1500 && count > 0 && count <= kept) {
			pgn_log(LOG_NOTICE,
				"class %s: %u buffers lie in rings of net_af_xdp, which does not "
				"give them back",
				pgn_class_name(c), count);
			continue;
		}
		if (count > 0)
			pgn_log(LOG_ERR, "class %s: %u buffers are not back", pgn_class_name(c),
				count);
		sum += count;
	}
	return sum;
}

static bool
seen_before(const struct pgn_report_lane *lanes, unsigned int lane)
{
	for (unsigned int i = 0; i < lane; i++) {
		if (lanes[i].lcore == lanes[lane].lcore)
			return true;
	}
	return false;
}

void
pgn_report_lcores(FILE *out, const struct pgn_report_lane *lanes, unsigned int lane_count)
{
	for (unsigned int i = 0; i < lane_count; i++) {
		unsigned int lcore = lanes[i].lcore;
		struct pgn_counters sum;
		struct pgn_balance balance;

		if (seen_before(lanes, i))
			continue;
		pgn_report_sum_lcore(lanes, lane_count, lcore, &sum);
		balance = pgn_stats_balance(&sum);
		fprintf(out, "lcore.%u.rx_messages %" PRIu64 "\n", lcore, balance.received);
		fprintf(out, "lcore.%u.tx_messages %" PRIu64 "\n", lcore, balance.sent);
		fprintf(out, "lcore.%u.kept %" PRIu64 "\n", lcore, balance.kept);
		fprintf(out, "lcore.%u.dropped %" PRIu64 "\n", lcore, balance.dropped);
		fprintf(out, "lcore.%u.polls %" PRIu64 "\n", lcore, sum.polls);
		fprintf(out, "lcore.%u.empty_polls %" PRIu64 "\n", lcore, sum.empty_polls);
	}
}
