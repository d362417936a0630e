# SPDX-License-Identifier: BSD-3-Clause
"""The demo that run-demo starts: an RSU and an OBU in two namespaces, a wire between them."""

import argparse
import itertools
import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "net"))

# pylint: disable=wrong-import-position
from lab import Lab, sweep, why_no_namespaces  # noqa: E402
from topology import RSU_IP, pair  # noqa: E402
from traffic import ping, wait_until  # noqa: E402

PINGS = 20
IPERF_SECONDS = 5
NEW_PAGE = "\033[H\033[J"  # what peregrinectl puts before each page
CLEAR_SCREEN = "\033[H\033[2J"


def iperf(rsu, obu, direction, options):
    server = subprocess.Popen(
        rsu.namespace.command("iperf3", "--server", "--one-off"), stdout=subprocess.DEVNULL
    )
    wait_until(lambda: ":5201" in rsu.namespace.run("ss", "-ltn").stdout, 5, "iperf3 listening")
    client = obu.namespace.run("iperf3", "-c", RSU_IP, "-t", str(IPERF_SECONDS), "-J", *options)
    server.wait(10)
    rate = json.loads(client.stdout)["end"]["sum_received"]["bits_per_second"]
    print(f"iperf3 {direction}: {rate / 1e6:.1f} Mbit/s", flush=True)


def batch(rsu, obu):
    """Returns the replies to PINGS pings."""
    replies = ping(obu.namespace, RSU_IP, count=PINGS, interval=0.1)
    print(f"ping from the OBU's host to the RSU's: {replies} of {PINGS} came back", flush=True)
    iperf(rsu, obu, "OBU to RSU", [])
    iperf(rsu, obu, "RSU to OBU", ["--reverse"])
    return replies


class Watch:
    """peregrinectl stats --watch of a node, on a terminal of its own; the last page is text."""

    def __init__(self, ctl, node):
        self.text = f"{node.name}: nothing said yet"
        self.mine, its = pty.openpty()
        self.process = subprocess.Popen(
            [ctl, "-f", node.runtime.name, "stats", "--watch", "1"],
            stdin=subprocess.DEVNULL,
            stdout=its,
            stderr=subprocess.STDOUT,
            env={**os.environ, "NO_COLOR": "1", "TERM": "xterm"},
            start_new_session=True,
        )
        os.close(its)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        said = ""
        while True:
            try:
                said += os.read(self.mine, 1 << 16).decode(errors="replace")
            except OSError:  # its end is closed
                return
            pages = said.replace("\r", "").split(NEW_PAGE)
            if len(pages) > 1 and pages[-1].strip():
                self.text = pages[-1].strip("\n")
            said = NEW_PAGE + pages[-1]

    def stop(self):
        self.process.terminate()
        self.process.wait()


def side_by_side(left, right):
    left, right = left.splitlines(), right.splitlines()
    width = max(map(len, left), default=0) + 4
    rows = itertools.zip_longest(left, right, fillvalue="")
    return "\n".join(f"{a:<{width}}{b}".rstrip() for a, b in rows)


def live(rsu, obu, ctl):
    """Pings go on while both nodes' counters are shown, until Ctrl-C."""
    print("Ctrl-C ends the demo", flush=True)
    pinging = subprocess.Popen(
        obu.namespace.command("ping", "-n", "-q", "-i", "0.2", RSU_IP),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    watches = [Watch(ctl, node) for node in (rsu, obu)]
    try:
        while True:
            time.sleep(1)
            text = side_by_side(*[watch.text for watch in watches])
            print((CLEAR_SCREEN if sys.stdout.isatty() else "") + text, flush=True)
            print(f"\npinging {RSU_IP} through both nodes; Ctrl-C ends the demo", flush=True)
    except KeyboardInterrupt:
        pinging.send_signal(signal.SIGINT)
        print("\n" + pinging.communicate()[0].strip(), flush=True)
    for watch in watches:
        watch.stop()


def tell_latency(rsu, ctl):
    """How long frames stayed in the RSU, from Rx to Tx."""
    told = subprocess.run(
        [ctl, "-f", rsu.runtime.name, "latency"], capture_output=True, text=True, check=False
    )
    print(f"\n{(told.stdout or told.stderr).strip()}", flush=True)


def show(options):
    replies = 0
    with Lab(options.peregrine) as lab:
        try:
            rsu, obu = pair(lab)
            print("an RSU and an OBU are up, their hosts reach each other", flush=True)
            if options.batch:
                replies = batch(rsu, obu)
            else:
                live(rsu, obu, options.peregrinectl)
            tell_latency(rsu, options.peregrinectl)
            lab.stop_all()
        except Exception:
            print(lab.logs(), file=sys.stderr)
            raise
    return replies


def interrupted(*_):
    raise KeyboardInterrupt


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peregrine", required=True)
    parser.add_argument("--peregrinectl", required=True)
    parser.add_argument("--batch", action="store_true")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    reason = why_no_namespaces()
    if reason is not None:
        sys.exit(f"demo: {reason}")
    sweep()
    try:
        replies = show(options)
    except (AssertionError, RuntimeError) as error:
        sys.exit(f"demo: {error}")
    except KeyboardInterrupt:
        sys.exit("demo: interrupted")
    if not options.batch:
        return 0
    print(f"demo: {replies}/{PINGS} replies")
    return 0 if replies == PINGS else 1


if __name__ == "__main__":
    sys.exit(main())
