# SPDX-License-Identifier: BSD-3-Clause
"""The protocol's messages as bytes: an encoder and decoder that share nothing with the C code."""

import struct
from dataclasses import dataclass

MARKER = 0x3030
BROADCAST = b"\xff" * 6
ZERO = b"\0" * 6
WALK_MAX = 8
INNER_MIN = 14

CONTROL, DATA = 0, 1
HEARTBEAT, REPLY = (CONTROL, 0), (CONTROL, 1)
UPSTREAM, DOWNSTREAM = (DATA, 0), (DATA, 1)


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def mac_text(raw):
    return raw.hex(":")


def is_group(address):
    return bool(address[0] & 1)


def common(to, sender_hop, kind, marker=MARKER):
    return to + sender_hop + struct.pack(">HBB", marker, *kind)


@dataclass(frozen=True)
class Heartbeat:
    to: bytes
    hop: bytes  # the field `from`
    duration: int
    id: int
    hops: int
    source: bytes

    def encode(self, marker=MARKER):
        return (
            common(self.to, self.hop, HEARTBEAT, marker)
            + self.duration.to_bytes(16, "big")
            + struct.pack(">II", self.id, self.hops)
            + self.source
        )


@dataclass(frozen=True)
class Reply:
    to: bytes
    hop: bytes
    duration: int
    id: int
    hops: int
    source: bytes
    sender: bytes

    def encode(self, marker=MARKER):
        return (
            common(self.to, self.hop, REPLY, marker)
            + self.duration.to_bytes(16, "big")
            + struct.pack(">II", self.id, self.hops)
            + self.source
            + self.sender
        )


@dataclass(frozen=True)
class Upstream:
    to: bytes
    hop: bytes
    origin: bytes
    payload: bytes

    def encode(self, marker=MARKER):
        return common(self.to, self.hop, UPSTREAM, marker) + self.origin + self.payload


@dataclass(frozen=True)
class Downstream:
    to: bytes
    hop: bytes
    origin: bytes
    destination: bytes
    payload: bytes

    def encode(self, marker=MARKER):
        header = common(self.to, self.hop, DOWNSTREAM, marker)
        return header + self.origin + self.destination + self.payload


def decode_one(data, marker=MARKER):
    """The message at the start of data and its length, or None where there is none."""
    if len(data) < 16 or struct.unpack_from(">H", data, 12)[0] != marker:
        return None
    to, hop, kind = data[:6], data[6:12], (data[14], data[15])
    if kind in (HEARTBEAT, REPLY):
        length = 46 if kind == HEARTBEAT else 52
        if len(data) < length:
            return None
        duration = int.from_bytes(data[16:32], "big")
        number, hops = struct.unpack_from(">II", data, 32)
        fields = (to, hop, duration, number, hops, data[40:46])
        message = Heartbeat(*fields) if kind == HEARTBEAT else Reply(*fields, data[46:52])
        return message, length
    if kind == UPSTREAM and len(data) >= 22:
        return Upstream(to, hop, data[16:22], data[22:]), len(data)
    if kind == DOWNSTREAM and len(data) >= 28:
        return Downstream(to, hop, data[16:22], data[22:28], data[28:]), len(data)
    return None


def decode(frame, marker=MARKER):
    """All messages of a frame."""
    messages, offset = [], 0
    while len(messages) < WALK_MAX:
        found = decode_one(frame[offset:], marker)
        if found is None:
            break
        messages.append(found[0])
        offset += found[1]
    return messages
