#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""tshark with tools/peregrine.lua on bytes of real peers, and on what is malformed."""

import re
import shutil
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "net"))

# pylint: disable=wrong-import-position
from host import ethernet, ipv4  # noqa: E402
from protocol import (  # noqa: E402
    BROADCAST,
    Downstream,
    Heartbeat,
    Reply,
    Upstream,
    common,
    decode,
    mac,
    mac_text,
)
from shark import dissect, fields, tshark  # noqa: E402
from testdata import DATA, vectors  # noqa: E402

SKIP = 77
RSU, OBU, FAR = (mac(f"02:00:00:00:00:0{n}") for n in (1, 2, 3))
P = "peregrine."
EXPERTS = [
    P + name
    for name in (
        "truncated", "unknown_type", "walk_bound", "short_payload", "short_sealed", "foreign",
        "bad_hops", "group_source", "long_duration", "snapped", "guessed",
    )  # fmt: skip
]
MESSAGE_FIELDS = [P + name for name in ("to", "from", "control", "data", "duration", "id", "hops",
                  "source", "sender", "origin", "destination")]  # fmt: skip


def described(messages):
    """What the dissector should show of messages that the suite's own decoder found."""
    shown = {name: [] for name in MESSAGE_FIELDS}
    for message in messages:
        kind = type(message)
        number = "1" if kind in (Reply, Downstream) else "0"
        shown[P + ("control" if kind in (Heartbeat, Reply) else "data")].append(number)
        shown[P + "to"].append(mac_text(message.to))
        shown[P + "from"].append(mac_text(message.hop))
        for name in ("duration", "id", "hops"):
            if hasattr(message, name):
                low = getattr(message, name) % (1 << 64)
                shown[P + name].append(str(low))
        for name in ("source", "sender", "origin", "destination"):
            if hasattr(message, name):
                shown[P + name].append(mac_text(getattr(message, name)))
    return shown


def test_messages():
    known = dict(vectors("messages.txt"))
    assert len(known) > 40, len(known)
    rows = dissect(known.values(), MESSAGE_FIELDS + [P + "duration_high", P + "padding"])
    for (name, raw), row in zip(known.items(), rows, strict=True):
        (message,) = decode(raw)
        high = getattr(message, "duration", 0) >> 64
        assert row.pop(P + "duration_high") == ([str(high)] if high else []), name
        assert row.pop(P + "padding") == [], name
        assert row == described([message]), f"{name}: {row}"


def test_aggregated():
    known = vectors("aggregated.txt")
    rows = dissect([raw for _, raw, *_ in known], MESSAGE_FIELDS + [P + "padding", P + "rest"])
    padded = 0
    for (name, raw, *walk), row in zip(known, rows, strict=True):
        ends = [int(a) + int(b) for a, b in re.findall(r"(\d+)\+(\d+)", " ".join(walk))]
        left = raw[ends[-1] :] if ends else b""
        zeros = not left.strip(b"\0")
        trailer = row.pop(P + ("padding" if zeros else "rest"))
        assert trailer == ([left.hex()] if left else []), f"{name}: {trailer}"
        assert row.pop(P + ("rest" if zeros else "padding")) == [], name
        padded += bool(left)
        assert row == described(decode(raw)), f"{name}: {row}"
    assert padded >= 2, padded


def summary(capture):
    """A line a frame: our part of its summary, its links, and what is inside."""
    names = ["_ws.col.Info", P + "request_in", P + "latency", P + "reply_in"]
    names += [P + "sealed", "ip.src"]
    lines = []
    for number, row in enumerate(fields(capture, names), 1):
        row["_ws.col.Info"] = [" ".join(row["_ws.col.Info"]).partition(":")[0]]
        row[P + "sealed"] = [f"{len(text) // 2} bytes" for text in row[P + "sealed"]]
        cells = [f"{name}={','.join(row[name])}" for name in names[1:] if row[name]]
        lines.append("; ".join([str(number), *row["_ws.col.Info"], *cells]))
    return "\n".join(lines) + "\n"


