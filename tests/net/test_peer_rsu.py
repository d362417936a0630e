# SPDX-License-Identifier: BSD-3-Clause
"""Our OBUs and an emulated peer RSU with a host behind it."""

from host import Host, ethernet
from peer import Attached, PeerRsu
from protocol import BROADCAST, Downstream, Upstream, decode, mac
from traffic import Sniffer, expect_pings, tcp_transfer, wait_for_ping, wait_until

HOST_MAC, HOST_IP = mac("0a:00:00:00:00:01"), "10.0.0.1"


def with_obu(lab):
    here, there = lab.namespace("peer"), lab.namespace("obu1")
    lab.wire(here, "air0", there, "air0")
    node = lab.node(there, "obu", ip="10.0.0.2/24")
    host = Host(HOST_MAC, HOST_IP)
    rsu = Attached(PeerRsu, here, "air0", host)
    wait_for_ping(there, HOST_IP)
    return rsu, host, node


def test_host_behind_peer_rsu(lab):
    rsu, host, obu = with_obu(lab)
    expect_pings(obu.namespace, HOST_IP, size=1372)
    assert host.ping("10.0.0.2", 1), "no echo from our OBU's host"
    sizes = {len(decode(frame)) for frame in rsu.frames}
    upstream = [m for frame in rsu.frames for m in decode(frame) if isinstance(m, Upstream)]
    rsu.stop()
    assert sizes == {1}, f"our OBU sent frames of {sizes} messages"
    own = mac(obu.namespace.mac("air0"))
    assert {(m.to, m.hop, m.origin) for m in upstream} == {(rsu.peer.mac, own, own)}, upstream


def test_group_of_peer_rsu(lab):
    """A downstream whose destination is a group goes to our TAP, once."""
    rsu, host, obu = with_obu(lab)
    mark = b"a group frame of a peer RSU"
    with Sniffer(obu.namespace, "tap0") as tap:
        for group in (BROADCAST, mac("33:33:00:00:00:02")):
            for number in range(5):
                host.send(ethernet(group, HOST_MAC, 0x88B6, mark + bytes([number]) * 40))
        wait_until(lambda: len(tap.holding(mark)) >= 10, 3, "10 group frames at the TAP")
        obu.settled_totals()
        assert len(tap.holding(mark)) == 10, f"{len(tap.holding(mark))} frames at the TAP"
    rsu.stop()


def test_padding_is_trimmed(lab):
    """Zeros of a link that pads to 60 bytes go, where the inner frame's own length proves them."""
    rsu, _, obu = with_obu(lab)
    own = mac(obu.namespace.mac("air0"))
    proven = HOST_MAC + HOST_MAC + b"\x00\x05" + b"proof"
    unproven = HOST_MAC + HOST_MAC + b"\x88\xb6" + b"guess"
    with Sniffer(obu.namespace, "tap0") as tap:
        for inner in (proven, unproven):
            frame = Downstream(own, rsu.peer.mac, rsu.peer.mac, own, inner).encode()
            rsu.link.send(frame.ljust(60, b"\0"))
        wait_until(lambda: tap.holding(b"proof") and tap.holding(b"guess"), 3, "both at the TAP")
    rsu.stop()
    assert tap.holding(b"proof") == [proven], f"at the TAP: {tap.holding(b'proof')}"
    assert tap.holding(b"guess") == [unproven.ljust(60 - 28, b"\0")], "padding was guessed"


def test_two_obus_behind_peer_rsu(lab):
    """Their hosts reach each other by the peer's hairpin."""
    here, one, two = [lab.namespace(name) for name in ("peer", "obu1", "obu2")]
    lab.medium((here, "air0", "all"), (one, "air0", "all"), (two, "air0", "all"))
    lab.node(one, "obu", ip="10.0.0.2/24")
    lab.node(two, "obu", ip="10.0.0.3/24")
    rsu = Attached(PeerRsu, here, "air0", Host(HOST_MAC, HOST_IP))
    for place in (one, two):
        wait_for_ping(place, HOST_IP)
    wait_for_ping(one, "10.0.0.3")
    expect_pings(one, "10.0.0.3")
    tcp_transfer(two, "10.0.0.3", one, megabytes=1)
    rsu.stop()


def test_far_obu_of_peer_rsu(lab):
    """Our OBU relays between a peer RSU and another of our OBUs."""
    here, relay, far = [lab.namespace(name) for name in ("peer", "obu1", "obu2")]
    lab.medium((here, "air0", "middle"), (relay, "air0", "all"), (far, "air0", "middle"))
    lab.node(relay, "obu", ip="10.0.0.2/24")
    lab.node(far, "obu", ip="10.0.0.3/24")
    rsu = Attached(PeerRsu, here, "air0", Host(HOST_MAC, HOST_IP))
    wait_for_ping(far, HOST_IP)
    expect_pings(far, HOST_IP)
    expect_pings(far, HOST_IP, size=1372)
    rsu.stop()
