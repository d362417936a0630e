#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""run-demo as a person sees it: two nodes side by side on a terminal, Ctrl-C, a histogram.

What run-demo starts, without what it installs and builds.
"""

import os
import pty
import re
import select
import signal
import sys
import time
from pathlib import Path

DEMO = Path(__file__).resolve().parents[2] / "tools" / "demo.py"
SKIP = 77
SECONDS = 60
CTRL_C = b"\x03"
NEW_PAGE = "\033[H\033[2J"
TITLES = re.compile(r"^rsu (pgn-\d+)-rsu .* {4}obu \1-obu1 ", re.MULTILINE)


class Terminal:
    """The demo on a terminal of its own; what it has said so far."""

    def __init__(self, *command):
        self.text = ""
        self.end = time.monotonic() + SECONDS
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execv(sys.executable, (sys.executable, *command))

    def read(self):
        """False: it has ended."""
        left = max(0, self.end - time.monotonic())
        assert select.select([self.terminal], [], [], left)[0], f"too slow: {self.text[-2000:]}"
        try:
            self.text += os.read(self.terminal, 1 << 16).decode().replace("\r", "")
        except OSError:
            return False
        return True

    def read_until(self, is_there):
        while not is_there(self.text):
            assert self.read(), f"it ended early: {self.text[-2000:]}"

    def press(self, key):
        os.write(self.terminal, key)

    def exit_code(self):
        while self.read():
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def kill(self):
        """In good order: it takes its namespaces away."""
        self.end = time.monotonic() + SECONDS
        try:
            os.kill(self.pid, signal.SIGTERM)
            self.exit_code()
        except (ProcessLookupError, ChildProcessError):
            pass  # it has ended by itself


def has_both(text):
    """A page where both nodes have counted something."""
    return any(
        TITLES.search(page) and len(re.findall(r"\breceived +[1-9]", page)) == 2
        for page in text.split(NEW_PAGE)[1:]
    )


def check(demo):
    demo.read_until(has_both)
    demo.press(CTRL_C)
    code = demo.exit_code()
    said = demo.text.rpartition("Ctrl-C ends the demo")[2]
    assert code == 0, f"exit code {code}: {said}"
    assert re.search(r"^\d+ packets transmitted, [1-9]\d* received", said, re.MULTILINE), said
    assert re.search(r"^ *frames +/s +p50 +p90 +p99 +p99\.9 +max *$", said, re.MULTILINE), said
    assert re.search(r"^ *[\d.]+ \ws +\S+ +[\d.]+% +#+ *$", said, re.MULTILINE), said
    assert "Traceback" not in demo.text, demo.text


def main(peregrinectl, peregrine):
    if os.geteuid() != 0:
        print("it needs root: it makes network namespaces")
        return SKIP
    demo = Terminal(str(DEMO), "--peregrine", peregrine, "--peregrinectl", peregrinectl)
    try:
        check(demo)
    finally:
        demo.kill()
    assert not list(Path("/run/netns").glob(f"pgn-{demo.pid}-*")), "a namespace is left"
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
