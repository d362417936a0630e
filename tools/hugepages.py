# SPDX-License-Identifier: BSD-3-Clause
"""Hugepages that tests need, for as long as they run."""

import contextlib
import re
from pathlib import Path

MEMINFO = Path("/proc/meminfo")
COUNT = Path("/proc/sys/vm/nr_hugepages")
SHARE_MAX = 8  # of the memory that is available, no more than one part of so many


def read(key):
    found = re.search(rf"^{key}:\s+(\d+)", MEMINFO.read_text(), re.MULTILINE)
    return int(found.group(1)) if found else 0


@contextlib.contextmanager
def reserved(megabytes):
    """Where less is free, and somebody may: tests that lack it say so and are skipped."""
    size_kb = read("Hugepagesize")
    missing = megabytes * 1024 // size_kb - read("HugePages_Free") if size_kb else 0
    if missing <= 0 or missing * size_kb > read("MemAvailable") // SHARE_MAX:
        yield
        return
    before = int(COUNT.read_text())
    with contextlib.suppress(OSError):
        COUNT.write_text(f"{before + missing}\n")
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            COUNT.write_text(f"{before}\n")
