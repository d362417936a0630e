# SPDX-License-Identifier: BSD-3-Clause
"""What tests that run whole nodes beside a generator need of the machine."""

import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))

import hugepages  # noqa: E402  pylint: disable=wrong-import-position

SKIP = 77


def free_hugepages_mb():
    return hugepages.read("HugePages_Free") * hugepages.read("Hugepagesize") // 1024


def lacking(memory_mb=0):
    """Why they cannot run here; None: they can."""
    if "MESON_EXE_WRAPPER" in os.environ:
        return "scripts start programs of this machine only"
    if os.geteuid() != 0:
        return "not root"
    if len(os.sched_getaffinity(0)) < 2:
        return "it takes two cores"
    if free_hugepages_mb() < memory_mb:
        return f"{free_hugepages_mb()} MB of hugepages are free, {memory_mb} needed"
    return None


def skip(reason):
    print(reason)
    sys.exit(SKIP)


def need(memory_mb=0):
    """Ends the test, skipped, where something is lacking."""
    reason = lacking(memory_mb)
    if reason is not None:
        skip(reason)
