#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Man pages name every key, command, option and signal; so does the completion."""
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import ctl_case

ROOT = Path(__file__).resolve().parents[2]
KEYS = ROOT / "app/config_keys.c"
PROFILE_KEYS = ROOT / "app/profile_keys.c"
SIGNALS = ROOT / "app/control.c"
COMPLETION = ROOT / "tools/ctl/peregrinectl.bash"
PEREGRINE = ""
PAGES = ("app/peregrine.8", "app/peregrine.conf.5", "tools/ctl/peregrinectl.1")


def plain(page):
    """The text of a page without its requests' fonts."""
    return re.sub(r"\\f[BRI]|\\&", "", (ROOT / page).read_text()).replace("\\-", "-")


def keys():
    """{section: {key: row}} as app/config_keys.c has them; app/profile_keys.c those of profiles."""
    text = KEYS.read_text()
    tables = dict(re.findall(r"struct pgn_key (\w+)\[\] = \{\n(.*?)\n\};", text, re.S))
    sections = dict(re.findall(r'\{"(\w+)", KEYS\((\w+)\)', text))
    every_port = re.search(r"define PROFILE_KEYS\(...\)(.*?[^\\])\n", text, re.S).group(1)
    profile = dict(re.findall(r'= \{"\w+", "(\w+)", (.*?)\},\n', PROFILE_KEYS.read_text(), re.S))
    found = {}
    for section, table in sections.items():
        rows = tables[table].replace("PROFILE_KEYS(", every_port)
        found[section] = dict(re.findall(r'^\t\{"(\w+)", (.*?)\},$', rows, re.S | re.M))
        for key in re.findall(r'PROFILE(?:_LIST)?\("(\w+)"', rows):
            assert "PER_PORT" in profile[key], key
            found[section][key] = profile[key]
    return found


class Pages(unittest.TestCase):
    def test_keys(self):
        page = plain("app/peregrine.conf.5")
        parts = re.split(r'^\.SH "?(\w+)(?: NAME)? \{ \}"?\n', page, flags=re.M)
        described = dict(zip(parts[1::2], parts[2::2], strict=True))
        known = keys()
        self.assertGreater(len(known["node"]), 10)
        self.assertGreater(len(known["wire"]), 10)
        self.assertEqual(described.keys(), known.keys())
        for section, rows in known.items():
            texts = dict(re.findall(r"^\.B (\w+)\n\((.*)$", described[section], re.M))
            for same in re.findall(r"^\.B (.*)\nAs those of a wire\.$", described[section], re.M):
                for key in same.split(", "):
                    self.assertEqual(rows.pop(key, ""), known["wire"][key], f"{section}.{key}")
            self.assertEqual(texts.keys(), rows.keys(), section)
            for key, row in rows.items():
                self.check(f"{section}.{key}", row, texts[key])

    def check(self, name, row, text):
        """A number's range, and what a key is when it is not there."""
        text = text.replace("\\(en", "-").replace('"', "")
        found = re.search(r"NUMBER(?:_OR_AUTO)?\((\d\w*), (\d\w*)\)", row)
        if found and not name.startswith("eal."):
            least, most = (int(number, 0) for number in found.groups())
            stands = [int(number, 0) for number in re.match(r"(\w+)-(\w+)", text).groups()]
            self.assertEqual(stands, [least, most], name)
        initial = re.search(r'\.initial\s*=\s*"([^"]+)"', row)
        if initial:
            self.assertIn(f"{initial.group(1)} without it)", text, name)
        self.assertEqual(".required = true" in row or "PORT_KEY" in row or name == "node.role",
                         text.startswith("required"), name)  # fmt: skip
        if "PER_PORT" in row:
            allowed, stands, _ = text.partition("; the profile's without it) ")
            self.assertTrue(stands, name)
            self.assertEqual("OR_AUTO" in row or "auto)" in row, "auto" in allowed, name)

    def test_options_and_signals(self):
        """What peregrine --help names and the signals it takes are in its man page."""
        text = subprocess.run((PEREGRINE, "--help"), capture_output=True, text=True,
                              check=True).stdout  # fmt: skip
        options = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text))
        self.assertTrue({"-c", "--dry-run", "--effective", "--profiles"} <= options, options)
        page = plain("app/peregrine.8")
        for word in options:
            self.assertRegex(page, rf"(?<![\w-]){word}(?![\w-])", word)
        signals = set(re.findall(r"sigaddset\(&taken, (SIG\w+)\)", SIGNALS.read_text()))
        self.assertTrue({"SIGTERM", "SIGUSR1"} <= signals, signals)
        described = re.search(r"^\.SH SIGNALS\n(.*?)^\.SH", page, re.S | re.M).group(1)
        self.assertEqual(set(re.findall(r"SIG\w+", described)), signals)
        for name in signals:
            self.assertIn(name, (ROOT / "README.md").read_text())

    def test_program(self):
        """What --help names, the man page and the completion name."""
        text = subprocess.run((ctl_case.PROGRAM, "--help"), capture_output=True, text=True,
                              check=True).stdout  # fmt: skip
        commands = re.findall(r"^  ([a-z]+) ", text, re.M)
        options = set(re.findall(r"(?<!\S)--[a-z-]+", text))
        self.assertEqual((len(commands), "--when-full" in options), (17, True))
        page = plain("tools/ctl/peregrinectl.1")
        completion = COMPLETION.read_text()
        for word in {*commands, *options}:
            self.assertRegex(page, rf"(?<![\w-]){word}(?![\w-])", word)
            self.assertRegex(completion, rf"(?<![\w-]){word}(?![\w-])", word)

    @unittest.skipUnless(shutil.which("groff"), "there is no groff")
    def test_pages_are_well_formed(self):
        for page in PAGES:
            done = subprocess.run(("groff", "-man", "-Tutf8", "-ww", "-z", ROOT / page),
                                  capture_output=True, text=True, check=True)  # fmt: skip
            self.assertEqual(done.stderr, "", page)


class Completion(unittest.TestCase):
    def complete(self, *words):
        script = (f'source "{COMPLETION}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
                  '_peregrinectl; printf "%s\\n" "${COMPREPLY[@]}"')  # fmt: skip
        done = subprocess.run(("bash", "-c", script, "bash", "peregrinectl", *words),
                              capture_output=True, text=True, check=True)  # fmt: skip
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def test_words(self):
        self.assertEqual(self.complete("st"), ["stats"])
        self.assertEqual(self.complete("-f", "other", "po"), ["ports", "pools"])
        self.assertEqual(self.complete("mode", "s"), ["standby"])
        self.assertEqual(self.complete("capture", "st"), ["start", "stop", "status"])
        self.assertEqual(self.complete("capture", "start", "--p"), ["--port"])
        self.assertEqual(self.complete("capture", "stop", "--p"), [])
        self.assertEqual(self.complete("capture", "start", "--kind", "h"), ["heartbeat", "host"])
        self.assertEqual(self.complete("stats", "--p"), ["--per-lcore"])
        self.assertEqual(self.complete("ports", "--p"), [])
        self.assertEqual(self.complete("log", "e"), ["emergency", "error"])


if __name__ == "__main__":
    PEREGRINE = sys.argv.pop(2)
    ctl_case.main()
