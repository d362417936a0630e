# SPDX-License-Identifier: BSD-3-Clause
"""The suite's own encoder and peers, held against bytes that real peers wrote."""

from host import Host
from peer import Attached, PeerObu, PeerRsu
from protocol import (
    BROADCAST,
    Downstream,
    Heartbeat,
    Reply,
    Upstream,
    decode,
    mac,
)
from testdata import DATA, read_pcap, vectors
from traffic import wait_until

CAPTURE = DATA / "captures" / "plain.pcap"
RSU, OBU, FAR = (mac(f"02:00:00:00:00:0{n}") for n in (1, 2, 3))
CLIENT = mac("0a:bb:cc:dd:ee:f1")


def expected(name):
    """The message that a vector's name describes."""
    words = name.split("_")
    number = {word[0]: int(word[1:]) for word in words if word[0] == "d" and word[1:].isdigit()}
    ids = [int(word[2:]) for word in words if word.startswith("id")]
    if words[0] == "heartbeat":
        hop = {"obu": OBU, "obu2": FAR}.get(words[3] if words[1] == "forward" else "", RSU)
        hops = {RSU: 1, OBU: 2, FAR: 3}[hop]
        if words[1].startswith("reser"):
            hops += int(words[1][5:])
        return Heartbeat(BROADCAST, hop, number["d"], ids[0], hops, RSU)
    if words[0] == "reply":
        if words[1] == "hops2":
            return Reply(OBU, FAR, number["d"], ids[0], 2, RSU, FAR)
        if words[1] == "forward":
            return Reply(RSU, OBU, number["d"], ids[0], 2, RSU, FAR)
        return Reply(RSU, OBU, number["d"], ids[0], 1, RSU, OBU)
    payload = bytes(index % 256 for index in range(int(words[1])))
    forward = words[-1] == "forward"
    if words[0] == "upstream":
        to, hop = (OBU, FAR) if forward else (RSU, OBU)
        return Upstream(to, hop, OBU, payload)
    to, hop = (FAR, OBU) if forward else (OBU, RSU)
    return Downstream(to, hop, CLIENT, BROADCAST if words[-1] == "bcast" else FAR, payload)


def test_vectors():
    known = dict(vectors("messages.txt"))
    assert len(known) > 40, f"only {len(known)} vectors"
    for name, raw in known.items():
        message = expected(name)
        assert message.encode() == raw, f"{name}: {message.encode().hex()} is not {raw.hex()}"
        assert decode(raw) == [message], f"{name}: read back as {decode(raw)}"


def test_aggregated():
    """The walk of several messages finds what peers' own walk found."""
    for name, raw, *walk in vectors("aggregated.txt"):
        kinds = [step.partition("@")[0] for step in walk if not step.startswith("stop")]
        found = [type(message).__name__.lower() for message in decode(raw)]
        kinds = [kind for kind in kinds if kind in ("heartbeat", "reply", "upstream", "downstream")]
        assert found == kinds, f"{name}: {found} is not {kinds}"


def test_peer_obu_as_captured():
    """Fed with the captured RSU's frames, the emulated OBU sends the captured OBU's."""
    frames = list(read_pcap(CAPTURE))
    rsu, obu = frames[0][6:12], frames[1][6:12]
    sent, to_tap = [], []
    peer = PeerObu(obu, sent.append, to_tap.append)
    for frame in frames:
        if frame[6:12] == rsu:
            peer.receive(frame)
        elif isinstance(decode(frame)[0], Upstream):
            peer.from_tap(decode(frame)[0].payload)
        if frame[6:12] == obu:
            assert sent.pop(0) == frame, f"the captured OBU sent {frame.hex()}"
    assert not sent and len(to_tap) == 8, f"left over: {sent}; to TAP: {len(to_tap)}"


def test_peer_rsu_as_captured():
    """Fed with the captured OBU's frames, the emulated RSU sends the captured RSU's."""
    frames = list(read_pcap(CAPTURE))
    rsu, obu = frames[0][6:12], frames[1][6:12]
    sent, to_tap = [], []
    peer = PeerRsu(rsu, sent.append, to_tap.append)
    for frame in frames:
        message = decode(frame)[0]
        if frame[6:12] == obu:
            peer.receive(frame)
            continue
        if isinstance(message, Heartbeat):
            peer.heartbeat(message.duration, message.id)
        else:
            peer.from_tap(message.payload)
        assert sent.pop(0) == frame, f"the captured RSU sent {frame.hex()}"
    assert not sent and len(to_tap) == 7, f"left over: {sent}; to TAP: {len(to_tap)}"


def test_peers_among_themselves(lab):
    """The hosts behind an emulated RSU and an emulated OBU ping each other over a wire."""
    here, there = lab.namespace("rsu"), lab.namespace("obu1")
    lab.wire(here, "air0", there, "air0")
    hosts = [Host(mac(f"0a:00:00:00:00:0{n}"), f"10.0.0.{n}") for n in (1, 2)]
    rsu = Attached(PeerRsu, here, "air0", hosts[0])
    obu = Attached(PeerObu, there, "air0", hosts[1])
    wait_until(lambda: rsu.peer.route, 5, "a route at the peer RSU")
    assert hosts[0].ping("10.0.0.2", 1), "no echo from behind the peer OBU"
    assert hosts[1].ping("10.0.0.1", 2), "no echo from behind the peer RSU"
    rsu.stop()
    obu.stop()
