# SPDX-License-Identifier: BSD-3-Clause
"""Reads what is in tests/data, and captures that are written as those were."""

import struct
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
PCAP_HEADER, PCAP_RECORD = 24, 16
PCAP_MAGIC = (0xA1B2C3D4, 0xA1B23C4D)  # microseconds, nanoseconds


def vectors(name):
    """Of each line of a vector file: a name, bytes, and the words behind them."""
    lines = (DATA / "vectors" / name).read_text().splitlines()
    split = [line.split() for line in lines if line]
    return [(name, bytes.fromhex(text), *words) for name, text, *words in split]


def read_pcap(path):
    """The frames of a pcap file."""
    data = path.read_bytes()
    assert len(data) >= PCAP_HEADER, f"{path} is no capture"
    order = "<" if struct.unpack("<I", data[:4])[0] in PCAP_MAGIC else ">"
    at = PCAP_HEADER
    while at < len(data):
        length = struct.unpack_from(order + "I", data, at + 8)[0]
        yield data[at + PCAP_RECORD : at + PCAP_RECORD + length]
        at += PCAP_RECORD + length
