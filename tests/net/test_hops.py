# SPDX-License-Identifier: BSD-3-Clause
"""RSU - OBU - OBU."""

from topology import RSU_IP, hidden_far_end, obu_ip, two_wires
from traffic import RawLink, Sniffer, expect_pings, tcp_transfer, wait_until


def all_ways(rsu, relay, far):
    expect_pings(far.namespace, RSU_IP)
    expect_pings(rsu.namespace, obu_ip(2), size=1372, whole=True)
    expect_pings(far.namespace, obu_ip(1))
    expect_pings(relay.namespace, obu_ip(2))
    tcp_transfer(rsu.namespace, RSU_IP, far.namespace, megabytes=4)


def arp_reaches_far_end(rsu, far):
    """The RSU's host has forgotten the far host and must ask by ARP."""
    rsu.namespace.ip("neighbour", "flush", "dev", "tap0")
    with Sniffer(far.namespace, "tap0") as sniffer:
        expect_pings(rsu.namespace, obu_ip(2), count=3)
        question = b"\x08\x06\x00\x01\x08\x00\x06\x04\x00\x01"
        wait_until(lambda: sniffer.holding(question), 2, "an ARP request at the far OBU's TAP")


def broadcast_once_each(rsu, relay, far):
    link = RawLink(rsu.namespace, "tap0")
    mark = b"once each, two hops away"
    with Sniffer(relay.namespace, "tap0") as near, Sniffer(far.namespace, "tap0") as away:
        for number in range(10):
            link.send(b"\xff" * 6 + link.mac + b"\x88\xb6" + mark + bytes([number]) * 40)
        wait_until(lambda: len(away.holding(mark)) >= 10, 3, "10 broadcasts at the far OBU")
        rsu.settled_totals()
        far.settled_totals()
        counts = len(near.holding(mark)), len(away.holding(mark))
    link.close()
    assert counts == (10, 10), f"10 broadcasts came as {counts} to OBU 1 and OBU 2"


def test_shared_medium(lab):
    all_ways(*hidden_far_end(lab))


def test_shared_medium_arp_and_broadcast(lab):
    rsu, relay, far = hidden_far_end(lab)
    arp_reaches_far_end(rsu, far)
    broadcast_once_each(rsu, relay, far)


def test_two_wires(lab):
    all_ways(*two_wires(lab))


def test_two_wires_arp_and_broadcast(lab):
    rsu, relay, far = two_wires(lab)
    arp_reaches_far_end(rsu, far)
    broadcast_once_each(rsu, relay, far)
