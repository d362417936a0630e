#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""`top` in a terminal: what the screen shows, sizes, and how it ends."""
import os
import signal
import subprocess

import ctl_case
from ctl_case import Case, find, row
from ctl_screen import Screen

MS = 1_000_000
LEAVE = "\x1b[?1049l"


class Top(Case):
    def setUp(self):
        super().setUp()
        help_text = subprocess.run((ctl_case.PROGRAM, "top"), capture_output=True, text=True,
                                   env=self.environment, check=False).stderr  # fmt: skip
        if "built without" in help_text:
            self.skipTest(help_text.strip())
        self.node.advance = {
            ("info", "uptime_ns"): 1000 * MS, ("totals", "received"): 500,
            ("lcores", "1", "cycles_busy"): 750, ("lcores", "1", "cycles_idle"): 250,
            ("drops", "loop"): 12, ("ports", "air0", "rx_messages", "upstream"): 80,
            ("ports", "air0", "tx_bytes", "upstream"): 1000,
        }  # fmt: skip

    def top(self, *words, rows=30, columns=100, **environment):
        screen = Screen((ctl_case.PROGRAM, "top", "--watch", "0.2", *words),
                        {**self.environment, **environment}, rows, columns)  # fmt: skip
        self.addCleanup(screen.close)
        return screen

    def quit(self, screen):
        screen.send(b"q")
        self.assertEqual(screen.ended(), 0)
        self.assertIn(LEAVE, screen.all)

    def test_content(self):
        screen = self.top()
        text = screen.wait(lambda text: "received 500/s" in text)
        lines = text.splitlines()
        self.assertTrue(lines[0].startswith("rsu peregrine 02:00:00:00:00:01  operate  up 1m "))
        self.assertIn("okay", lines[0])
        self.assertIn("clients 40", lines[1])
        self.assertIn("1 worker   [" + 18 * "|" + 6 * " " + "]   75.0%", text)
        self.assertIn("0 control  [" + 24 * " " + "]    0.0%", text)
        self.assertEqual(row(text, "air0", "up")[:7], ["air0", "up", "80", "0", "0", "8.0k", "77"])
        self.assertEqual(row(text, "tap", "down")[2], "0")
        self.assertEqual(row(text, "loop")[1], "12")
        self.assertLess(text.index("\nloop"), text.index("\nnot_for_us"))
        self.assertEqual(row(text, "02:00:00:00:01:03"),
                         ["02:00:00:00:01:03", "*02:00:00:00:02:03", "air0", "1", "61/64",
                          "153.0", "us", "dead"])  # fmt: skip
        self.quit(screen)

    def test_sparklines(self):
        def line(text):
            return " ".join(find(text, "air0"))

        screen = self.top()
        screen.wait(lambda text: line(text).endswith("77 \u2588\u2588\u2588"))
        self.node.advance["ports", "air0", "rx_messages", "upstream"] = 40
        screen.wait(lambda text: line(text).endswith("\u2588\u2584\u2584"))
        self.quit(screen)
        screen = self.top(LC_ALL="C")
        screen.wait(lambda text: line(text).endswith("77 ###"))
        self.node.advance["ports", "air0", "rx_messages", "upstream"] = 20
        screen.wait(lambda text: line(text).endswith("#=="))
        self.assertTrue(screen.text().isascii())
        self.quit(screen)

    def test_resize(self):
        screen = self.top()
        screen.wait(lambda text: "received 500/s" in text)
        for rows, columns in ((12, 60), (40, 132), (5, 20), (1, 1), (24, 80)):
            screen.resize(rows, columns)
            first = screen.cells[0]
            screen.wait(lambda text: text[:1] == "r")
            screen.read(0.3)
            lines = screen.text().splitlines()
            self.assertLessEqual(len(lines), rows)
            self.assertLessEqual(max(map(len, lines)), columns)
            self.assertEqual("02:00:00:00:01:04" in screen.text(), rows >= 24)
            self.assertIs(first, screen.cells[0])
        self.quit(screen)

    def test_small_from_the_start(self):
        screen = self.top(rows=2, columns=10)
        screen.wait(lambda text: text.startswith("rsu peregr\nreceived"))
        self.quit(screen)

    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            screen = self.top()
            screen.wait(lambda text: "routes" in text or "route to" in text)
            screen.signal(number)
            self.assertEqual(screen.ended(), 0)
            self.assertIn(LEAVE, screen.all)

    def test_control_c(self):
        screen = self.top()
        screen.wait(lambda text: "route to" in text)
        screen.send(b"x\x1b[A\x03")
        self.assertEqual(screen.ended(), 0)

    def test_node_goes_and_comes(self):
        screen = self.top()
        screen.wait(lambda text: "received 500/s" in text)
        self.node.close()
        text = screen.wait(lambda text: "no node listens" in text.splitlines()[1])
        self.assertNotIn("okay", text)
        self.assertIn("worker", text)  # what was last known stays
        self.node.restart()
        screen.wait(lambda text: "okay" in text.splitlines()[0] and "up 6s" in text)
        text = screen.wait(lambda text: "received 500/s" in text)
        self.assertNotIn("no node", text)
        self.quit(screen)

    def test_health(self):
        self.node.part["health"].update(verdict="critical", reason="lcore 1 stalled")
        screen = self.top()
        screen.wait(lambda text: "critical lcore 1 stalled" in text.splitlines()[0])
        self.assertIn("\x1b[31m", screen.all)
        self.quit(screen)
        screen = self.top(NO_COLOR="1")
        screen.wait(lambda text: "critical lcore 1 stalled" in text)
        self.assertNotIn("\x1b[31m", screen.all)
        self.quit(screen)

    def test_nothing_to_draw_on(self):
        self.assertIn("needs a terminal", self.error("top"))
        screen = self.top(TERM="no-such-terminal")
        self.assertEqual(screen.ended(), 1)
        self.assertIn("TERM is unknown", screen.all)
        self.node.close()
        screen = self.top()
        self.assertEqual(screen.ended(), 1)
        self.assertIn("no node listens", screen.all)

    def test_terminal_that_closes(self):
        screen = self.top()
        screen.wait(lambda text: "route to" in text)
        os.close(screen.fd)
        _, status = os.waitpid(screen.pid, 0)
        screen.status, screen.fd = status, os.open("/dev/null", os.O_RDONLY)
        self.assertIn(os.waitstatus_to_exitcode(status), (0, -signal.SIGHUP))


if __name__ == "__main__":
    ctl_case.main()