def test_captures():
    """Every frame is as in tests/data/captures/*.txt, none is malformed, and the counts fit."""
    for name in ("plain", "encrypted"):
        capture = DATA / "captures" / f"{name}.pcap"
        shown = summary(capture)
        golden = (DATA / "captures" / f"{name}.txt").read_text()
        assert shown == golden, f"{name}: not as in {name}.txt:\n{shown}"
        bad = tshark(capture, "-Y", "_ws.expert.group == Malformed || peregrine.foreign")
        assert bad == "", bad
    names = [P + "control", P + "data", P + "sealed", "ip.src"]
    rows = fields(DATA / "captures" / "plain.pcap", names)
    assert sum(row[P + "control"] == ["0"] for row in rows) == 8
    assert sum(row[P + "control"] == ["0", "1"] for row in rows) == 8
    assert sum(row[P + "data"] == ["0"] for row in rows) == 7
    assert sum(row[P + "data"] == ["1"] for row in rows) == 8
    assert not any(row[P + "sealed"] for row in rows)
    assert sum(row["ip.src"] != [] for row in rows) > 5
    rows = fields(DATA / "captures" / "encrypted.pcap", [P + "data", P + "sealed"])
    assert sum(row[P + "sealed"] != [] for row in rows) == 34
    assert all(row[P + "sealed"] for row in rows if row[P + "data"])


def test_sealed():
    """Every sealed vector of a real inner frame's length, as upstream and downstream."""
    sealed = [raw for _, raw in vectors("aes-256-gcm.txt") if len(raw) >= 42]
    assert len(sealed) > 5, len(sealed)
    frames = [Upstream(RSU, OBU, OBU, raw).encode() for raw in sealed]
    frames += [Downstream(OBU, RSU, RSU, OBU, raw).encode() for raw in sealed]
    names = [P + "nonce", P + "ciphertext", P + "tag", P + "guessed", P + "short_sealed"]
    for raw, row in zip(sealed * 2, dissect(frames, names), strict=True):
        assert row[P + "nonce"] == [raw[:12].hex()], row
        assert row[P + "ciphertext"] == [raw[12:-16].hex()], row
        assert row[P + "tag"] == [raw[-16:].hex()], row
        assert row[P + "guessed"] and not row[P + "short_sealed"], row


def test_payload_preference():
    """auto, clear and sealed on a frame that is recognised and on one that is not."""
    packet = ethernet(OBU, FAR, 0x0800, ipv4(b"\x0a\0\0\1", b"\x0a\0\0\2", 253, b"x" * 40))
    private = ethernet(OBU, FAR, 0xABCD, b"y" * 60)
    frames = [Upstream(RSU, OBU, OBU, inner).encode() for inner in (packet, private)]
    for how, clear in (("auto", [True, False]), ("clear", [True, True]), ("sealed", [False, False])):
        rows = dissect(frames, ["eth.src", P + "sealed", P + "guessed"], "-o",
                       f"peregrine.payloads:{how}")  # fmt: skip
        assert [row["eth.src"][1:] == [mac_text(FAR)] for row in rows] == clear, (how, rows)
        assert [row[P + "sealed"] == [] for row in rows] == clear, (how, rows)
        guessed = [how == "auto" and not is_clear for is_clear in clear]
        assert [bool(row[P + "guessed"]) for row in rows] == guessed, (how, rows)


def test_inner_padding():
    """Zeros behind an inner packet that is shorter than the link's minimum are not the packet's."""
    packet = ethernet(OBU, FAR, 0x0800, ipv4(b"\x0a\0\0\1", b"\x0a\0\0\2", 253, b""))
    frame = Upstream(RSU, OBU, OBU, packet).encode()
    (row,) = dissect([frame.ljust(60, b"\0")], ["ip.len", "eth.padding"])
    assert row == {"ip.len": ["20"], "eth.padding": ["00" * (60 - len(frame))]}, row


def test_ethertype_preference():
    beat = Heartbeat(BROADCAST, RSU, 5, 6, 1, RSU)
    answer = Reply(RSU, OBU, 5, 6, 1, RSU, OBU)
    frames = [beat.encode(0x88B5) + answer.encode(0x88B5), beat.encode() + answer.encode()]
    rows = dissect(frames, [P + "control"], "-o", f"peregrine.ethertype:{0x88B5}")
    assert [row[P + "control"] for row in rows] == [["0", "1"], []], rows


