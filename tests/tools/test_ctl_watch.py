#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Rates over an interval, restarts, nodes that go away, and offsets kept by the reader."""
import json
import os
import pty
import signal
import stat
import subprocess
import time

import ctl_case
from ctl_case import Case, row

MS = 1_000_000


class Watch(Case):
    def pages(self, process, count):
        """The next pages of a watching reader: text up to and with the line that begins with `until`."""
        pages = []
        while len(pages) < count:
            lines = []
            while not lines or not lines[-1].startswith("runt"):
                line = process.stdout.readline()
                self.assertTrue(line, "it ended")
                lines.append(line)
            pages.append("".join(lines))
        return pages

    def end(self, process, number=signal.SIGINT):
        process.send_signal(number)
        _, errors = process.communicate(timeout=10)
        self.assertEqual(process.returncode, 0, errors)
        return errors

    def test_rates(self):
        self.node.advance = {("info", "uptime_ns"): 2000 * MS, ("totals", "received"): 500,
                             ("ports", "air0", "rx_messages", "upstream"): 80,
                             ("ports", "air0", "rx_bytes", "upstream"): 1000}  # fmt: skip
        with self.start("stats", "--watch", "0.1") as process:
            first, second, third = self.pages(process, 3)
            self.assertEqual(self.end(process), "")
        self.assertEqual(row(first, "received"), ["received", "1.2M", "12k"])
        for page in (second, third):
            self.assertEqual(row(page, "received"), ["received", "1.2M", "250"])
            self.assertEqual(row(page, "sent"), ["sent", "1.2M", "0"])
            self.assertEqual(row(page, "air0")[2:5], ["900k", "40", "4.0k"])
            self.assertNotIn("anew", page)

    def test_interval(self):
        begin = time.monotonic()
        with self.start("stats", "--watch", "0.3") as process:
            self.pages(process, 3)
            self.assertGreaterEqual(time.monotonic() - begin, 0.6)
            self.end(process, signal.SIGTERM)

    def test_utc_set_back(self):
        """Intervals are the node's uptime, whatever happens to UTC."""
        self.node.advance = {("info", "uptime_ns"): 1000 * MS, ("totals", "received"): 30,
                             ("info", "snapshot_utc_ns"): -3_600_000 * MS}  # fmt: skip
        with self.start("stats", "--watch", "0.1") as process:
            self.assertEqual(row(self.pages(process, 2)[1], "received")[2], "30")
            self.end(process)

    def test_json_lines(self):
        self.node.advance = {("totals", "received"): 1}
        with self.start("stats", "--watch", "0.1", "--json") as process:
            received = [json.loads(process.stdout.readline())["totals"]["received"]
                        for _ in range(3)]  # fmt: skip
            self.end(process)
        self.assertEqual(received, [received[0] + n for n in range(3)])

    def test_restart(self):
        with self.start("stats", "--watch", "0.2") as process:
            before = self.pages(process, 1)[0]
            self.node.restart()
            while "2025-11-25 09:00:00Z" not in (page := self.pages(process, 1)[0]):
                self.assertEqual(row(page, "received"), row(before, "received")[:2] + ["0"])
            self.assertIn("the node was started anew\n", page)
            self.assertEqual(row(page, "received"), ["received", "11", "2.2"])  # of 5 s
            self.assertNotIn("anew", self.pages(process, 1)[0])
            self.end(process)

    def test_restart_seen_by_the_instance_alone(self):
        """Counters that are larger than before, over the same connection."""
        with self.start("stats", "--watch", "0.2") as process:
            self.pages(process, 1)
            self.node.part["info"]["instance"] = "fedcba9876543210"
            self.node.part["totals"]["received"] = 9_000_000
            while "anew" not in (page := self.pages(process, 1)[0]):
                pass
            self.assertEqual(row(page, "received"), ["received", "9.0M", "90k"])
            self.end(process)

    def test_node_goes_and_comes(self):
        with self.start("stats", "--watch", "0.1") as process:
            self.pages(process, 1)
            self.node.close()
            line = process.stderr.readline()
            self.assertRegex(line, "^peregrinectl: .*(no node listens|closed the connection)")
            time.sleep(0.5)  # said once
            self.node.open()
            while process.stdout.readline() == "":
                pass
            self.assertEqual(self.end(process), "")

    def test_node_is_gone_for_good(self):
        with self.start("stats", "--watch", "0.1") as process:
            self.pages(process, 1)
            self.node.close()
            process.stderr.readline()
            self.end(process)

    def test_verdict_of_the_last_page(self):
        self.node.part["health"]["verdict"] = "warning"
        with self.start("health", "--watch", "0.1") as process:
            self.node.wait_asked(2)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=10)
            self.assertEqual(process.returncode, 3)

    def test_terminal(self):
        master, slave = pty.openpty()
        with subprocess.Popen((ctl_case.PROGRAM, "stats", "--watch", "0.1"), stdout=slave,
                              env=self.environment) as process:  # fmt: skip
            text = b""
            while text.count(b"\033[H\033[J") < 3:
                text += os.read(master, 4096)
            process.send_signal(signal.SIGINT)
        os.close(slave)
        os.close(master)
        self.assertEqual(process.returncode, 0)


