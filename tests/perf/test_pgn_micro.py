#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Runs pgn-micro briefly and checks the shape of what it prints, never a time."""
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

WRAPPER = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))
KEYS = ["name", "unit", "median", "min", "max", "yardstick", "ratio", "allocs", "frees", "bar", "met"]


def check_row(row):
    assert list(row) == KEYS, row
    assert isinstance(row["name"], str) and row["name"], row
    assert row["unit"].startswith("cycles/"), row
    assert 0 < row["min"] <= row["median"] <= row["max"], row
    assert (row["yardstick"] is None) == (row["ratio"] is None), row
    assert row["ratio"] is None or row["ratio"] > 0, row
    assert (row["bar"] is None) == (row["met"] is None), row
    assert row["met"] in (None, True, False), row
    heap = row["name"].endswith("nested-flatten-heap")
    assert row["allocs"] >= 1 if heap else row["allocs"] == 0, row
    assert row["frees"] == row["allocs"], row


def run(micro, *arguments):
    return subprocess.run([*WRAPPER, micro, *arguments], capture_output=True, text=True, timeout=120)


def check_aead_rows(names, errors, drivers):
    """Where crypto_aesni_gcm is; elsewhere it is said why there are none."""
    has_driver = any(Path(drivers).glob("librte_crypto_ipsec_mb.so*"))
    has_aes = re.search(r"^flags\s*:.*\baes\b", Path("/proc/cpuinfo").read_text(), re.M)
    if "aead/64/seal" in names:
        assert {f"aead/{size}/{what}" for size in (64, 256, 512, 1436)
                for what in ("seal", "seal+open")} <= set(names), names
        return
    assert not (has_driver and has_aes), (names, errors)
    assert re.search("^pgn-micro: no aead rows: .", errors, re.M), errors
    print(errors, end="")


def check_rows(micro, drivers):
    done = run(micro, "--json", "--runs", "1")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    for row in rows:
        check_row(row)
    names = [row["name"] for row in rows]
    assert len(set(names)) == len(names), names
    for group in ("wire/heartbeat/flat", "wire/reply/read", "wire/upstream/walk",
                  "wire/downstream/nested-flatten", "parse/burst32-data",
                  "parse/burst32-50-data-50-control", "parse/burst32-answer", "bufpool/256/bulk32",
                  "bufpool/1500/single", "clients/1M", "next-hop/slot"):
        assert group in names, group
    check_aead_rows(names, done.stderr, drivers)


def check_filter(micro):
    done = run(micro, "--json", "--runs", "2", "--filter", "^clients/1k$")
    assert [row["name"] for row in json.loads(done.stdout)] == ["clients/1k"], done.stdout
    done = run(micro, "--json", "--filter", "no such row")
    assert json.loads(done.stdout) == [], done.stdout
    done = run(micro, "--runs", "1", "--filter", "^clients/1k$")
    assert done.returncode == 0 and "clients/1k" in done.stdout, done.stdout
    check_text_row(done.stdout.splitlines())


def check_text_row(lines):
    """Median, min and max in cycles, the same in ns by the TSC's rate, and the yardstick."""
    ghz = float(re.match(r"TSC ([0-9.]+) GHz", lines[0]).group(1))
    assert re.search(r"cycles +min +max \| +ns +min +max \| yardstick", lines[1]), lines[1]
    cycles, ns, yardstick = (part.split() for part in lines[2].split("|")[:3])
    for took, took_ns in zip(cycles[1:], ns, strict=True):
        rounding = 0.006 + 0.006 / ghz + 0.05 * float(took_ns)
        assert abs(float(took) / ghz - float(took_ns)) <= rounding, lines[2]
    assert float(yardstick[-2]) > 0 and float(yardstick[-1]) > 0, lines[2]


def check_errors(micro):
    for bad in (["--runs", "0"], ["--runs", "x"], ["--filter", "("], ["--colour"], ["left"]):
        done = run(micro, *bad)
        assert done.returncode == 2, (bad, done.returncode)
        assert done.stderr and not done.stdout, (bad, done.stdout)


if __name__ == "__main__":
    check_rows(sys.argv[1], sys.argv[2])
    check_filter(sys.argv[1])
    check_errors(sys.argv[1])
