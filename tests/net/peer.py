# SPDX-License-Identifier: BSD-3-Clause
"""What existing nodes of the network (peers) do on the wire, faults included.

With a key they seal payloads as peers do, a group's once for each hop; what does not open is lost.
PeerObu and PeerRsu hold no socket: frames come in by receive() and go out by the callable `send`,
so that a capture can be replayed through them. Attached puts one on an interface.
"""

import select
import threading
import time

from aes_gcm import seal, unseal
from protocol import (
    BROADCAST,
    Downstream,
    Heartbeat,
    Reply,
    Upstream,
    decode,
    is_group,
)
from traffic import RawLink


class Peer:
    def __init__(self, mac, send, to_tap, key):
        self.mac = mac
        self.send = send
        self.to_tap = to_tap
        self.key = key

    def seal(self, inner):
        return seal(self.key, inner) if self.key else inner

    def open(self, payload):
        """The inner frame, or None."""
        return unseal(self.key, payload) if self.key else payload


class PeerObu(Peer):
    """Never checks `to`; answers each new heartbeat id with one frame of two messages."""

    def __init__(self, mac, send, to_tap, key=None):
        super().__init__(mac, send, to_tap, key)
        self.upstream = None
        self.came_from = {}  # (source, id) -> hop
        self.next_hop = {}  # sender -> hop

    def tick(self):
        pass

    def receive(self, frame):
        for message in decode(frame):
            if isinstance(message, Heartbeat):
                self._heartbeat(message)
            elif isinstance(message, Reply):
                self._reply(message)
            elif isinstance(message, Upstream):
                self._relay_upstream(message)
            else:
                self._downstream(message)

    def _heartbeat(self, m):
        if m.source == self.mac or (m.source, m.id) in self.came_from:
            return
        self.came_from[m.source, m.id] = m.hop
        self.upstream = m.hop
        relayed = Heartbeat(BROADCAST, self.mac, m.duration, m.id, m.hops + 1, m.source)
        answer = Reply(m.hop, self.mac, m.duration, m.id, m.hops, m.source, self.mac)
        self.send(relayed.encode() + answer.encode())

    def _reply(self, m):
        hop = self.came_from.get((m.source, m.id))
        if m.sender == self.mac or hop is None:
            return
        self.next_hop[m.sender] = m.hop
        self.send(Reply(hop, self.mac, m.duration, m.id, m.hops, m.source, m.sender).encode())

    def _relay_upstream(self, m):
        if self.upstream:
            self.send(Upstream(self.upstream, self.mac, m.origin, m.payload).encode())

    def _downstream(self, m):
        if m.destination == self.mac or is_group(m.destination):
            inner = self.open(m.payload)
            if inner:
                self.to_tap(inner)
        elif m.destination in self.next_hop:
            hop = self.next_hop[m.destination]
            self.send(Downstream(hop, self.mac, m.origin, m.destination, m.payload).encode())

    def from_tap(self, inner):
        if self.upstream:
            self.send(Upstream(self.upstream, self.mac, self.mac, self.seal(inner)).encode())


class PeerRsu(Peer):
    """Sends group frames of its TAP once per next hop, with the group as their destination."""

    def __init__(self, mac, send, to_tap, key=None, period=0.5):
        super().__init__(mac, send, to_tap, key)
        self.period = period
        self.started = time.monotonic()
        self.next_id = 0
        self.route = {}  # sender -> (hops, next hop)
        self.client = {}  # inner source -> origin

    def tick(self):
        uptime = time.monotonic() - self.started
        if uptime >= self.next_id * self.period:
            self.heartbeat(int(uptime * 1000), self.next_id)
            self.next_id += 1

    def heartbeat(self, duration, number):
        self.send(Heartbeat(BROADCAST, self.mac, duration, number, 1, self.mac).encode())

    def receive(self, frame):
        for message in decode(frame):
            if isinstance(message, Reply) and message.source == self.mac:
                known = self.route.get(message.sender)
                if known is None or message.hops <= known[0]:
                    self.route[message.sender] = (message.hops, message.hop)
            elif isinstance(message, Upstream):
                self._upstream(message)

    def _upstream(self, m):
        inner = self.open(m.payload)
        if not inner:
            return
        self.client[inner[6:12]] = m.origin
        target = inner[:6]
        if is_group(target):
            self.to_tap(inner)
            others = {node: hop for node, hop in self.route.items() if node != m.origin}
            self._spread(m.origin, target, inner, others)
        elif target in self.client:
            self._to_node(m.origin, self.client[target], inner)
        else:
            self.to_tap(inner)

    def from_tap(self, inner):
        target = inner[:6]
        if is_group(target):
            self._spread(self.mac, target, inner, self.route)
        elif target in self.client:
            self._to_node(self.mac, self.client[target], inner)

    def _spread(self, origin, group, inner, nodes):
        for hop in {hop for _, hop in nodes.values()}:
            self.send(Downstream(hop, self.mac, origin, group, self.seal(inner)).encode())

    def _to_node(self, origin, node, inner):
        if node in self.route:
            hop = self.route[node][1]
            self.send(Downstream(hop, self.mac, origin, node, self.seal(inner)).encode())


class Attached(threading.Thread):
    """A peer on an interface of a namespace, with a host behind it, until stop()."""

    def __init__(self, kind, namespace, interface, host, **options):
        super().__init__(daemon=True)
        self.link = RawLink(namespace, interface)
        self.peer = kind(self.link.mac, self.link.send, host.receive, **options)
        host.send = self.peer.from_tap
        self.frames = []
        self.error = None
        self.running = True
        self.start()

    def run(self):
        try:
            while self.running:
                self.peer.tick()
                if select.select([self.link.socket], [], [], 0.01)[0]:
                    frame = self.link.receive()
                    if frame is not None:
                        self.frames.append(frame)
                        self.peer.receive(frame)
        except Exception as error:  # pylint: disable=broad-except
            self.error = error

    def stop(self):
        self.running = False
        self.join()
        self.link.close()
        if self.error:
            raise self.error
