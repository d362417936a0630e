# SPDX-License-Identifier: BSD-3-Clause
"""Floods of forged control messages from a raw socket, for the time of a with block."""

import hashlib
import itertools
import select
import threading
import time

from protocol import BROADCAST, Heartbeat, Reply, decode_one
from traffic import RawLink

TOGETHER = 8  # messages in a frame: as many as a walk takes
TICK = 0.001  # seconds: real messages find no pause to slip into


def made_up(number):
    """A station's MAC: the same for the same number, and like no other's."""
    return b"\x06" + hashlib.sha256(str(number).encode()).digest()[:5]


class ControlFlood:
    """Forged heartbeats to all and forged replies to `targets`, `rate` messages a second.

    Who it pretends to be are `names` made-up stations; with sender_hop they all come from that one
    neighbour. Every other heartbeat is in the name of `rsu`, its id and time made up. The replies answer the heartbeats of `rsu` that are on the air, so that no node can
    tell them from real ones.
    """

    def __init__(self, namespace, interface, rsu, targets, rate, names, sender_hop=None):
        self.link = RawLink(namespace, interface)
        self.rsu = rsu
        self.rate = rate
        self.sent = 0
        self.running = True
        heartbeats, replies = [], []
        for number in range(0, names, TOGETHER):
            stations = [made_up(number + i) for i in range(TOGETHER)]
            hops = [sender_hop or station for station in stations]
            heartbeats.append(b"".join(self._heartbeat(*pair) for pair in zip(hops, stations)))
            replies += [
                [self._reply(target, *pair) for pair in zip(hops, stations)] for target in targets
            ]
        self.heartbeats = itertools.cycle(heartbeats)
        self.replies = itertools.cycle(replies)
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _heartbeat(self, hop, station):
        uptime_ms, number = int.from_bytes(station[1:3], "big"), int.from_bytes(station[3:5], "big")
        source = self.rsu if station[5] & 1 else station
        return Heartbeat(BROADCAST, hop, uptime_ms, number & 63, 1, source).encode()

    def _reply(self, target, hop, sender):
        """What stands in front of and behind duration and id."""
        raw = Reply(target, hop, 0, 0, 1, self.rsu, sender).encode()
        return raw[:16], raw[36:]

    def _overhear(self, latest):
        """The duration and id of the last real heartbeat on the air."""
        while select.select([self.link.socket], [], [], 0)[0]:
            frame = self.link.receive()
            found = frame and decode_one(frame)
            if found and isinstance(found[0], Heartbeat) and found[0].source == self.rsu:
                latest = frame[16:36]
        return latest

    def _run(self):
        begin, latest = time.monotonic(), None
        while self.running:
            latest = self._overhear(latest)
            due = int((time.monotonic() - begin) * self.rate)
            while self.sent < due and self.running:
                self.link.send(next(self.heartbeats))
                self.sent += TOGETHER
                if latest:
                    parts = next(self.replies)
                    self.link.send(b"".join(head + latest + tail for head, tail in parts))
                    self.sent += TOGETHER
            time.sleep(TICK)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.running = False
        self.thread.join()
        self.link.close()
