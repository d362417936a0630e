#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Every view of a real node, an RSU that hears its own heartbeats by a ring; every change of it."""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

import ctl_case
import ctl_metrics
from ctl_case import VIEWS, find, row

NAME = f"ctl{os.getpid()}"
CONFIG = f"""
node {{ role = rsu  name = "{NAME}"  hello_periodicity = 20 }}
wire air0 {{ port = "net_ring0" }}
tap {{ port = "net_ring1" }}
aead {{ key_file = "FOLDER/keys" device = "crypto_openssl" }}
capture {{ directory = "FOLDER/captures" }}
eal {{ lcores = "0" }}
"""
PEREGRINE = ""


class Real(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ctl-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "node.conf").write_text(CONFIG.replace("FOLDER", folder.name))
        self.write_keys("00")
        self.environment = {**os.environ, "XDG_RUNTIME_DIR": folder.name}
        self.start()
        self.addCleanup(lambda: self.stop())

    def start(self, prefix=()):
        self.log = open(self.folder / "log", "w")
        self.node = subprocess.Popen((*prefix, PEREGRINE, "-c", self.folder / "node.conf"),
                                     stdout=self.log, stderr=self.log)  # fmt: skip
        self.wait(lambda: self.ctl("health")[0] == 0)

    def wait(self, check):
        end = time.monotonic() + 30
        while not check():
            assert self.node.poll() is None and time.monotonic() < end, self.said()
            time.sleep(0.1)

    def stop(self):
        self.node.send_signal(signal.SIGTERM)
        self.assertEqual(self.node.wait(timeout=20), 0, self.said())
        self.log.close()

    def write_keys(self, *octets):
        keys = self.folder / "keys"
        keys.write_text("".join(octet * 32 + "\n" for octet in octets))
        keys.chmod(0o600)

    def said(self):
        return (self.folder / "log").read_text()

    def ctl(self, *words):
        command = (ctl_case.PROGRAM, "-f", NAME, *words)
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment,
                              timeout=30, check=False)  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    def good(self, *words):
        code, text, errors = self.ctl(*words)
        self.assertEqual((code, errors), (0, ""), words)
        return text

    def json(self, *words):
        return json.loads(self.good(*words, "--json"))

    def test_views(self):
        for view in VIEWS:
            self.assertIn(f"rsu {NAME} ", self.good(view).splitlines()[0])
            value = self.json(view)
            self.assertEqual((value["schema"], value["info"]["name"]), (1, NAME))
            if view != "config":
                families = ctl_metrics.read(self.good(view, "--openmetrics"))
                self.assertEqual(ctl_metrics.value(families, "peregrine_up"), 1)
        self.assertEqual(row(self.good("config"), "node_hello_periodicity")[1], "20")
        self.assertEqual(row(self.good("lcores"), "0", "both")[0], "0")

    def test_counts(self):
        self.wait(lambda: self.json("stats")["totals"]["received"] >= 10)
        value = self.json("stats")
        self.assertGreaterEqual(value["ports"]["air0"]["tx_messages"]["heartbeat"], 10)
        self.assertEqual(value["totals"]["unaccounted"], 0)
        self.assertNotEqual(find(self.good("drops"), "bad_from"), [])

    def test_reset_and_restart(self):
        self.good("reset")
        self.wait(lambda: self.json("stats")["totals"]["received"] >= 3)
        self.assertIn("(reset)", self.good("stats"))
        before = self.json("stats")["info"]["instance"]
        self.stop()
        self.assertEqual(self.ctl("stats")[0], 1)
        self.start()
        self.assertNotIn("(reset)", self.good("stats"))
        self.assertNotEqual(self.json("stats")["info"]["instance"], before)

    def test_mode(self):
        self.assertEqual(self.good("mode", "standby"), "mode is standby\n")
        self.wait(lambda: "other" in self.ctl("health")[1])
        self.assertEqual(self.ctl("health")[0], 3)
        before = self.json("stats")["totals"]["generated"]
        time.sleep(0.2)
        self.assertEqual(self.json("stats")["totals"]["generated"], before)
        self.good("mode", "operate")
        self.wait(lambda: self.json("stats")["totals"]["generated"] > before)
        self.wait(lambda: self.ctl("health")[0] == 0)

    def test_log(self):
        self.good("log", "debug")
        self.assertIn("log.level is debug", self.said())

    def test_keys(self):
        self.write_keys("00", "11")
        self.assertEqual(self.good("keys", "reload"), "keys were read\n")
        self.assertIn(f"keys read again from {self.folder}/keys: 2, ", self.said())
        self.write_keys("short")
        code, _, errors = self.ctl("keys", "reload")
        self.assertEqual((code, "the node says: " in errors), (1, True), errors)

    def test_capture(self):
        self.good("capture", "start", "--port", "air0", "--direction", "out", "--kind", "heartbeat",
                  "--directory", self.folder)  # fmt: skip
        self.wait(lambda: self.json("capture", "status")["frames"] >= 5)
        status = self.json("capture", "status")
        self.assertEqual((status["running"], status["lost"]), (1, 0))
        self.assertEqual(Path(status["file"]).parent, self.folder)
        self.assertIn(f"capturing to {status['file']}: ", self.good("capture", "status"))
        self.good("capture", "stop")
        self.wait(lambda: "not capturing" in self.good("capture", "status"))
        self.assertIn(f"not capturing; the last file is {status['file']}: ",
                      self.good("capture", "status"))
        self.assertGreater(Path(status["file"]).stat().st_size, 5 * 46)
        code, _, errors = self.ctl("capture", "start", "--port", "air9", "--directory", self.folder)
        self.assertEqual((code, "the node says: " in errors), (1, True), errors)

    def test_name_that_is_no_key(self):
        """A wire's name may have a -, a key of telemetry may not."""
        self.stop()
        path = self.folder / "node.conf"
        path.write_text(path.read_text().replace("wire air0", "wire radio-0"))
        self.start()
        for view in VIEWS:
            self.good(view)
            self.json(view)
        self.assertNotEqual(row(self.good("ports"), "radio-0", "up"), [])
        self.assertNotEqual(row(self.good("stats"), "radio-0", "up"), [])
        self.assertNotEqual(row(self.good("lcores"), "radio-0", "0", "0"), [])
        self.assertEqual(set(self.json("ports")["ports"]), {"radio-0", "tap"})
        config = self.json("config")["config"]
        self.assertEqual(config["wire_radio_0_port"], "net_ring0")
        command = (ctl_case.PROGRAM, "-f", NAME, "exporter", "--listen", "127.0.0.1:0")
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True, env=self.environment) as exporter:  # fmt: skip
            self.addCleanup(exporter.kill)
            url = exporter.stdout.readline().strip()
            if url.startswith("http"):
                with urllib.request.urlopen(url, timeout=10) as answer:
                    text = answer.read().decode()
                families = ctl_metrics.read(text)
                self.assertEqual(ctl_metrics.value(families, "peregrine_up"), 1)
                self.assertIn('peregrine_port_link_up{port="radio-0"} 1\n', text)
            exporter.kill()

    def test_capture_where_the_file_says(self):
        """It makes the directory, which is not there yet, and keeps as many files as it is told."""
        folder = self.folder / "captures"
        for count in (1, 2, 2):
            self.good("capture", "start", "--port", "air0", "--files", "2")
            self.wait(lambda: self.json("capture", "status")["frames"] > 0)
            self.good("capture", "stop")
            self.wait(lambda: "not capturing" in self.good("capture", "status"))
            self.assertEqual(len(list(folder.iterdir())), count)

    def test_capture_on_a_full_disk(self):
        folder = self.folder / "small"
        folder.mkdir()
        self.stop()
        self.start(("unshare", "--mount", "sh", "-c",
                    f'mount -t tmpfs -o size=16k none {folder} && exec "$@"', "sh"))  # fmt: skip
        self.good("capture", "start", "--when-full", "stop", "--directory", folder)
        self.wait(lambda: "not capturing" in self.good("capture", "status"))
        self.assertRegex(self.good("capture", "status"),
                         rf"^not capturing: the disk is full; the last file is {folder}/\S+: "
                         r"\d+ frames, \d+kB, lost [1-9]\d*\n$")  # fmt: skip


if __name__ == "__main__":
    if os.geteuid() != 0:
        sys.exit(ctl_case.SKIP)
    PEREGRINE = sys.argv.pop(2)
    ctl_case.main()
