# SPDX-License-Identifier: BSD-3-Clause
"""Reads pcapng files (draft-ietf-opsawg-pcapng): the frames, and what is said of each."""

import struct
from dataclasses import dataclass

SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6
IF_NAME, IF_TSRESOL, EPB_FLAGS = 2, 9, 2
IN, OUT = 1, 2


@dataclass
class Frame:
    interface: str
    time: float  # s since 1970
    direction: int
    bytes: bytes


def options(data):
    found = {}
    while len(data) >= 4:
        code, length = struct.unpack_from("<HH", data)
        if code == 0:
            break
        found[code] = data[4 : 4 + length]
        data = data[4 + (length + 3) // 4 * 4 :]
    return found


def read(path):
    """All frames of a file, which must be whole to the last block."""
    data = path.read_bytes()
    interfaces, frames, at = [], [], 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        assert length % 4 == 0 and at + length <= len(data), f"{path.name}: cut at byte {at}"
        assert struct.unpack_from("<I", data, at + length - 4)[0] == length, f"{path.name}: {at}"
        body = data[at + 8 : at + length - 4]
        at += length
        if kind == INTERFACE:
            told = options(body[8:])
            interfaces.append((told[IF_NAME].rstrip(b"\0").decode(), told[IF_TSRESOL][0]))
        elif kind == PACKET:
            number, high, low, stored, whole = struct.unpack_from("<IIIII", body)
            assert stored == whole, f"{path.name}: a frame was cut"
            told = options(body[20 + (stored + 3) // 4 * 4 :])
            name, resolution = interfaces[number]
            flags = struct.unpack("<I", told[EPB_FLAGS])[0]
            time = (high << 32 | low) / 10**resolution
            frames.append(Frame(name, time, flags & 3, body[20 : 20 + stored]))
        else:
            assert kind == SECTION or kind == 5, f"{path.name}: block {kind:#x}"
    return frames
