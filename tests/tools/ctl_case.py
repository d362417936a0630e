# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of peregrinectl have in common: the program, a node, a folder for both."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from ctl_node import FakeNode

PROGRAM = ""
SKIP = 77
SECONDS = 30
VIEWS = ("stats", "lcores", "ports", "pools", "drops", "routes", "clients", "latency", "health",
         "config")  # fmt: skip


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ctl-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.node = FakeNode(self.folder / "dpdk/peregrine")
        self.addCleanup(self.node.close)
        (self.folder / "run").mkdir()
        self.environment = {
            **os.environ, "RUNTIME_DIRECTORY": str(self.folder), "TZ": "UTC",
            "XDG_RUNTIME_DIR": str(self.folder / "run"), "TERM": "xterm", "LC_ALL": "C.UTF-8",
        }  # fmt: skip
        self.environment.pop("NO_COLOR", None)

    def start(self, *words, **options):
        return subprocess.Popen((PROGRAM, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, env=self.environment, **options)  # fmt: skip

    def run_ctl(self, *words, code=0):
        done = subprocess.run((PROGRAM, *words), capture_output=True, text=True, timeout=SECONDS,
                              env=self.environment, check=False)  # fmt: skip
        self.assertEqual(done.returncode, code, (words, done.stdout, done.stderr))
        return done

    def text(self, *words, code=0):
        """What it prints; a line on stderr exactly when it failed."""
        done = self.run_ctl(*words, code=code)
        self.assertEqual(done.stderr, "", words)
        return done.stdout

    def error(self, *words, code=1):
        done = self.run_ctl(*words, code=code)
        self.assertEqual(done.stderr.count("\n"), 1, (words, done.stderr))
        self.assertTrue(done.stderr.startswith("peregrinectl: "), done.stderr)
        return done.stderr

    def json(self, *words, code=0):
        text = self.text(*words, "--json", code=code)
        self.assertEqual(text.count("\n"), 1, text)
        value = json.loads(text)
        self.assertEqual(value["schema"], 1)
        return value


def find(text, *start):
    """The words of the first line that begins with these; [] without one."""
    lines = (line.split() for line in text.splitlines())
    return next((words for words in lines if words[: len(start)] == list(start)), [])


def row(text, *start):
    """The same; there must be one."""
    words = find(text, *start)
    assert words, f"no line {start} in\n{text}"
    return words


def main():
    """Program first; unittest's own arguments behind it."""
    global PROGRAM
    if "MESON_EXE_WRAPPER" in os.environ:
        sys.exit(SKIP)  # the tests signal the program, and would meet its wrapper
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(module="__main__", verbosity=2)
