# SPDX-License-Identifier: BSD-3-Clause
"""The demo that run-demo starts: an RSU and an OBU in two namespaces, a wire between them."""

import argparse
import json
import re
import signal
import subprocess
import sys
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
LCORE_COLUMNS = ("rx_messages", "tx_messages", "dropped", "polls", "empty_polls")
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


def lcore_rows(totals):
    """lcore -> its counters by name."""
    rows = {}
    for name, value in totals.items():
        found = re.fullmatch(r"lcore\.(\d+)\.(\w+)", name)
        if found:
            rows.setdefault(int(found.group(1)), {})[found.group(2)] = value
    return rows


def table(nodes):
    lines = ["node  lcore" + "".join(f"{column:>16}" for column in LCORE_COLUMNS)]
    for node in nodes:
        totals = node.totals()
        for lcore, row in sorted(lcore_rows(totals).items()):
            cells = "".join(f"{row.get(column, 0):>16}" for column in LCORE_COLUMNS)
            lines.append(f"{node.name:<6}{lcore:>5}{cells}")
        for reason, count in totals.drops().items():
            lines.append(f"{node.name:<6}  dropped: {reason} {count}")
    return "\n".join(lines)


def live(rsu, obu):
    """Pings go on while the table is shown, until Ctrl-C."""
    print("Ctrl-C ends the demo", flush=True)
    pinging = subprocess.Popen(
        obu.namespace.command("ping", "-n", "-q", "-i", "0.2", RSU_IP),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        while True:
            text = table((rsu, obu))
            print((CLEAR_SCREEN if sys.stdout.isatty() else "") + text, flush=True)
            print(f"\npinging {RSU_IP} through both nodes; Ctrl-C ends the demo", flush=True)
            time.sleep(1)
    except KeyboardInterrupt:
        pinging.send_signal(signal.SIGINT)
        print("\n" + pinging.communicate()[0].strip(), flush=True)


def show(options):
    replies = 0
    with Lab(options.peregrine) as lab:
        try:
            rsu, obu = pair(lab)
            print("an RSU and an OBU are up, their hosts reach each other", flush=True)
            if options.batch:
                replies = batch(rsu, obu)
            else:
                live(rsu, obu)
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
