#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Nodes that are gone or answer badly, command lines that are wrong, and where the sockets are."""
import shutil

import ctl_case
from ctl_case import Case
from ctl_node import FakeNode

BROKEN = {
    "cut": "not JSON",
    "not JSON": "not JSON",
    "too long": "reply longer than",
    "another": "reply to something else",
    "closes": "the node closed the connection",
    "greeting": "max_output_len",
    "silent": "no answer within 2 s",
}
USAGE = (
    (), ("status",), ("stats", "stray"), ("stats", "--watch"), ("stats", "--watch", "0"),
    ("stats", "--watch", "nan"), ("stats", "--watch", "1s"), ("stats", "--json=1"),
    ("stats", "-x"), ("stats", "--unknown"), ("stats", "--json", "--openmetrics"),
    ("stats", "--openmetrics", "--watch", "1"), ("ports", "--per-lcore"),
    ("mode",), ("mode", "off"), ("mode", "standby", "operate"), ("mode", "standby", "--watch", "1"),
    ("log", "loud"), ("keys",), ("keys", "forget"), ("capture",), ("capture", "pause"),
    ("capture", "stop", "--port", "air0"), ("capture", "start", "--size", "41"),
    ("capture", "start", "--size", "0"), ("capture", "start", "--time", "49"),
    ("capture", "start", "--size", "5MB"), ("capture", "start", "--kind", "data"),
    ("capture", "start", "--direction", "up"), ("capture", "start", "--mac", "02:00:00:00:00"),
    ("capture", "start", "--mac", "02-00-00-00-00-01"), ("capture", "start", "--directory", "x"),
    ("capture", "start", "--files", "0"), ("capture", "start", "--files", "1001"),
    ("capture", "start", "--when-full", "wait"), ("config", "--openmetrics"),
    ("stats", "--listen", "127.0.0.1:0"), ("-f", "a/b", "stats"), ("-f", "", "stats"),
    ("-f", "a", "--socket", "b", "stats"), ("clients", "me"), ("reset", "--openmetrics"),
    ("clients", "0a:00:00:00:00:00", "--openmetrics"),
)  # fmt: skip


class Node(Case):
    def test_no_node(self):
        self.node.close()
        path = self.node.telemetry
        self.assertEqual(self.error("stats"), f"peregrinectl: {path}: no node listens there\n")
        self.error("stats", "--watch", "1")
        self.error("reset")
        self.error("clients", "0a:00:00:00:00:00")
        self.assertIn("peregrine.ctl: no node listens", self.error("mode", "standby"))

    def test_broken(self):
        for way, text in BROKEN.items():
            self.node.broken = way
            self.assertIn(text, self.error("stats"), way)
        self.node.broken = "cut"
        self.assertIn("/peregrine/routes,0: reply is not JSON", self.error("routes"))

    def test_other_schema(self):
        self.node.part["info"]["schema"] = 2
        self.assertIn("schema 2, this program schema 1", self.error("stats"))

    def test_part_the_node_does_not_know(self):
        del self.node.part["pools"]
        self.assertIn("/peregrine/pools: unknown to the node", self.error("pools"))

    def test_fields(self):
        del self.node.part["totals"]["kept"]
        self.assertIn('/peregrine/totals: reply without "kept"', self.error("stats"))
        self.node.part["totals"]["kept"] = "many"
        self.assertIn('a "kept" of another type', self.error("stats"))
        self.node.part["totals"]["kept"] = -1
        self.error("stats")
        self.node.part["ports"]["air0"]["rx_bytes"]["host"] = 0.5
        self.error("ports")
        del self.node.part["routes"][4]["why"]
        self.assertIn('/peregrine/routes,3: reply without "why"', self.error("routes"))
        self.node.part["drops"] = []
        self.error("drops")
        self.node.part["lcores"]["1"]["does"] = 7
        self.assertIn("/peregrine/lcore,1", self.error("lcores"))

    def test_another_page(self):
        """Neither the wrong page nor one that leads back may make it go round for ever."""
        whole = self.node.data
        for wrong in ({"offset": 0}, {"next": 3}, {"next": 2}, {"next": -1}):

            def turns(name, parameter, wrong=wrong):
                data = whole(name, parameter)
                return {**data, **wrong} if (name, parameter) == ("/peregrine/clients", "3") else data

            self.node.data = turns
            self.assertIn("/peregrine/clients,3: reply with another page", self.error("clients"))

    def test_lcores(self):
        whole = self.node.data
        for ids in ({}, [7], [0, 7]):
            self.node.data = lambda name, parameter, ids=ids: (
                ids if name == "/peregrine/lcores" else whole(name, parameter))
            self.error("lcores")


class Usage(Case):
    def test_usage(self):
        for words in USAGE:
            with self.subTest(words):
                self.error(*words, code=2)
        self.assertEqual((self.node.asked, self.node.done), ([], []))

    def test_help_and_version(self):
        self.assertRegex(self.text("--version"), r"^peregrinectl \d+\.\d+\.\d+\n$")
        text = self.text("--help")
        for command in ("stats", "capture", "exporter", "top"):
            self.assertIn(f"\n  {command} ", text)

    def test_order(self):
        self.assertEqual(self.text("--json", "health"), self.text("health", "--json"))


class Place(Case):
    def test_prefix(self):
        with FakeNode(self.folder / "dpdk/other") as other:
            other.part["info"]["name"] = "other"
            self.assertEqual(self.json("health", "-f", "other")["info"]["name"], "other")
            self.text("mode", "standby", "-f", "other")
            self.assertEqual(len(other.done), 1)
        self.assertEqual(self.node.done, [])
        self.error("health", "-f", "nobody")

    def test_socket(self):
        del self.environment["RUNTIME_DIRECTORY"]
        self.text("health", "--socket", self.node.telemetry)
        self.text("mode", "standby", "--socket", self.node.telemetry)
        self.assertEqual(len(self.node.done), 1)

    def test_socket_here(self):
        """A path without a folder is in this one, and so is the control socket."""
        with self.start("mode", "standby", "--socket", "dpdk_telemetry.v2",
                        cwd=self.node.folder) as process:  # fmt: skip
            process.communicate(timeout=10)
        self.assertEqual((process.returncode, len(self.node.done)), (0, 1))

    def test_path_too_long(self):
        self.assertIn("longer than 107 bytes", self.error("health", "--socket", "/" + 200 * "x"))

    def test_no_folder(self):
        self.node.close()
        shutil.rmtree(self.node.folder)
        self.error("health")


if __name__ == "__main__":
    ctl_case.main()