class Reset(Case):
    def offsets(self):
        return list((self.folder / "run/peregrinectl").glob("*"))

    def grow(self):
        part = self.node.part
        part["info"]["uptime_ns"] += 10_000 * MS
        part["info"]["snapshot_utc_ns"] += 10_000 * MS
        part["totals"]["received"] += 50
        part["totals"]["clients_known"] = 30
        part["drops"]["runt"] += 5
        part["ports"]["air0"]["rx_messages"]["upstream"] += 40
        part["lcores"]["1"]["rx_messages"] += 90
        part["lcores"]["1"]["bursts"]["1"] += 2
        part["pools"]["256"]["gets"] += 60
        part["sealing"]["failed_short"] += 70
        part["spread"]["rings"]["1_2"]["frames"] += 80
        buckets = part["latency"]["frames_up_to_ns"]
        buckets["7167"] += 99
        part["latency"]["frames_up_to_ns"] = {"1023": 1, **buckets}
        part["latency"]["residence_ns"]["count"] += 100

    def test_reset(self):
        self.assertEqual(self.text("reset"), "counted since 2025-11-25 08:01:40Z\n")
        (file,) = self.offsets()
        self.assertEqual(file.name, "0123456789abcdef.json")
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.assertEqual(self.node.done, [])  # the node's counters are its own
        self.grow()
        text = self.text("stats")
        self.assertIn("counted since 2025-11-25 08:01:40Z (reset)\n", text)
        self.assertEqual(row(text, "received"), ["received", "50", "5.0"])
        self.assertEqual(row(text, "sent"), ["sent", "0", "0"])
        value = self.json("stats")
        self.assertEqual(value["since_utc_ns"], value["info"]["started_utc_ns"] + 100_000 * MS)
        self.assertEqual(value["totals"]["received"], 50)
        self.assertEqual(value["totals"]["clients_known"], 30)  # no counter
        self.assertEqual(sum(value["drops"].values()), 5)
        self.assertEqual(self.json("ports")["ports"]["air0"]["rx_messages"]["upstream"], 40)
        self.assertEqual(self.json("ports")["ports"]["air0"]["rx_queues"], 1)
        lcores = self.json("lcores")
        self.assertEqual([one["rx_messages"] for one in lcores["lcores"].values()], [0, 90])
        self.assertEqual(sum(lcores["lcores"]["1"]["bursts"].values()), 2)
        self.assertEqual(lcores["spread"]["rings"],
                         {"1_2": {"from_lcore": 1, "to_lcore": 2, "frames": 80, "overflowed": 0}})
        self.assertEqual(self.json("pools")["pools"]["256"]["gets"], 60)
        self.assertEqual(self.json("pools")["pools"]["256"]["size"], 4096)
        self.assertEqual(value["sealing"]["failed_short"], 70)
        self.assertEqual(self.json("latency")["latency"]["residence_ns"],
                         {"count": 100, "p50": 7167, "p90": 7167, "p99": 7167, "p99_9": 7167,
                          "max": 7167})  # fmt: skip

    def test_scrapes_know_no_reset(self):
        self.text("reset")
        self.assertIn('peregrine_messages_total{term="received"} 1234567\n',
                      self.text("stats", "--openmetrics"))

    def test_a_new_instance_voids_it(self):
        self.text("reset")
        self.node.restart()
        text = self.text("stats")
        self.assertEqual(row(text, "received"), ["received", "11", "2.2"])
        self.assertNotIn("(reset)", text)

    def test_watch(self):
        self.text("reset")
        self.node.advance = {("info", "uptime_ns"): 1000 * MS, ("totals", "received"): 8}
        with self.start("stats", "--watch", "0.1") as process:
            text = ""
            while text.count("received") < 3:
                text += process.stdout.readline()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=10)
        received = [line.split()[1:] for line in text.splitlines() if line.startswith("received")]
        self.assertEqual(received, [["8", "8.0"], ["16", "8.0"], ["24", "8.0"]])

    def test_json(self):
        self.assertEqual(self.json("reset")["done"], 1)

    def test_file_that_is_none(self):
        self.text("reset")
        self.offsets()[0].write_text("{")
        done = self.run_ctl("stats")
        self.assertIn("counted since the start", done.stderr)
        self.assertEqual(row(done.stdout, "received")[1], "1.2M")

    def test_file_of_another_instance(self):
        self.text("reset")
        (file,) = self.offsets()
        self.node.part["info"]["instance"] = "fedcba9876543210"
        file.rename(file.with_name("fedcba9876543210.json"))
        self.assertEqual(row(self.text("stats"), "received")[1], "1.2M")

    def test_instance_that_is_a_path(self):
        for instance in ("../../../tmp/xyz", "0123456789abcdef/x"):
            self.node.part["info"]["instance"] = instance
            self.assertIn("16 hex digits", self.error("reset"))
        self.text("stats")

    def test_no_place(self):
        self.environment["XDG_RUNTIME_DIR"] = str(self.folder / "none")
        self.assertIn("No such file", self.error("reset"))


if __name__ == "__main__":
    ctl_case.main()
