#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""An RSU between two rings: it starts, hears its own heartbeat, says its totals and stops.

The whole program where there is no interface for it: without root, and under qemu-user, which has
no packet sockets that DPDK could use.
"""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "net"))

from node import Totals, lcores  # noqa: E402  pylint: disable=wrong-import-position

WRAPPER = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))
NODE = f"""
node {{ role = rsu  name = "rings-{os.getpid()}"  hello_periodicity = 60000 }}
wire air0 {{ port = "net_ring0" }}
tap {{ port = "net_ring1" }}
eal {{ lcores = "{lcores()}" }}
"""
PATIENCE_S = 50


def lines_until(stream, last):
    lines = []
    for line in stream:
        lines.append(line)
        if last in line:
            return "".join(lines)
    raise AssertionError(f"no {last!r} in: {''.join(lines)}")


def wait_for_the_heartbeat(node):
    """The next one is a minute away: at the stop the ring, which keeps buffers, is empty."""
    received = 0
    while received == 0:
        node.send_signal(signal.SIGUSR2)
        received = Totals.parse(lines_until(node.stdout, "--- end"))["received"]


def check(node):
    lines_until(node.stderr, "rsu is up")
    wait_for_the_heartbeat(node)
    node.send_signal(signal.SIGTERM)
    output, errors = node.communicate()
    assert node.returncode == 0, (node.returncode, errors)
    totals = Totals.parse(output)
    totals.check_stopped()
    assert totals["generated"] == totals.messages("tx.air0.heartbeat") == 1, totals
    assert totals.messages("rx.air0.heartbeat") == 1, totals
    assert totals.drops() == {"bad_from": 1}, totals  # a ring's MAC is zero


def main(program):
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
        conf.write(NODE)
        conf.flush()
        command = [*WRAPPER, program, "-c", conf.name]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as node:
            patience = threading.Timer(PATIENCE_S, node.kill)
            patience.start()
            try:
                check(node)
            finally:
                patience.cancel()
                node.kill()


if __name__ == "__main__":
    main(sys.argv[1])
