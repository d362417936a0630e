#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What changes a node's state: what is sent, and what is said of the reply."""
import ctl_case
from ctl_case import Case

START = {"schema": 1, "do": "capture_start", "port": "all", "direction": "both", "size_mb": 5,
         "time_h": 24, "files": 8, "when_full": "oldest"}  # fmt: skip


class Control(Case):
    def asks(self, *words):
        self.node.done.clear()
        text = self.text(*words)
        (request,) = self.node.done
        return text, request

    def test_mode(self):
        for mode in ("standby", "operate"):
            self.assertEqual(self.asks("mode", mode),
                             (f"mode is {mode}\n", {"schema": 1, "do": "mode", "mode": mode}))

    def test_log(self):
        for level in ("emergency", "alert", "critical", "error", "warning", "notice", "info",
                      "debug"):  # fmt: skip
            _, request = self.asks("log", level)
            self.assertEqual(request, {"schema": 1, "do": "log_level", "level": level})

    def test_keys(self):
        self.assertEqual(self.asks("keys", "reload"),
                         ("keys were read\n", {"schema": 1, "do": "reload_keys"}))

    def test_capture(self):
        self.assertEqual(self.asks("capture", "start"), ("capture started\n", START))
        _, request = self.asks(
            "capture", "start", "--port", "air0", "--direction", "in", "--kind", "heartbeat",
            "--kind", "reply", "--kind", "heartbeat", "--mac", "02:00:00:00:00:0A", "--size", "40",
            "--time", "1", "--files", "1000", "--directory", "/tmp/x", "--when-full", "stop")  # fmt: skip
        self.assertEqual(request, {**START, "port": "air0", "direction": "in", "size_mb": 40,
                                   "kinds": ["heartbeat", "reply"], "mac": "02:00:00:00:00:0A",
                                   "time_h": 1, "files": 1000, "directory": "/tmp/x",
                                   "when_full": "stop"})
        self.assertEqual(self.asks("capture", "stop"),
                         ("capture stopped\n", {"schema": 1, "do": "capture_stop"}))

    def test_capture_status(self):
        self.assertEqual(self.asks("capture", "status"),
                         ("not capturing\n", {"schema": 1, "do": "capture_status"}))
        self.node.capture = {"running": 1, "file": "/var/log/peregrine/a.pcapng",
                             "frames": 123456, "bytes": 5_000_000, "lost": 3, "ended": ""}  # fmt: skip
        self.assertEqual(self.asks("capture", "status")[0],
                         "capturing to /var/log/peregrine/a.pcapng: 123k frames, 5.0MB, lost 3\n")
        self.assertEqual(self.json("capture", "status"),
                         {"schema": 1, "done": 1, **self.node.capture})
        ended = "the last file is /var/log/peregrine/a.pcapng: 123k frames, 5.0MB, lost 3\n"
        self.node.capture["running"] = 0
        self.assertEqual(self.asks("capture", "status")[0], f"not capturing; {ended}")
        self.node.capture["ended"] = "the disk is full"
        self.assertEqual(self.asks("capture", "status")[0],
                         f"not capturing: the disk is full; {ended}")
        self.node.capture.update(file="/" + 999 * "f", ended=999 * "\x1b")
        self.assertRegex(self.asks("capture", "status")[0], r"^not capturing: \?{256}; .* lost 3$")

    def test_refused(self):
        self.node.refusal = {"schema": 1, "done": 0, "error": "no such port: air9"}
        self.assertEqual(self.error("capture", "start", "--port", "air9"),
                         "peregrinectl: the node says: no such port: air9\n")
        self.assertEqual(self.error("capture", "status"),
                         "peregrinectl: the node says: no such port: air9\n")
        self.error("mode", "standby", "--json")

    def test_replies_of_no_use(self):
        for reply in ({}, [], {"schema": 2, "done": 1}, {"schema": 1}, {"schema": 1, "done": "1"},
                      {"schema": 1, "done": 2}):  # fmt: skip
            self.node.refusal = reply
            self.error("keys", "reload")
        self.node.act = lambda request: "x" * 70000
        self.assertIn("reply longer than 65536 bytes", self.error("keys", "reload"))

    def test_json(self):
        self.assertEqual(self.json("mode", "standby"), {"schema": 1, "done": 1})


if __name__ == "__main__":
    ctl_case.main()
