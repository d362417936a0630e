#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Real nodes that testpmd drives, over vhost-user, with files of make-pcap's and nothing beside."""
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
SOURCE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests/net"))

import needs  # noqa: E402  pylint: disable=wrong-import-position
from node import Totals  # noqa: E402  pylint: disable=wrong-import-position
from traffic import wait_until  # noqa: E402  pylint: disable=wrong-import-position

TESTPMD = "dpdk-testpmd"
MEMORY_MB = 400
START_SECONDS = 20
STARTS = 3
CLIENTS, NODES = 512, 4
KEY = "00112233445566778899aabbccddeeff" * 2
# What a node with net_vhost0 has: the driver's own, the port's number behind it.
WIRE_MAC = "56:48:4f:53:54:00"
CONFIG = """node {{ role = {role} name = {name} {node} }}
wire air0 {{ port = "net_vhost0,iface={directory}/wire" }}
tap {{ port = "net_vhost1,iface={directory}/tap" mtu = 1500 }}
eal {{ lcores = "{lcores}" }}
{more}
"""
VIRTIO = "queue_size=1024,mrg_rxbuf=0,in_order=1"
# What the receiving end, which has half a core, does not take; and heartbeats and replies, of
# which there are more than a network has.
ALWAYS = {"tx_refused", "control_throttled", "control_full"}


@dataclass(frozen=True)
class Case:
    role: str
    files: tuple  # words for make-pcap, of the wire's file
    ways: tuple  # what must come in and go out
    drops: set  # besides ALWAYS
    node: str = ""  # keys of the node file
    more: str = ""  # sections


CASES = {
    "rsu": Case(
        "rsu",
        ("--mix", "upstream=400,hairpin=400,reply=200", "--rsu", WIRE_MAC),
        ("rx.air0.upstream", "rx.tap.host", "tx.tap.host", "tx.air0.downstream"),
        {"wrong_duration"},
        # Replies are to its first heartbeat.
        "hello_periodicity = 60000 dead_after = 100",
    ),
    "sealed rsu": Case(
        "rsu",
        ("--kind", "upstream", "--size", "imix", "--seal", "{directory}/keys"),
        ("rx.air0.upstream", "tx.tap.host"),
        {"no_nodes"},
        more='aead {{ key_file = "{directory}/keys" }}',
    ),
    "obu": Case(
        "obu",
        ("--mix", "upstream=500,downstream=300,downstream-relay=191,heartbeat=1,reply=8"),
        ("rx.air0.upstream", "rx.air0.downstream", "rx.tap.host", "tx.tap.host",
         "tx.air0.upstream", "tx.air0.downstream"),
        {"duplicate_reply", "unknown_id"},
    ),
}  # fmt: skip


def make(path, *words):
    subprocess.run((SOURCE / "perf/line-rate/make-pcap", *words, "--frames", "8192", "--clients",
                    str(CLIENTS), "--nodes", str(NODES), "-o", path), check=True)  # fmt: skip


class Node:
    def __init__(self, program, directory, case, lcores):
        self.case = case
        self.output, self.errors = directory / "node.out", directory / "node.err"
        name = f"pgn-testpmd-{os.getpid()}"
        (directory / "node.conf").write_text(CONFIG.format(
            role=case.role, name=name, node=case.node, directory=directory, lcores=lcores,
            more=case.more.format(directory=directory)), encoding="ascii")  # fmt: skip
        with open(self.output, "wb") as output, open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(  # pylint: disable=consider-using-with
                (program, "-c", directory / "node.conf"), stdout=output, stderr=errors)

    def __enter__(self):
        wait_until(self.is_up, START_SECONDS, "the node being up")
        assert WIRE_MAC in self.errors.read_text(), "the node's wire has another MAC"
        return self

    def __exit__(self, *_):
        self.process.terminate()  # nothing is left in /var/run/dpdk then
        try:
            self.process.wait(5)
        finally:
            self.process.kill()

    def is_up(self):
        assert self.process.poll() is None, self.errors.read_text()[-800:]
        return f"{self.case.role} is up" in self.errors.read_text()

    def blocks(self):
        return re.findall(r"^--- totals\n(.*?)^--- end$", self.output.read_text(), re.M | re.S)

    def totals(self):
        seen = len(self.blocks())
        self.process.send_signal(signal.SIGUSR2)
        wait_until(lambda: len(self.blocks()) > seen, 5, "the node's totals")
        return Totals.parse(self.blocks()[-1])

    def stop(self):
        """The totals it ends with."""
        self.process.terminate()
        assert self.process.wait(5) == 0, self.errors.read_text()[-800:]
        return Totals.parse(self.output.read_text().rpartition("--- end\n")[2])


