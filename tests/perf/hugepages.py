# SPDX-License-Identifier: BSD-3-Clause
"""What vhost-user needs of the machine."""

import re
from pathlib import Path


def free_mb():
    info = Path("/proc/meminfo").read_text()
    free, size = (int(re.search(rf"{key}:\s+(\d+)", info).group(1))
                  for key in ("HugePages_Free", "Hugepagesize"))  # fmt: skip
    return free * size // 1024
