#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Some seconds of the soak and of its changes, and what its verdicts find wrong."""

import importlib.machinery
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "perf/line-rate/soak"
MEMORY_MB = 700
GOOD = {"loss": 1e-7, "memory_bytes": [100_000_000, 101_000_000], "drift_ppm": -100, "counted": 10,
        "sent": 10, "unaccounted": 0, "restarted": False}  # fmt: skip
BAD = (("loss", 1.1e-7), ("memory_bytes", [100_000_000, 101_100_000, 100_000_000]),
       ("drift_ppm", 101), ("drift_ppm", -101), ("counted", 9), ("unaccounted", -1),
       ("restarted", True))  # fmt: skip

sys.dont_write_bytecode = True

import needs  # noqa: E402  pylint: disable=wrong-import-position


def verdicts():
    loader = importlib.machinery.SourceFileLoader("soak", str(SCRIPT))
    soak = importlib.util.module_from_spec(importlib.util.spec_from_loader("soak", loader))
    loader.exec_module(soak)
    assert all(good for _, good in soak.verdicts(GOOD)), soak.verdicts(GOOD)
    for name, value in BAD:
        failed = [what for what, good in soak.verdicts({**GOOD, name: value}) if not good]
        assert len(failed) == 1, (name, value, failed)


def for_real(build):
    words = ("--build", build, "--minutes", "0.05", "--rate", "20000", "--changes", "1", "--json")
    done = subprocess.run((SCRIPT, *words), capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode in (0, 3), done.stderr
    found = json.loads(done.stdout)
    assert found["holds"] == (done.returncode == 0), found
    assert found["counted"] >= found["sent"] > 1000, found
    assert not found["restarted"] and found["unaccounted"] == 0, found
    blocked = found["blocked_ms"]
    assert all(len(times) == 1 for times in blocked.values()) and len(blocked) == 7, found
    silent, reload = [blocked[name][0] for name in blocked if "silent" in name or "reload" in name]
    assert silent > 100 and reload > 100, found  # nobody could notice sooner


if __name__ == "__main__":
    verdicts()
    needs.need(MEMORY_MB)
    for_real(Path(sys.argv[1]).resolve().parents[1])
