# SPDX-License-Identifier: BSD-3-Clause
"""Nodes die and come back; frames are too long."""

from node import drops_between
from protocol import Upstream, mac
from topology import RSU_IP, hidden_far_end, obu_ip, pair
from traffic import RawLink, Sniffer, expect_pings, wait_for_ping, wait_until

ROUTINE = ("own_source",)  # an RSU hears its heartbeats again from each OBU
TOO_LONG = 7
TAP_FRAME = 1436 + 14 + 4  # a full MTU behind an Ethernet header with a VLAN tag


def dies_and_returns(dying, watcher, address):
    """Hosts keep their neighbour entries: a TAP's MAC is the same after a restart."""
    wait_for_ping(watcher, address)
    dying.kill()
    dying.start()
    wait_for_ping(watcher, address)
    expect_pings(watcher, address)


def test_obu_dies_and_returns(lab):
    rsu, obu = pair(lab)
    dies_and_returns(obu, rsu.namespace, obu_ip(1))


def test_rsu_dies_and_returns(lab):
    rsu, obu = pair(lab)
    dies_and_returns(rsu, obu.namespace, RSU_IP)


def test_relay_dies_and_returns(lab):
    _, relay, far = hidden_far_end(lab)
    dies_and_returns(relay, far.namespace, RSU_IP)


def test_dead_obu_gets_nothing(lab):
    """After dead_after heartbeats the RSU sends no data to an OBU that is gone."""
    rsu, obu = pair(lab)
    obu.kill()
    link = RawLink(rsu.namespace, "tap0")

    def given_up():
        link.send(b"\xff" * 6 + link.mac + b"\x88\xb6" + bytes(50))
        drops = rsu.totals().drops()
        return drops.get("no_nodes", 0) + drops.get("no_route", 0) > 0

    wait_until(given_up, 10, "the RSU giving up a dead OBU")
    link.close()


def expect_oversize(node, before, count):
    """So many oversize drops since `before`, and no other ones."""

    def grown():
        return drops_between(before, node.settled_totals(), besides=ROUTINE)

    wait_until(lambda: grown().get("oversize", 0) >= count, 3, f"{count} oversize drops")
    assert grown() == {"oversize": count}, f"drops at {node.name}: {grown()}"


def test_oversize_from_tap(lab):
    """What does not fit a wire is dropped whole and counted, with what came and went around it."""
    rsu, obu = pair(lab)
    mark = b"too long for a wire"
    for node in (rsu, obu):
        node.namespace.ip("link", "set", "tap0", "mtu", "1500")
        before = node.settled_totals()
        link = RawLink(node.namespace, "tap0")
        other = obu if node is rsu else rsu
        start = mac(other.namespace.mac("tap0")) + link.mac + b"\x88\xb6"
        with Sniffer(other.namespace, "tap0") as tap, Sniffer(other.namespace, "air0") as air:
            for _ in range(TOO_LONG):
                link.send((start + mark).ljust(1514, b"\0"))
            expect_oversize(node, before, TOO_LONG)
            assert not air.holding(mark) and not tap.holding(mark), "an oversize frame was sent"
        link.close()
    wait_for_ping(obu.namespace, RSU_IP)
    expect_pings(obu.namespace, RSU_IP)


def test_oversize_from_air(lab):
    """What does not fit the TAP is dropped whole and counted, and its neighbours arrive."""
    rsu, obu = pair(lab)
    mark = b"in a burst of frames"
    before = rsu.settled_totals()
    link = RawLink(obu.namespace, "air0")
    to, origin = mac(rsu.namespace.mac("air0")), mac("02:00:00:00:00:09")
    inner = mac(rsu.namespace.mac("tap0")) + mac("0a:00:00:00:00:09") + b"\x88\xb6" + mark
    with Sniffer(rsu.namespace, "tap0") as tap:
        for _ in range(TOO_LONG):
            for length in (100, TAP_FRAME, TAP_FRAME + 1, 1514 - 22):
                link.send(Upstream(to, origin, origin, inner.ljust(length, b"\1")).encode())
        wait_until(lambda: len(tap.holding(mark)) >= 2 * TOO_LONG, 3, "what fits at the TAP")
        expect_oversize(rsu, before, 2 * TOO_LONG)
        lengths = sorted({len(frame) for frame in tap.holding(mark)})
    link.close()
    assert lengths == [100, TAP_FRAME], f"lengths at the TAP: {lengths}"
