#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Every view for people and as JSON, with what a node said that is known beforehand."""
import os
import pty
import subprocess

import ctl_case
from ctl_case import VIEWS, Case, row
from ctl_node import client, route


class Human(Case):
    def test_stats(self):
        text = self.text("stats")
        self.assertIn("rsu peregrine 02:00:00:00:00:01, operate, up 1m 40s, counted since "
                      "2025-11-25 08:00:00Z\n", text)  # fmt: skip
        self.assertEqual(row(text, "okay"), ["okay", "2025-11-25", "08:00:00Z"])
        self.assertEqual(row(text, "received"), ["received", "1.2M", "12k"])
        self.assertEqual(row(text, "generated"), ["generated", "100", "1.0"])
        self.assertEqual(row(text, "dropped"), ["dropped", "2.0k", "20"])
        self.assertEqual(row(text, "unaccounted"), ["unaccounted", "0"])
        self.assertIn("clients 40, learned 45, refused 2, late 1\n", text)
        # 900,100 messages of 100 bytes in 100 s; 300,100 of 200
        self.assertEqual(row(text, "air0"),
                         ["air0", "up", "900k", "9.0k", "7.2M", "300k", "3.0k", "4.8M", "77"])
        self.assertEqual(row(text, "crypto_aesni_gcm"),
                         ["crypto_aesni_gcm", "2", "2h", "01m", "1", "6", "0"])
        self.assertEqual(row(text, "not_for_us")[:4], ["not_for_us", "1.5k", "15", "75.0%"])
        self.assertNotIn("does", text)

    def test_stats_per_lcore(self):
        text = self.text("stats", "--per-lcore")
        self.assertEqual(row(text, "1", "worker")[:6],
                         ["1", "worker", "45.0%", "50.0%", "25.0%", "25.0%"])

    def test_aligned(self):
        lines = self.text("pools").splitlines()[1:]
        self.assertEqual({len(line) for line in lines}, {len(lines[0])})
        ends = [line.index(text) + len(text) for line, text in
                zip(lines, ("size", "4096", "2048", "8192"), strict=True)]  # fmt: skip
        self.assertEqual(len(set(ends)), 1, lines)

    def test_no_line_ends_in_blanks(self):
        self.node.part["config"]["eal_options"] = ""
        for view in VIEWS:
            self.assertNotRegex(self.text(view), " \n", view)

    def test_lcores(self):
        text = self.text("lcores")
        self.assertEqual(row(text, "0", "control")[2], "0.5%")
        self.assertEqual(row(text, "1", "worker")[6:10], ["1.2M", "12k", "1.2M", "12k"])
        self.assertEqual(row(text, "1", "10.0%")[1:], ["10.0%", "20.0%", "0.0%", "0.0%", "0.0%",
                                                       "70.0%", "0.0%"])  # fmt: skip
        self.assertEqual(row(text, "1", "2"), ["1", "2", "5.0k", "50", "4", "0.0"])
        self.assertEqual(row(text, "air0"), ["air0", "0", "1", "900k", "9.0k"])

    def test_ports(self):
        text = self.text("ports")
        self.assertEqual(row(text, "tap", "down")[:4], ["tap", "down", "300k", "3.0k"])
        self.assertEqual(row(text, "air0", "net_fake"),
                         ["air0", "net_fake", "02:00:00:00:00:01", "0", "0", "1", "2", "1518",
                          "none", "77", "0", "0", "Vector", "AVX2", "-"])  # fmt: skip
        self.assertEqual(row(text, "air0", "upstream"),
                         ["air0", "upstream", "900k", "9.0k", "0", "0"])
        self.assertNotIn("reply", text)

    def test_names_of_ports(self):
        """A port is called what it is called, not what its key in telemetry is made of it."""
        port = self.node.part["ports"].pop("air0")
        self.node.part["ports"]["radio_0"] = {"name": "radio-0", **port}
        for view in ("ports", "stats"):
            self.assertNotEqual(row(self.text(view), "radio-0"), [])
            self.assertEqual(set(self.json(view)["ports"]), {"radio-0", "tap"})
            self.assertIn('port="radio-0"', self.text(view, "--openmetrics"))
            self.assertNotIn("radio_0", self.text(view, "--openmetrics"))

    def test_pools(self):
        text = self.text("pools")
        self.assertEqual(row(text, "256"), ["256", "4096", "100", "2.4%", "5.0k", "50", "90.0%",
                                            "30", "2", "1"])  # fmt: skip
        self.assertEqual(row(text, "1500")[3], "97.7%")

    def test_drops(self):
        text = self.text("drops")
        self.assertIn("to is neither this port's MAC nor broadcast", text)
        self.assertLess(text.index("not_for_us"), text.index("runt"))
        self.assertNotIn("truncated", text)
        self.node.part["drops"] = {"not_yet_known": 3}
        self.assertEqual(row(self.text("drops"), "not_yet_known"),
                         ["not_yet_known", "3", "0.0", "100.0%"])
        self.node.part["drops"] = {"runt": 0}
        self.assertIn("nothing was dropped\n", self.text("drops"))

    def test_routes(self):
        text = self.text("routes")
        self.assertEqual(row(text, "*", "node", "02:00:00:00:01:03"),
                         "* node 02:00:00:00:01:03 02:00:00:00:02:03 air0 1 61/64 153.0 us dead "
                         "2.9 s fewest hops, number 3".split())  # fmt: skip
        self.node.part["routes"][0]["why"] = "\033[31mred\n"
        self.assertIn("?[31mred?", self.text("routes"))

    def test_clients(self):
        text = self.text("clients")
        self.assertEqual(row(text, "0a:00:00:00:00:00"),
                         ["0a:00:00:00:00:00", "obu", "02:00:00:00:01:00"])
        self.assertEqual(row(text, "0a:00:00:00:00:27"), ["0a:00:00:00:00:27", "host"])

    def test_one_client(self):
        self.assertEqual(self.text("clients", "0a:00:00:00:00:09"), "0a:00:00:00:00:09 host\n")
        self.assertEqual(self.text("clients", "0a:00:00:00:00:08"),
                         "0a:00:00:00:00:08 obu 02:00:00:00:01:00\n")
        self.assertIn("not known", self.error("clients", "0a:00:00:00:ff:ff"))
        self.assertEqual(self.json("clients", "0a:00:00:00:00:08")["client"]["known"], 1)
        self.error("clients", "0a:00:00:00:00", code=2)

    def test_latency(self):
        text = self.text("latency")
        self.assertEqual(row(text, "1.0k"), "1.0k 10 3.1 us 3.6 us 7.2 us 1.0 ms 1.0 ms".split())
        self.assertEqual(row(text, "3.6")[2:4], ["900", "90.0%"])  # both buckets of the octave
        self.assertEqual(len(row(text, "3.6")[4]), 40)
        self.assertEqual(row(text, "7.2")[2:], ["95", "9.5%", "####"])
        self.node.part["latency"]["frames_up_to_ns"] = {}
        self.node.part["latency"]["residence_ns"]["count"] = 0
        self.assertIn("no frame was measured", self.text("latency"))

    def test_health(self):
        text = self.text("health")
        self.assertEqual(row(text, "lcores"), ["lcores", "okay"])
        self.node.part["health"].update(verdict="critical", reason="lcore 1 stalled")
        self.node.part["health"]["checks"]["lcores"] = "critical"
        text = self.text("health", code=3)
        self.assertEqual(row(text, "critical")[3:], ["lcore", "1", "stalled"])
        self.assertEqual(row(text, "lcores"), ["lcores", "critical"])
        self.assertEqual(self.json("health", code=3)["health"]["verdict"], "critical")
        self.text("health", "--openmetrics", code=3)
        for verdict in ("warning", "unknown", "other"):
            self.node.part["health"]["verdict"] = verdict
            self.text("health", code=3)
        self.text("stats")  # is not about health

    def test_config(self):
        self.assertEqual(row(self.text("config"), "node_hello_history"),
                         ["node_hello_history", "10"])

    def test_no_writing(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run((ctl_case.PROGRAM, "stats"), stdout=full, text=True,
                                  stderr=subprocess.PIPE, env=self.environment, check=False)
        self.assertEqual((done.returncode, done.stderr),
                         (1, "peregrinectl: could not write the output\n"))


class Colour(Case):
    def on_a_terminal(self, **more):
        master, slave = pty.openpty()
        environment = {**self.environment, **more}
        subprocess.run((ctl_case.PROGRAM, "health"), stdout=slave, env=environment, timeout=30,
                       check=True)  # fmt: skip
        os.close(slave)
        text = b""
        try:
            while data := os.read(master, 4096):
                text += data
        except OSError:
            pass  # what a terminal says when its last writer is gone
        os.close(master)
        return text.decode()

    def test_colour(self):
        self.assertIn("\033[32mokay\033[0m", self.on_a_terminal())
        for more in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            text = self.on_a_terminal(**more)
            self.assertIn("okay", text)
            self.assertNotIn("\033", text, more)
        self.assertNotIn("\033", self.text("health"))


class Json(Case):
    def test_every_view(self):
        for view in VIEWS:
            value = self.json(view)
            self.assertEqual(value["info"], self.node.part["info"])
            self.assertEqual(value["since_utc_ns"], self.node.part["info"]["started_utc_ns"])
            if view == "stats":
                self.assertEqual(value.keys(), {"schema", "info", "since_utc_ns", "totals",
                                                "ports", "drops", "sealing", "health"})
                self.assertEqual(value["totals"], self.node.part["totals"])
            else:
                self.assertEqual(value[view], self.node.part[view], view)

    def test_pages(self):
        for count, page in ((0, 3), (3, 3), (200, 7)):
            self.node.page = page
            self.node.part["routes"] = [route(number) for number in range(count)]
            self.node.part["clients"] = [client(number) for number in range(count)]
            self.assertEqual(self.json("routes")["routes"], self.node.part["routes"])
            self.assertEqual(self.json("clients")["clients"], self.node.part["clients"])
        self.assertIn("/peregrine/routes,196", self.node.asked)

    def test_pages_of_an_object(self):
        rings = {f"{a}_{b}": {"from_lcore": a, "to_lcore": b, "frames": 100 * a + b, "overflowed": b}
                 for a in range(1, 5) for b in range(1, 5) if a != b}  # fmt: skip
        queues = {f"air0_{n}": {"port": "air0", "queue": n, "lcore": n + 1, "frames": n}
                  for n in range(4)}  # fmt: skip
        self.node.part["spread"].update(rings=rings, queues=queues)
        self.assertEqual(self.json("lcores")["spread"], self.node.part["spread"])
        self.assertIn("/peregrine/spread,15", self.node.asked)
        text = self.text("lcores")
        self.assertEqual(row(text, "4", "3")[2], "403")
        self.assertEqual(row(text, "air0", "3")[2], "4")
        metrics = self.text("lcores", "--openmetrics")
        self.assertEqual(metrics.count("\nperegrine_spread_frames_total{"), len(rings))

    def test_a_node_without_these_pages(self):
        whole = self.node.part["spread"]
        self.node.spread_page = lambda _: whole
        self.assertEqual(self.json("lcores")["spread"], whole)

    def test_offsets_need_not_be_rows(self):
        """A node's offsets are places in a table of which some are empty."""
        pages = {"0": (0, 5, 700), "700": (5, 5, 1000), "1000": (5, 6, 0)}

        def sparse(name, parameter):
            if name != "/peregrine/routes":
                return whole(name, parameter)
            first, end, following = pages[parameter]
            rows = {str(n): route(n) for n in range(first, end)}
            return {"total": 1200, "offset": int(parameter), "next": following, "routes": rows}

        whole, self.node.data = self.node.data, sparse
        self.assertEqual(self.json("routes")["routes"], [route(n) for n in range(6)])

    def test_large_numbers(self):
        self.node.part["totals"]["received"] = 2**63 - 1
        self.assertEqual(self.json("stats")["totals"]["received"], 2**63 - 1)
        self.assertEqual(row(self.text("stats"), "received")[1], "9.2E")
        self.node.part["totals"]["unaccounted"] = -12345
        self.assertEqual(row(self.text("stats"), "unaccounted")[1], "-12k")

    def test_mode_unknown(self):
        del self.node.part["info"]["mode"]
        self.assertIn("02:00:00:00:00:01, up 1m 40s", self.text("stats"))
        self.assertNotIn("peregrine_mode", self.text("stats", "--openmetrics"))

    def test_members_of_later_versions_are_kept(self):
        self.node.part["totals"]["further"] = 1
        self.assertEqual(self.json("stats")["totals"]["further"], 1)


if __name__ == "__main__":
    ctl_case.main()
