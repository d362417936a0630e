#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The exporter over HTTP, read by this test and by a real Prometheus where there is one."""
import http.client
import json
import shutil
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request

import ctl_case
import ctl_metrics
from ctl_case import Case

TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
CONFIG = """
global: {{scrape_interval: 250ms, scrape_timeout: 250ms}}
scrape_configs:
  - job_name: peregrine
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""
PATIENCE = 60


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def until(good, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not (value := good()):
        assert time.monotonic() < end, good
        time.sleep(0.1)
    return value


class Exporter(Case):
    def setUp(self):
        super().setUp()
        self.exporter, self.port = self.listen("127.0.0.1:0")

    def listen(self, address):
        exporter = self.start("exporter", "--listen", address)
        self.addCleanup(exporter.communicate)
        self.addCleanup(exporter.kill)
        line = exporter.stdout.readline()
        if "built without" in line or not line:
            self.skipTest(exporter.stderr.readline().strip())
        url = urllib.parse.urlparse(line.strip())
        self.assertEqual(url.path, "/metrics")
        return exporter, url.port

    def ask(self, method="GET", path="/metrics", host="127.0.0.1", port=None, body=None):
        connection = http.client.HTTPConnection(host, port or self.port, timeout=10)
        connection.request(method, path, body)
        reply = connection.getresponse()
        text = reply.read().decode()
        connection.close()
        return reply.status, reply.getheader("Content-Type"), text

    def scrape(self):
        status, kind, text = self.ask()
        self.assertEqual((status, kind), (200, TYPE))
        return ctl_metrics.read(text)


class Http(Exporter):
    def test_all_parts(self):
        families = self.scrape()
        for view in ("stats", "lcores", "ports", "pools", "drops", "routes", "latency", "health"):
            of_view = ctl_metrics.read(self.text(view, "--openmetrics"))
            for name, family in of_view.items():
                self.assertEqual(families[name].samples, family.samples, name)

    def test_node_goes_and_comes(self):
        self.assertEqual(ctl_metrics.value(self.scrape(), "peregrine_up"), 1)
        self.node.close()
        for _ in range(2):
            families = self.scrape()
            self.assertEqual(ctl_metrics.value(families, "peregrine_up"), 0)
            self.assertEqual(len(families), 1)
        self.node.restart()
        families = self.scrape()
        self.assertEqual(ctl_metrics.value(families, "peregrine_messages_total", term="received"),
                         11)  # fmt: skip
        self.exporter.send_signal(signal.SIGTERM)
        _, errors = self.exporter.communicate(timeout=10)
        self.assertEqual(errors.count("no node listens"), 1, errors)

    def test_silent_node(self):
        self.node.broken = "silent"
        self.assertEqual(ctl_metrics.value(self.scrape(), "peregrine_up"), 0)

    def test_paths_and_methods(self):
        self.assertEqual(self.ask(path="/")[0], 200)
        self.assertEqual(self.ask(path="/metric")[0], 404)
        for method, body in (("POST", "x" * 100000), ("DELETE", None), ("PUT", "")):
            self.assertEqual(self.ask(method, body=body)[0], 405, method)
        status, kind, text = self.ask("HEAD")
        self.assertEqual((status, kind, text), (200, TYPE, ""))

    def test_one_connection_many_scrapes(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        for _ in range(50):
            connection.request("GET", "/metrics")
            reply = connection.getresponse()
            self.assertTrue(reply.read().endswith(b"# EOF\n"))
        connection.close()

    def test_not_http(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as one:
            one.sendall(b"\x00\xff" * 5000)
            self.scrape()  # others need not wait for it

    def test_ends(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            exporter, _ = self.listen("127.0.0.1:0")
            exporter.send_signal(number)
            self.assertEqual(exporter.wait(timeout=10), 0)

    def test_ipv6(self):
        if not socket.has_ipv6:
            self.skipTest("no IPv6")
        try:
            with socket.socket(socket.AF_INET6) as one:
                one.bind(("::1", 0))
        except OSError:
            self.skipTest("no ::1")
        _, port = self.listen("[::1]:0")
        self.assertEqual(self.ask(host="::1", port=port)[0], 200)

    def test_addresses(self):
        self.assertIn("Address already in use",
                      self.error("exporter", "--listen", f"127.0.0.1:{self.port}"))
        for address in ("9464", ":9464", "localhost:9464", "127.0.0.1:", "127.0.0.1:65536",
                        "127.0.0.1:-1", "[::1:9464", "::1:9464", "127.0.0.1:9464x"):  # fmt: skip
            self.error("exporter", "--listen", address, code=2)


class Prometheus(Exporter):
    def setUp(self):
        program = shutil.which("prometheus")
        if program is None:
            self.skipTest("there is no prometheus")
        super().setUp()
        self.api = free_port()
        config = self.folder / "prometheus.yml"
        config.write_text(CONFIG.format(port=self.port))
        server = subprocess.Popen(
            (program, f"--config.file={config}", f"--storage.tsdb.path={self.folder / 'data'}",
             f"--web.listen-address=127.0.0.1:{self.api}", "--log.level=warn"),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # fmt: skip
        self.addCleanup(server.communicate)
        self.addCleanup(server.kill)

    def query(self, expression):
        url = f"http://127.0.0.1:{self.api}/api/v1/query?" + urllib.parse.urlencode(
            {"query": expression})  # fmt: skip
        try:
            with urllib.request.urlopen(url, timeout=5) as reply:
                return json.load(reply)["data"]["result"]
        except OSError:
            return []  # not up yet

    def number(self, expression):
        result = self.query(expression)
        return float(result[0]["value"][1]) if len(result) == 1 else None

    def test_every_family(self):
        until(lambda: self.number("peregrine_up") == 1)
        for family in self.scrape().values():
            for (suffix, labels), value in family.samples.items():
                self.check(family.name + suffix, dict(labels), value)

    def check(self, name, labels, value):
        wanted = {**labels, "le": str(float(labels["le"]))} if "le" in labels else labels
        if wanted.get("le") == "inf":
            wanted["le"] = "+Inf"
        for result in self.query(name):
            found = {key: text for key, text in result["metric"].items()
                     if key not in ("__name__", "job", "instance")}  # fmt: skip
            if found in (labels, wanted):
                self.assertEqual(float(result["value"][1]), value, (name, labels))
                return
        self.fail(f"Prometheus has no {name}{labels}: {self.query(name)}")

    def test_rates_quantiles_and_an_outage(self):
        self.node.advance = {("totals", "received"): 1000}
        for bound, step in (("3071", 70), ("3583", 30)):
            self.node.advance["latency", "frames_up_to_ns", bound] = step
        rate = 'rate(peregrine_messages_total{term="received"}[5s])'
        until(lambda: (self.number(rate) or 0) > 1000)  # it scrapes 4 times a second
        median = "histogram_quantile(0.5, rate(peregrine_residence_seconds_bucket[5s]))"
        self.assertTrue(2e-6 < until(lambda: self.number(median)) < 5e-6)
        self.node.close()
        until(lambda: self.number("peregrine_up") == 0)
        until(lambda: self.number("peregrine_in_flight_messages") is None)
        self.node.advance = {}
        self.node.restart()
        until(lambda: self.number('peregrine_messages_total{term="received"}') == 11)
        self.assertEqual(self.query("peregrine_info")[0]["metric"]["instance_id"],
                         "fedcba9876543210")  # fmt: skip


if __name__ == "__main__":
    ctl_case.main()
