#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""make-pcap's files: byte for byte those that tests/net's own encoder and peers would write."""
import collections
import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
SOURCE = Path(__file__).resolve().parents[2]
LINE_RATE = SOURCE / "perf/line-rate"
sys.path[:0] = [str(SOURCE / "tests/net"), str(LINE_RATE)]

import aes_gcm  # noqa: E402  pylint: disable=wrong-import-position
import frames  # noqa: E402  pylint: disable=wrong-import-position
from protocol import (  # noqa: E402  pylint: disable=wrong-import-position
    BROADCAST, Downstream, Heartbeat, Reply, Upstream, decode, mac)
from testdata import read_pcap, vectors  # noqa: E402  pylint: disable=wrong-import-position

NODE, RSU = mac("02:00:00:00:00:01"), mac("02:00:00:00:00:09")
TO = ("--to", "02:00:00:00:00:01")
FROM = (*TO, "--rsu", "02:00:00:00:00:09")
BAD = ((), ("--kind", "up", *TO), ("--kind", "upstream"), ("--frames", "0"),
       ("--kind", "upstream", "--to", "01:00:00:00:00:01"), ("--kind", "host", "--size", "63"),
       ("--kind", "upstream", "--to", "02:00:00:00:00"), ("--kind", "host", "--size", "1519"),
       ("--kind", "host", "--size", "big"), ("--kind", "host", "--mix", "host=1"),
       ("--mix", "host=0"), ("--mix", "host=1,host=2"), ("--mix", "host=50", "--frames", "99"),
       ("--kind", "host", "--order", "up"), ("--kind", "host", "--rate", "0"),
       ("--kind", "host", "--ethertype", "0x0500"), ("--kind", "host", "--wh"),
       ("--kind", "host", "--seal", "/dev/null"), ("--kind", "host", "--seal", "/none"),
       ("--kind", "host", "word"), ("--kind", "hairpin", *TO, "--nodes", "1"),
       ("--kind", "heartbeat", *TO, "--frames", "1"), ("--kind", "reply", *TO, "--frames", "63"),
       ("--kind", "heartbeat", *TO, "--rsu", TO[1]))  # fmt: skip
KEY = bytes(range(32))


def run(*words, **environment):
    return subprocess.run((LINE_RATE / "make-pcap", *words), capture_output=True, text=True,
                          timeout=60, check=False, env={**os.environ, **environment})  # fmt: skip


def make(path, *words):
    done = run(*words, "-o", path)
    assert done.returncode == 0 and done.stdout == done.stderr == "", (words, done)
    return list(read_pcap(path))


def station(family, number):
    return bytes((2, family)) + number.to_bytes(4, "big")


def inner_number(payload):
    assert payload[12:14] == b"\x88\xb5", payload.hex()
    return struct.unpack_from(">I", payload, 14)[0]


def encoders():
    """Both encoders, and what peers wrote."""
    for name, raw in vectors("messages.txt"):
        (message,) = decode(raw)
        fields = (message.to, message.hop)
        if isinstance(message, Heartbeat):
            fields = (message.hop, message.duration, message.id, message.hops, message.source)
            ours = frames.heartbeat(*fields)
        elif isinstance(message, Reply):
            fields += (message.duration, message.id, message.hops, message.source, message.sender)
            ours = frames.reply(*fields)
        elif isinstance(message, Upstream):
            ours = frames.upstream(*fields, message.origin, message.payload)
        else:
            ours = frames.downstream(*fields, message.origin, message.destination, message.payload)
        assert ours == raw == message.encode(), (name, ours.hex())
    sealer = frames.Sealer(b"vigilant_parakeet_fixed_key_256!")
    sealed = vectors("aes-256-gcm.txt")
    assert len(sealed) > 4
    for name, raw in sealed:
        clear = bytes(at % 256 for at in range(int(name.rpartition("_")[2])))
        assert sealer.seal(raw[:12], clear) == raw, name
    assert frames.inner(b"d" * 6, b"s" * 6, 7, 14) == b"d" * 6 + b"s" * 6 + b"\x88\xb5"


