# SPDX-License-Identifier: BSD-3-Clause
"""Our nodes and an emulated peer OBU with a host behind it."""

from host import Host
from peer import Attached, PeerObu
from protocol import Downstream, Reply, decode, mac
from topology import RSU_IP
from traffic import Sniffer, expect_pings, wait_for_ping, wait_until

HOST_MAC, HOST_IP = mac("0a:00:00:00:00:09"), "10.0.0.9"


def peer_host():
    return Host(HOST_MAC, HOST_IP)


def test_host_behind_peer_obu(lab):
    here, there = lab.namespace("rsu"), lab.namespace("peer")
    lab.wire(here, "air0", there, "air0")
    rsu = lab.node(here, "rsu", ip=f"{RSU_IP}/24")
    host = peer_host()
    obu = Attached(PeerObu, there, "air0", host)
    wait_for_ping(here, HOST_IP)
    expect_pings(here, HOST_IP, size=1372)
    assert host.ping(RSU_IP, 1), "no echo from our RSU's host"
    kinds = [type(message) for frame in obu.frames for message in decode(frame)]
    sizes = {len(decode(frame)) for frame in obu.frames}
    obu.stop()
    assert Reply not in kinds, "an RSU sent a reply"
    assert sizes == {1}, f"our RSU sent frames of {sizes} messages"
    totals = rsu.stop()
    assert totals.messages("rx.air0.reply") >= 1, f"no reply came in: {totals}"


def test_broadcast_to_peer_obu(lab):
    """Each group frame reaches the peer once, with the peer's own MAC as its destination."""
    here, there = lab.namespace("rsu"), lab.namespace("peer")
    lab.wire(here, "air0", there, "air0")
    lab.node(here, "rsu", ip=f"{RSU_IP}/24")
    obu = Attached(PeerObu, there, "air0", peer_host())
    wait_for_ping(here, HOST_IP)
    here.ip("neighbour", "flush", "dev", "tap0")
    expect_pings(here, HOST_IP, count=2)
    asked = [
        message
        for frame in obu.frames
        for message in decode(frame)
        if isinstance(message, Downstream) and message.payload[:6] == b"\xff" * 6
    ]
    obu.stop()
    assert asked, "no ARP request came down"
    assert {message.destination for message in asked} == {obu.peer.mac}, f"destinations: {asked}"
    assert {message.origin for message in asked} == {mac(here.mac("air0"))}, f"origins: {asked}"


def test_peer_obu_behind_our_obu(lab):
    """Our OBU relays for a peer that hears no RSU itself."""
    rsu, relay, far = [lab.namespace(name) for name in ("rsu", "obu1", "peer")]
    lab.medium((rsu, "air0", "middle"), (relay, "air0", "all"), (far, "air0", "middle"))
    lab.node(rsu, "rsu", ip=f"{RSU_IP}/24")
    lab.node(relay, "obu", ip="10.0.0.2/24")
    host = peer_host()
    obu = Attached(PeerObu, far, "air0", host)
    wait_for_ping(rsu, HOST_IP)
    expect_pings(rsu, HOST_IP)
    expect_pings(relay, HOST_IP)
    assert host.ping(RSU_IP, 1), "no echo from our RSU's host"
    obu.stop()


def test_our_obu_behind_peer_obu(lab):
    """A peer relays for our OBU, in frames of two messages and without checking `to`."""
    rsu, relay, far = [lab.namespace(name) for name in ("rsu", "peer", "obu1")]
    lab.medium((rsu, "air0", "middle"), (relay, "air0", "all"), (far, "air0", "middle"))
    lab.node(rsu, "rsu", ip=f"{RSU_IP}/24")
    lab.node(far, "obu", ip="10.0.0.2/24")
    obu = Attached(PeerObu, relay, "air0", peer_host())
    wait_for_ping(far, RSU_IP)
    expect_pings(far, RSU_IP)
    expect_pings(rsu, "10.0.0.2", size=1372)
    obu.stop()


def test_obu_answers_as_peers_expect(lab):
    """One reply and one relay for each id, as separate frames."""
    rsu, near = lab.namespace("rsu"), lab.namespace("obu1")
    lab.wire(rsu, "air0", near, "air0")
    lab.node(rsu, "rsu", ip=f"{RSU_IP}/24")
    lab.node(near, "obu", ip="10.0.0.2/24")
    with Sniffer(rsu, "air0") as air:
        wait_until(lambda: len(air.frames) >= 8, 5, "four answers")
    own, source = mac(near.mac("air0")), mac(rsu.mac("air0"))
    answers = {}
    for frame in air.frames:
        messages = decode(frame)
        assert len(messages) == 1, f"{len(messages)} messages in {frame.hex()}"
        if hasattr(messages[0], "hops"):
            answers.setdefault(messages[0].id, []).append(messages[0])
    for number, pair in list(answers.items())[1:-1]:
        assert len(pair) == 2, f"id {number} was answered by {pair}"
        relayed, reply = sorted(pair, key=lambda m: isinstance(m, Reply))
        assert relayed.hops == 2 and relayed.hop == own and relayed.source == source, relayed
        assert reply.hops == 1 and reply.to == source and reply.sender == own, reply
