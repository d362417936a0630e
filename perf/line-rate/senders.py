# SPDX-License-Identifier: BSD-3-Clause
"""Who sends what around a node: the frames of a file, one after the other."""

import random

import frames

FCS = 4
SIZE_MIN, SIZE_MAX = 64, 1518
IMIX = {64: 7, 594: 4, 1518: 1}
RSU = bytes.fromhex("020400000000")
# An OBU believes what an RSU's heartbeats say of its time. With these two for ever in turns it
# hears of an RSU with a long period that restarts again and again, which keeps the way to it alive.
HEARTBEATS = ((0, 0), (1, 59_000))  # id, uptime in ms
# What an RSU's own heartbeat 0 says its uptime is: some ms, nobody outside knows how many.
UPTIMES = 64
HEADERS = {
    "upstream": frames.UPSTREAM,
    "hairpin": frames.UPSTREAM,
    "downstream": frames.DOWNSTREAM,
    "downstream-relay": frames.DOWNSTREAM,
    "host": 0,
}
KINDS = (*HEADERS, "heartbeat", "reply")


def client(number):
    """As pgn-gen's, as are the nodes; number 0 is the host behind an RSU's TAP."""
    return b"\x02\x02" + number.to_bytes(4, "big")


def node(number):
    return b"\x02\x03" + number.to_bytes(4, "big")


def shares(weights):
    """The names for ever, each as often as its weight says and as evenly as can be."""
    total, level = sum(weights.values()), dict.fromkeys(weights, 0)
    while True:
        for name, weight in weights.items():
            level[name] += weight
        name = max(level, key=level.get)
        level[name] -= total
        yield name


def size_min(kind, sealed):
    """Of a frame, its FCS counted."""
    sealing = frames.SEALED if sealed and kind != "host" else 0
    return max(SIZE_MIN, HEADERS[kind] + frames.INNER_MIN + sealing + FCS)


class Traffic:
    """Options are those of make-pcap."""

    def __init__(self, options, sealer):
        self.options = options
        self.sealer = sealer
        self.random = random.Random(options.seed)
        self.to, self.rsu, self.marker = options.to, options.rsu, options.ethertype
        self.order = list(range(1, options.clients + 1))
        if options.order == "random":
            self.random.shuffle(self.order)
        elif options.order == "single-flow":
            self.order = self.order[:1]
        self.sent = dict.fromkeys(KINDS, 0)
        self.sizes = {kind: shares(options.size) for kind in HEADERS}

    def frames(self):
        """As they are on the wire, without FCS."""
        kinds = shares(self.options.kinds)
        for _ in range(self.options.frames):
            kind = next(kinds)
            frame = self.control(kind) if kind not in HEADERS else self.data(kind)
            self.sent[kind] += 1
            yield frame.ljust(SIZE_MIN - FCS, b"\0")

    def data(self, kind):
        number = self.order[self.sent[kind] % len(self.order)]
        size = max(next(self.sizes[kind]), size_min(kind, self.sealer is not None))
        length = size - FCS - HEADERS[kind]
        obu = node(self.node_of(number))
        ends = (client(number), client(0))
        if HEADERS[kind] == frames.UPSTREAM:
            ends = (client(self.partner(number) if kind == "hairpin" else 0), client(number))
        if kind == "host":
            return frames.inner(*ends, number, length)
        payload = self.seal(ends, number, length)
        if HEADERS[kind] == frames.UPSTREAM:
            return frames.upstream(self.to, obu, obu, payload, self.marker)
        destination = self.to if kind == "downstream" else obu
        return frames.downstream(self.to, self.rsu, self.rsu, destination, payload, self.marker)

    def node_of(self, number):
        return number % self.options.nodes

    def partner(self, number):
        """Another client, behind another OBU."""
        other = number
        while self.node_of(other) == self.node_of(number):
            other = other % self.options.clients + 1
        return other

    def seal(self, ends, number, length):
        if self.sealer is None:
            return frames.inner(*ends, number, length)
        clear = frames.inner(*ends, number, length - frames.SEALED)
        return self.sealer.seal(self.random.randbytes(frames.NONCE), clear)

    def control(self, kind):
        count = self.sent[kind]
        if kind == "heartbeat":
            number, uptime = HEARTBEATS[count % len(HEARTBEATS)]
            return frames.heartbeat(self.rsu, uptime, number, 1, self.rsu, self.marker)
        # Of an OBU next to the node, to heartbeat 0 with the hops that it has there.
        obu = node(self.node_of(count))
        uptime = count // self.options.nodes % UPTIMES if self.rsu == self.to else 0
        hops = 1 if self.rsu == self.to else 2
        return frames.reply(self.to, obu, uptime, 0, hops, self.rsu, obu, self.marker)


def replies_needed(options):
    """How many it takes until each OBU has answered."""
    return options.nodes * (UPTIMES if options.rsu == options.to else 1)
