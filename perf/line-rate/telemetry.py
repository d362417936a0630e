# SPDX-License-Identifier: BSD-3-Clause
"""What a running node says of itself."""

import json
import socket
from pathlib import Path

REPLY_MAX = 1 << 16
SECONDS = 5


def ask(name, command):
    """A reply of the node of this name, without the command."""
    path = Path("/var/run/dpdk") / name / "dpdk_telemetry.v2"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.settimeout(SECONDS)
        connection.connect(str(path))
        connection.recv(REPLY_MAX)
        connection.send(command.encode())
        return json.loads(connection.recv(REPLY_MAX))[command.partition(",")[0]]


def resident_bytes(pid):
    """Pages that a process has in memory, those of hugepages not counted."""
    status = Path(f"/proc/{pid}/status").read_text()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return 1024 * int(kilobytes)