def test_malformed():
    beat = Heartbeat(BROADCAST, RSU, 5, 6, 1, RSU).encode()
    answer = Reply(RSU, OBU, 5, 6, 1, RSU, OBU).encode()
    who_has = ethernet(BROADCAST, FAR, 0x0806, bytes.fromhex("0001080006040001") + bytes(20))
    sealed = ("-o", "peregrine.payloads:sealed")
    cases = [
        ("nothing wrong", beat + answer, [], ()),
        ("padding", beat.ljust(60, b"\0"), [], ()),
        ("only an Ethernet header", beat[:14], None, ()),
        ("no subtype", beat[:15], ["truncated"], ()),
        ("heartbeat cut short", beat[:45], ["truncated"], ()),
        ("second message cut short", beat + answer[:51], ["truncated"], ()),
        ("upstream cut short", common(RSU, OBU, (1, 0)) + b"\2\0\0\0\0", ["truncated"], ()),
        ("downstream cut short", common(RSU, OBU, (1, 1)) + b"\2" * 11, ["truncated"], ()),
        ("unknown type", common(RSU, OBU, (2, 0)) + b"\2" * 40, ["unknown_type"], ()),
        ("unknown subtype", beat + common(RSU, OBU, (0, 2)) + b"\2" * 40, ["unknown_type"], ()),
        ("eight messages", beat * 8, [], ()),
        ("nine messages", beat * 9, ["walk_bound"], ()),
        ("foreign bytes", beat + b"\1" * 20, ["foreign"], ()),
        ("no hops", Heartbeat(BROADCAST, RSU, 5, 6, 0, RSU).encode(), ["bad_hops"], ()),
        ("group", Reply(RSU, OBU, 5, 6, 1, RSU, BROADCAST).encode(), ["group_source"], ()),
        ("nobody", Heartbeat(BROADCAST, RSU, 5, 6, 1, bytes(6)).encode(), ["group_source"], ()),
        ("to a group", Downstream(OBU, RSU, RSU, BROADCAST, who_has).encode(), [], ()),
        ("age of the world", Heartbeat(BROADCAST, RSU, 1 << 64, 6, 1, RSU).encode(),
         ["long_duration"], ()),
        ("no payload", Upstream(RSU, OBU, OBU, b"").encode(), ["short_payload"], ()),
        ("short payload", Upstream(RSU, OBU, OBU, b"1" * 13).encode(), ["short_payload"], ()),
        ("short sealed", Upstream(RSU, OBU, OBU, b"1" * 41).encode(), ["short_sealed"], sealed),
        ("sealed", Upstream(RSU, OBU, OBU, b"1" * 42).encode(), [], sealed),
    ]  # fmt: skip
    for options in ((), sealed):
        mine = [case for case in cases if case[3] == options]
        rows = dissect([frame for _, frame, _, _ in mine], EXPERTS, *options)
        for (name, _, wanted, _), row in zip(mine, rows, strict=True):
            found = [expert for expert in EXPERTS if row[expert]]
            assert wanted is None or found == [P + word for word in wanted], f"{name}: {found}"


def test_snapped():
    """What a capture cut is not called malformed."""
    beat = Heartbeat(BROADCAST, RSU, 5, 6, 1, RSU).encode()
    data = Upstream(RSU, OBU, OBU, bytes(range(200))).encode()
    for row in dissect([beat, data], EXPERTS, snap=40):
        found = [name for name in EXPERTS if row[name] and name != P + "guessed"]
        assert found == [P + "snapped"], row


def test_links():
    """Replies find the heartbeat their sender answered, over two relays; latencies are exact."""
    relays = [mac(f"02:00:00:00:01:0{n}") for n in (1, 2)]
    frames = [
        (0, Heartbeat(BROADCAST, RSU, 900, 7, 1, RSU).encode()),
        (1_500, Heartbeat(BROADCAST, relays[0], 900, 7, 2, RSU).encode()),
        (2_000, Heartbeat(BROADCAST, relays[1], 900, 7, 2, RSU).encode()
         + Reply(RSU, relays[1], 900, 7, 1, RSU, relays[1]).encode()),
        (2_250, Reply(relays[1], FAR, 900, 7, 2, RSU, FAR).encode()),
        (4_000, Reply(RSU, relays[1], 900, 7, 2, RSU, FAR).encode()),
        (5_000, Reply(RSU, FAR, 900, 8, 2, RSU, FAR).encode()),
        (3_000_000, Heartbeat(BROADCAST, RSU, 900, 7, 1, RSU).encode()),
        (3_000_100, Reply(RSU, OBU, 900, 7, 1, RSU, OBU).encode()),
        (3_000_300, Reply(RSU, relays[0], 900, 7, 1, RSU, FAR).encode()),
    ]  # fmt: skip
    names = [P + "request_in", P + "latency", P + "reply_in"]
    rows = dissect(frames, names)
    requests = [row[P + "request_in"] for row in rows]
    assert requests == [[], [], ["1"], ["3"], ["3"], [], [], ["7"], ["7"]], requests
    latencies = [[round(float(text) * 1e6) for text in row[P + "latency"]] for row in rows]
    assert latencies == [[], [], [2000], [250], [2000], [], [], [100], [300]], latencies
    replies = [row[P + "reply_in"] for row in rows]
    assert replies == [["3"], [], ["4", "5"], [], [], [], ["8", "9"], [], []], replies


def main():
    if not shutil.which("tshark"):
        print("there is no tshark")
        return SKIP
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"ok {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
