#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""--openmetrics of every view, read by the rules of OpenMetrics."""
import ctl_case
import ctl_metrics
from ctl_case import Case

ALWAYS = {"peregrine", "peregrine_up", "peregrine_start_time_seconds", "peregrine_workers",
          "peregrine_sealing_enabled", "peregrine_mode"}  # fmt: skip
VIEWS = {
    "stats": {"peregrine_messages", "peregrine_drops", "peregrine_rx_messages",
              "peregrine_health", "peregrine_sealing_failed"},
    "lcores": {"peregrine_lcore_busy_seconds", "peregrine_lcore_bursts",
               "peregrine_spread_frames", "peregrine_queue_rx_frames"},
    "ports": {"peregrine_rx_messages", "peregrine_tx_bytes", "peregrine_port",
              "peregrine_port_link_up", "peregrine_port_lost_frames"},
    "pools": {"peregrine_pool_size_buffers", "peregrine_pool_failures"},
    "drops": {"peregrine_drops"},
    "routes": {"peregrine_route_hops", "peregrine_route_delivery_ratio"},
    "clients": {"peregrine_clients_listed"},
    "latency": {"peregrine_residence_seconds"},
    "health": {"peregrine_health", "peregrine_health_check_okay"},
}  # fmt: skip


class OpenMetrics(Case):
    def families(self, view):
        return ctl_metrics.read(self.text(view, "--openmetrics"))

    def check(self, view, *rows):
        families = self.families(view)
        for name, labels, value in rows:
            self.assertEqual(ctl_metrics.value(families, name, **labels), value, (name, labels))

    def test_families(self):
        for view, names in VIEWS.items():
            families = self.families(view)
            self.assertLessEqual(ALWAYS | names, families.keys(), view)
        self.assertEqual(families.keys() - ALWAYS - {"peregrine_health_since_seconds"}, names)

    def test_node(self):
        self.node.part["health"]["verdict"] = "okay"
        self.check(
            "stats",
            ("peregrine_up", {}, 1),
            ("peregrine_info", {"version": "0.1.0", "name": "peregrine", "role": "rsu",
                                "instance_id": "0123456789abcdef",
                                "identity": "02:00:00:00:00:01"}, 1),
            ("peregrine_start_time_seconds", {}, 1764057600),
            ("peregrine_mode", {"mode": "operate"}, 1),
            ("peregrine_mode", {"mode": "standby"}, 0),
            ("peregrine_health", {"verdict": "okay"}, 1),
            ("peregrine_health", {"verdict": "critical"}, 0),
            ("peregrine_messages_total", {"term": "kept"}, 32677),
            ("peregrine_unaccounted_messages", {}, 0),
            ("peregrine_clients", {}, 40),
            ("peregrine_sealing_failed_total", {"reason": "authentication"}, 6),
            ("peregrine_sealing_key_age_seconds", {}, 7260),
            ("peregrine_drops_total", {"reason": "not_for_us"}, 1500),
            ("peregrine_drops_total", {"reason": "truncated"}, 0),
        )  # fmt: skip

    def test_parts(self):
        self.check(
            "lcores",
            ("peregrine_lcore_busy_seconds_total", {"lcore": "1"}, 45),
            ("peregrine_lcore_role_seconds_total", {"lcore": "1"}, 11.25),
            ("peregrine_lcore_bursts_total", {"lcore": "0", "frames": "32_63"}, 70),
            ("peregrine_lcore_rx_messages_total", {"lcore": "1"}, 1234567),
            ("peregrine_spread_overflowed_frames_total", {"from_lcore": "1", "to_lcore": "2"}, 4),
            ("peregrine_queue_rx_frames_total", {"port": "air0", "queue": "0", "lcore": "1"},
             900100),
        )  # fmt: skip
        self.check(
            "ports",
            ("peregrine_rx_messages_total", {"port": "air0", "kind": "upstream"}, 900000),
            ("peregrine_tx_bytes_total", {"port": "tap", "kind": "host"}, 180000000),
            ("peregrine_port_link_up", {"port": "tap"}, 0),
            ("peregrine_port_lost_frames_total", {"port": "air0", "reason": "missed"}, 77),
            ("peregrine_port_info", {"port": "tap", "device": "net_fake", "spread": "none",
                                     "mac": "02:00:00:00:00:11"}, 1),
        )  # fmt: skip
        self.check("pools", ("peregrine_pool_in_use_buffers", {"class": "1500"}, 8000),
                   ("peregrine_pool_hits_total", {"class": "256"}, 4500))  # fmt: skip
        way = {"kind": "node", "node": "02:00:00:00:01:02", "next_hop": "02:00:00:00:02:02",
               "wire": "air0"}  # fmt: skip
        self.check("routes", ("peregrine_route_hops", way, 3),
                   ("peregrine_route_delivery_ratio", way, 62 / 64),
                   ("peregrine_route_latency_seconds", way, 0.000152))  # fmt: skip
        self.check("clients", ("peregrine_clients_listed", {"where": "host"}, 4),
                   ("peregrine_clients_listed", {"where": "obu"}, 36))  # fmt: skip

    def test_only_routes_that_are_used(self):
        self.node.part["routes"][1]["current"] = 0
        self.assertEqual(len(self.families("routes")["peregrine_route_hops"].samples), 4)

    def test_histogram(self):
        family = self.families("latency")["peregrine_residence_seconds"]
        bounds = [(float(dict(labels)["le"]), count) for (_, labels), count in
                  family.samples.items()]  # fmt: skip
        self.assertEqual(bounds, sorted(bounds))
        counts = [count for _, count in bounds]
        self.assertEqual(counts, sorted(counts))
        at = dict(bounds)
        self.assertEqual((at[2e-6], at[5e-6], at[1e-5], at[1e-3], at[2e-3], at[float("inf")]),
                         (0, 900, 995, 995, 1000, 1000))

    def test_buckets_stay_the_same(self):
        """A bucket that is empty now must not be a series that ends."""
        before = self.families("latency")["peregrine_residence_seconds"].samples.keys()
        self.node.part["latency"]["frames_up_to_ns"] = {}
        after = self.families("latency")["peregrine_residence_seconds"].samples
        self.assertEqual((after.keys(), set(after.values())), (before, {0.0}))

    def test_escapes(self):
        self.node.part["info"]["name"] = 'a"b\\c\nd'
        self.assertIn('name="a\\"b\\\\c\\nd"', self.text("drops", "--openmetrics"))
        self.families("drops")

    def test_health(self):
        self.node.part["health"]["verdict"] = "warning"
        self.node.part["health"]["checks"]["keys"] = "warning"
        families = ctl_metrics.read(self.text("health", "--openmetrics", code=3))
        self.assertEqual([ctl_metrics.value(families, "peregrine_health", verdict=verdict)
                          for verdict in ("okay", "warning", "critical", "unknown", "other")],
                         [0, 1, 0, 0, 0])  # fmt: skip
        self.assertEqual(ctl_metrics.value(families, "peregrine_health_check_okay", check="keys"), 0)


if __name__ == "__main__":
    ctl_case.main()
