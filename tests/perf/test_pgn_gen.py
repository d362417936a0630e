#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Runs pgn-gen around real nodes briefly: the shape of what it says, and its byte checks."""
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

SKIP = 77
MEMORY_MB = 700
SOURCE = Path(__file__).resolve().parents[2]
BAD = (("--path", "group"), ("--path", "relay"), ("--path", "host-to-air", "--wire", "net_null0"),
       ("--path", "relay", "--wire", "net_null0", "--rate", "0"), ("--what",), ())


def huge_mb():
    info = Path("/proc/meminfo").read_text()
    free, size = (int(re.search(rf"{key}:\s+(\d+)", info).group(1))
                  for key in ("HugePages_Free", "Hugepagesize"))
    return free * size // 1024


def run(program, *words):
    return subprocess.run((program, *words), capture_output=True, text=True, timeout=60)


def script(name, build, *words):
    done = run(SOURCE / "perf/gen" / name, "--build", build, "--json", *words)
    assert done.returncode == 0, (name, done.stderr)
    return json.loads(done.stdout)


def options(build):
    for words in BAD:
        done = run(build / "perf/pgn-gen", *words)
        assert done.returncode == 2 and done.stderr.count("\n") == 1, (words, done)


def vhost(build):
    result = script("vhost", build, "--runs", "1", "--ms", "40", "--clients", "512",
                    "--path", "relay")
    rows = {row["name"]: row for row in result["rows"]}
    yardsticks = ["macswap"] + ["testpmd"] * (shutil.which("dpdk-testpmd") is not None)
    assert rows.keys() == {"relay", *yardsticks}, rows
    for row in rows.values():
        assert len(row["mpps"]) == 1 and row["mpps"][0] > 0, row
    assert all(rows["relay"][yardstick][0] > 0 for yardstick in yardsticks), rows


def veth(build):
    result = script("veth", build, "--runs", "1", "--ms", "20", "--clients", "64",
                    "--generator", "af_packet")
    assert result["ports"].keys() == {"af_packet", "af_xdp"}, result
    for found in result["ports"].values():
        assert found["search"] and found["kpps"] == found["runs"][0] >= 0, found
        assert found["checked"] > 0 and found["wrong"] == 0, found
        assert found["generator_kpps"] > 0, found


if __name__ == "__main__":
    if "MESON_EXE_WRAPPER" in os.environ:
        sys.exit(SKIP)  # the scripts start programs of this machine
    BUILD = Path(sys.argv[1]).resolve().parents[1]
    options(BUILD)
    if os.geteuid() != 0 or len(os.sched_getaffinity(0)) < 2 or huge_mb() < MEMORY_MB:
        sys.exit(SKIP)
    vhost(BUILD)
    veth(BUILD)