@contextlib.contextmanager
def generator(directory, lcores):
    prefix = f"pgn-testpmd-gen-{os.getpid()}"
    ports = []
    for number, end in enumerate(("wire", "tap")):
        ports += ["--vdev", f"net_pcap{number},rx_pcap={directory}/{end}.pcap,infinite_rx=1",
                  "--vdev", f"net_virtio_user{number},path={directory}/{end},{VIRTIO}"]  # fmt: skip
    # fmt: off
    command = [
        TESTPMD, "-l", lcores, "--main-lcore", lcores.partition(",")[2], "--in-memory",
        "--single-file-segments", "-m", "256", "--no-pci", "--no-telemetry",
        "--file-prefix", prefix, *ports, "--", "--forward-mode=io", "--total-num-mbufs=65536",
        "--rxd=1024", "--txd=1024", "--auto-start", "--disable-link-check"]
    # fmt: on
    with open(directory / "testpmd.out", "wb") as output:
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT
        ) as process:
            try:
                yield process
                process.communicate(b"\n", timeout=10)
                assert process.returncode == 0, (directory / "testpmd.out").read_text()[-800:]
            finally:
                process.kill()
                with contextlib.suppress(OSError):  # it leaves it empty, but leaves it
                    os.rmdir(f"/var/run/dpdk/{prefix}")


def is_driven(node):
    totals = node.totals()
    return all(totals.messages(way) > 0 for way in node.case.ways)


def drive(node, directory, lcores):
    """False: the RSU's first heartbeat came too late to be guessed."""
    with generator(directory, lcores) as process:
        end = time.monotonic() + 4
        while not is_driven(node):
            assert process.poll() is None, (directory / "testpmd.out").read_text()[-800:]
            if time.monotonic() > end:
                return False
        time.sleep(0.3)
        before = node.totals()
        time.sleep(0.5)
        after = node.totals()
    drops = {name for name, count in after.drops().items() if count > before.drops().get(name, 0)}
    assert drops <= ALWAYS | node.case.drops, (node.case, drops)
    for way in node.case.ways:
        assert after.messages(way) > before.messages(way), (node.case, way)
    if node.case.node:
        assert after["clients.known"] >= CLIENTS, after
    return True


def run(program, case):
    cpus = sorted(os.sched_getaffinity(0))[:2]
    lcores = f"{cpus[0]},{cpus[1]}"  # the worker is on the second, testpmd's on the first
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory(prefix="pgn-testpmd-") as name:
            directory = Path(name)
            keys = directory / "keys"
            keys.touch(0o600)
            keys.write_text(f"{KEY}\n", encoding="ascii")
            words = [word.format(directory=directory) for word in case.files]
            make(directory / "wire.pcap", *words, "--to", WIRE_MAC)
            make(directory / "tap.pcap", "--kind", "host")
            with Node(program, directory, case, lcores) as node:
                good = drive(node, directory, lcores)
                last = node.stop()
                last.check_stopped()
            if good:
                return
    sys.exit(f"{case}: not driven in {STARTS} starts: {last}")


if __name__ == "__main__":
    if shutil.which(TESTPMD) is None:
        needs.skip(f"there is no {TESTPMD} (Debian's package dpdk-dev)")
    needs.need(MEMORY_MB)
    for CASE in CASES.values():
        run(sys.argv[1], CASE)