def kinds(path):
    """The one message of each frame is of the kind, between those it should be between."""
    clients = ("--clients", "6", "--nodes", "3", "--order", "sequential")
    for index, frame in enumerate(make(path, "--kind", "upstream", *FROM, *clients,
                                       "--frames", "13")):  # fmt: skip
        number = index % 6 + 1
        obu, (message,) = station(3, number % 3), decode(frame)
        assert (message.to, message.hop, message.origin) == (NODE, obu, obu), message
        assert message.payload[:12] == station(2, 0) + station(2, number), message
        assert inner_number(message.payload) == number, message
    for frame in make(path, "--kind", "hairpin", *FROM, *clients, "--frames", "6"):
        (message,) = decode(frame)
        number = inner_number(message.payload)
        other = struct.unpack(">I", message.payload[2:6])[0]
        assert message.payload[:12] == station(2, other) + station(2, number), message
        assert 1 <= other <= 6 and other % 3 != number % 3, (number, other)
    for kind in ("downstream", "downstream-relay"):
        for frame in make(path, "--kind", kind, *FROM, *clients, "--frames", "6"):
            (message,) = decode(frame)
            number = inner_number(message.payload)
            to = NODE if kind == "downstream" else station(3, number % 3)
            assert message == Downstream(NODE, RSU, RSU, to, message.payload), message
            assert message.payload[:12] == station(2, number) + station(2, 0), message
    for frame in make(path, "--kind", "host", *clients, "--frames", "6"):
        assert len(frame) == 60 and frame[:12] == station(2, inner_number(frame)) + station(2, 0)
    for index, frame in enumerate(make(path, "--kind", "heartbeat", *FROM, "--frames", "5")):
        beat = Heartbeat(BROADCAST, RSU, index % 2 * 59000, index % 2, 1, RSU)
        assert frame == beat.encode().ljust(60, b"\0"), (index, frame.hex())
    for index, frame in enumerate(make(path, "--kind", "reply", *FROM, "--frames", "5",
                                       "--nodes", "2")):  # fmt: skip
        reply = Reply(NODE, station(3, index % 2), 0, 0, 2, RSU, station(3, index % 2))
        assert frame == reply.encode().ljust(60, b"\0"), (index, frame.hex())
    asked = ("--kind", "reply", *TO, "--rsu", TO[1], "--frames", "128", "--nodes", "2")
    found = {(reply.sender, reply.duration, reply.hops, reply.source)
             for frame in make(path, *asked) for reply in decode(frame)}  # fmt: skip
    assert found == {(station(3, at % 2), at // 2, 1, NODE) for at in range(128)}, found


def shapes(path):
    """How many of what, how long, in which order, at which times."""
    done = make(path, "--mix", "upstream=7,downstream=2,heartbeat=1", *FROM, "--frames", "100")
    found = [type(decode(frame)[0]) for frame in done]
    assert collections.Counter(found) == {Upstream: 70, Downstream: 20, Heartbeat: 10}, found
    assert all(Heartbeat in found[at : at + 10] for at in range(0, 100, 10)), found
    for size in ("64", "65", "512", "1518"):
        assert {len(f) for f in make(path, "--kind", "upstream", *TO, "--frames", "9",
                                     "--size", size)} == {int(size) - 4}  # fmt: skip
    sizes = [len(f) for f in make(path, "--kind", "host", "--frames", "24", "--size", "imix")]
    assert collections.Counter(sizes) == {60: 14, 590: 8, 1514: 2}, sizes

    orders = {}
    for order in ("random", "sequential", "single-flow"):
        asked = ("--kind", "host", "--clients", "50", "--frames", "100", "--order", order)
        orders[order] = [inner_number(frame) for frame in make(path, *asked)]
        again = path.read_bytes()
        assert make(path, *asked) and path.read_bytes() == again, order
        make(path, *asked, "--seed", "2")
        assert (path.read_bytes() == again) == (order != "random"), order
    assert orders["sequential"] == [*range(1, 51)] * 2 and orders["single-flow"] == [1] * 100
    assert sorted(orders["random"][:50]) == sorted(orders["random"][50:]) == [*range(1, 51)]
    assert orders["random"][:50] != [*range(1, 51)], orders

    make(path, "--kind", "host", "--frames", "4", "--rate", "3")
    data = path.read_bytes()
    assert struct.unpack_from("<IHHiIII", data) == (0xA1B23C4D, 2, 4, 0, 0, 1518, 1)
    times = [struct.unpack_from("<IIII", data, 24 + 76 * at) for at in range(4)]
    assert times == [(0, 0, 60, 60), (0, 333333333, 60, 60), (0, 666666666, 60, 60),
                     (1, 0, 60, 60)], times  # fmt: skip
    other = make(path, "--kind", "upstream", *TO, "--frames", "1", "--ethertype", "0x88B6")
    assert decode(other[0]) == [] and len(decode(other[0], 0x88B6)) == 1, other


def sealed(path):
    keys = path.with_suffix(".keys")
    keys.write_text(f"{KEY.hex()}\n{bytes(32).hex()}\n", encoding="ascii")
    asked = ("--mix", "upstream=1,downstream=1", *FROM, "--frames", "40", "--seal", keys)
    found = [decode(frame)[0].payload for frame in make(path, *asked, "--size", "imix")]
    numbers = [inner_number(aes_gcm.unseal(KEY, payload)) for payload in found if len(payload) > 50]
    assert len(numbers) == 16 and len({payload[:12] for payload in found}) == 40, numbers
    assert all(aes_gcm.unseal(KEY, payload) for payload in found)
    again = path.read_bytes()
    assert make(path, *asked, "--size", "imix") and path.read_bytes() == again
    assert {len(frame) for frame in make(path, *asked, "--size", "74")} == {70}
    done = run(*asked, "--size", "73", "-o", path)
    assert done.returncode == 2 and "allowed 74 to 1518" in done.stderr, done
    path.with_name("libcrypto.so.3").touch()
    done = run(*asked, "--size", "74", "-o", path, LD_LIBRARY_PATH=str(path.parent))
    assert done.returncode == 2 and done.stderr.count("\n") == 1, done
    assert "libcrypto" in done.stderr, done


def refusals(path):
    for words in BAD:
        done = run(*words, *(("-o", path) if words else ()))
        assert done.returncode == 2 and done.stderr.count("\n") == 1, (words, done)
        assert done.stdout == "", (words, done)
    done = run("--kind", "host", "-o", "/nowhere/file")
    assert done.returncode == 2 and done.stderr.count("\n") == 1, done


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="pgn-make-pcap-") as directory:
        encoders()
        for check in (kinds, shapes, sealed, refusals):
            check(Path(directory) / "frames.pcap")
