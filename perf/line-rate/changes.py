# SPDX-License-Identifier: BSD-3-Clause
"""What blocks traffic when something around a node changes: real nodes, on veths in namespaces.

An OBU has two ways to its RSU, a wire and a relay. Its host sends numbered datagrams to the RSU's;
what is blocked is lost datagrams / their rate.
"""

import re
import socket
import struct
import threading
import time

import bench
from lab import Lab
from links import CARRIER, SILENCE, Link
from topology import RSU_IP, obu_ip
from traffic import wait_until

RATE = 2000  # datagrams a second: half a millisecond each
FLAP_SECONDS = 0.5
LEAD_SECONDS = 0.5  # of traffic before a change
FOLLOW_SECONDS = 2.5  # and after it, in which routes settle: a dozen heartbeats
DRAIN_SECONDS = 0.2
DIRECT, RELAYED = "direct", "relay"  # the OBU's wires
PLAIN, CHANGED = "", "burst = 16 "  # of a wire: what a profile says otherwise


class Flow:
    """Datagrams with numbers, from now until it is stopped."""

    def __init__(self, sender, receiver, address):
        with receiver.inside():
            self.there = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.there.bind(("", 0))
        self.there.settimeout(0.05)
        with sender.inside():
            self.here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.here.connect((address, self.there.getsockname()[1]))
        self.sent, self.came = 0, set()
        self.sending = self.receiving = True
        self.threads = [threading.Thread(target=work) for work in (self._send, self._receive)]
        for thread in self.threads:
            thread.start()

    def _send(self):
        begin = time.monotonic()
        while self.sending:
            due = int((time.monotonic() - begin) * RATE)
            for number in range(self.sent, due):
                self.here.send(struct.pack(">Q", number))
            self.sent = max(self.sent, due)
            time.sleep(1 / RATE)

    def _receive(self):
        while self.receiving:
            try:
                self.came.add(self.there.recv(8))
            except TimeoutError:
                pass

    def stop(self):
        """How many were lost."""
        self.sending = False
        self.threads[0].join()
        time.sleep(DRAIN_SECONDS)
        self.receiving = False
        self.threads[1].join()
        self.here.close()
        self.there.close()
        return self.sent - len(self.came)


class TwoWays:
    """RSU - OBU, and RSU - relay - OBU."""

    def __init__(self, lab):
        rsu, relay, obu, switches = [
            lab.namespace(name) for name in ("rsu", "relay", "obu", "switches")
        ]
        lab.wire(rsu, RELAYED, relay, "rsu")
        lab.wire(relay, "obu", obu, RELAYED)
        self.link = Link(lab, switches, "direct", [(rsu, DIRECT), (obu, DIRECT)])
        self.rsu = lab.node(rsu, "rsu", wires=(DIRECT, RELAYED), ip=f"{RSU_IP}/24")
        lab.node(relay, "obu", wires=("rsu", "obu"), name="relay")
        self.obu = lab.node(obu, "obu", wires=(DIRECT, RELAYED), ip=f"{obu_ip(1)}/24")
        self.expect(DIRECT)
        # The kernel's look for an address is not what is measured.
        obu.ip("neigh", "replace", RSU_IP, "lladdr", rsu.mac("tap0"), "dev", "tap0")

    def way(self):
        found = re.search(r"upstream \S+ on (\S+) to rsu", self.obu.routes())
        return found and found.group(1)

    def expect(self, way):
        wait_until(lambda: self.way() == way, 10, f"the OBU's way by {way}")

    def blocked_ms(self, change, way):
        """Of a change after which `way` is in use."""
        flow = Flow(self.obu.namespace, self.rsu.namespace, RSU_IP)
        try:
            time.sleep(LEAD_SECONDS)
            change()
            time.sleep(FOLLOW_SECONDS)
        finally:
            lost = flow.stop()
        self.expect(way)
        return 1e3 * lost / RATE

    def falls_silent(self):
        return self.blocked_ms(lambda: self.link.fail(SILENCE), RELAYED)

    def comes_back(self):
        return self.blocked_ms(lambda: self.link.restore(SILENCE), DIRECT)

    def flap(self):
        """For less than routes need to notice, were it not for the carrier."""

        def down_and_up():
            self.link.fail(CARRIER)
            time.sleep(FLAP_SECONDS)
            self.link.restore(CARRIER)

        return self.blocked_ms(down_and_up, DIRECT)

    def reload(self):
        """A profile is read at a node's start: another one takes a stop and a start."""
        config = self.rsu.config.read_text()
        old, new = (CHANGED, PLAIN) if CHANGED in config else (PLAIN, CHANGED)
        wire = f"wire {DIRECT} {{ "

        def restart():
            self.rsu.config.write_text(config.replace(wire + old, wire + new))
            self.rsu.stop()
            self.rsu.start()

        return self.blocked_ms(restart, DIRECT)


def measure(peregrine, times):
    """{what: [ms blocked]}; as root."""
    try:
        with Lab(peregrine) as lab:
            ways = TwoWays(lab)
            silent = [(ways.falls_silent(), ways.comes_back()) for _ in range(times)]
            flaps = [ways.flap() for _ in range(times)]
            reloads = [ways.reload() for _ in range(times)]
    except AssertionError as error:
        raise bench.Broken(f"changes: {error}") from None
    return {
        "route change, the way in use falls silent": [row[0] for row in silent],
        "route change, a better way appears": [row[1] for row in silent],
        f"link flap, {1e3 * FLAP_SECONDS:.0f} ms, with another way": flaps,
        "profile reload (the RSU stops and starts)": reloads,
    }
