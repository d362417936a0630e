# SPDX-License-Identifier: BSD-3-Clause
"""Broadcasts, and unicasts to hosts that nobody has learned."""

from protocol import BROADCAST, Downstream, Upstream, decode, mac
from topology import shared_air
from traffic import RawLink, Sniffer, wait_until

FRAMES = 20
NOBODY = mac("0a:00:00:00:00:77")


def send_from_tap(node, destination, mark):
    link = RawLink(node.namespace, "tap0")
    for number in range(FRAMES):
        link.send(destination + link.mac + b"\x88\xb6" + mark + bytes([number]) * 40)
    link.close()


def expect_at_taps(mark, sniffers, expected):
    def counts():
        return [len(sniffer.holding(mark)) for sniffer in sniffers]

    wait_until(
        lambda: all(have >= want for have, want in zip(counts(), expected)),
        3,
        f"{expected} frames at the TAPs",
    )
    return counts


def test_broadcast_from_rsu_once_each(lab):
    rsu, first, second = shared_air(lab, 2)
    mark = b"from the RSU's host"
    with Sniffer(first.namespace, "tap0") as one, Sniffer(second.namespace, "tap0") as two:
        send_from_tap(rsu, BROADCAST, mark)
        counts = expect_at_taps(mark, (one, two), [FRAMES, FRAMES])
        for node in (rsu, first, second):
            node.settled_totals()
        assert counts() == [FRAMES, FRAMES], f"at the OBUs' TAPs: {counts()}"


def test_broadcast_from_obu_once_each(lab):
    rsu, first, second = shared_air(lab, 2)
    mark = b"from an OBU's host"
    places = [node.namespace for node in (rsu, first, second)]
    with Sniffer(places[0], "tap0") as at_rsu, Sniffer(places[1], "tap0") as at_sender:
        with Sniffer(places[2], "tap0") as at_other:
            send_from_tap(first, BROADCAST, mark)
            counts = expect_at_taps(mark, (at_rsu, at_other, at_sender), [FRAMES, FRAMES, 0])
            for node in (rsu, first, second):
                node.settled_totals()
            assert counts() == [FRAMES, FRAMES, 0], f"RSU, other OBU, sender: {counts()}"


def test_unknown_unicast_from_rsu_host(lab):
    """Every OBU's host gets it, each as a downstream of its own."""
    rsu, first, second = shared_air(lab, 2)
    mark = b"to a host nobody has learned"
    origin = mac(rsu.namespace.mac("air0"))
    with Sniffer(first.namespace, "tap0") as one, Sniffer(second.namespace, "tap0") as two:
        with Sniffer(first.namespace, "air0") as air:
            send_from_tap(rsu, NOBODY, mark)
            counts = expect_at_taps(mark, (one, two), [FRAMES, FRAMES])
            for node in (rsu, first, second):
                node.settled_totals()
            assert counts() == [FRAMES, FRAMES], f"at the OBUs' TAPs: {counts()}"
            seen = [message for frame in air.holding(mark) for message in decode(frame)]
    own = mac(first.namespace.mac("air0"))
    to_first = [m for m in seen if isinstance(m, Downstream) and m.destination == own]
    assert len(to_first) == FRAMES, f"{len(to_first)} downstreams to OBU 1"
    assert all(m.origin == origin and m.to == own for m in to_first), "origin or hop is wrong"


def test_unknown_unicast_from_air(lab):
    """It goes to the RSU's TAP and to no OBU."""
    rsu, first, second = shared_air(lab, 2)
    mark = b"from the air to nobody"
    with Sniffer(rsu.namespace, "tap0") as tap, Sniffer(second.namespace, "tap0") as other:
        with Sniffer(rsu.namespace, "air0") as air:
            send_from_tap(first, NOBODY, mark)
            counts = expect_at_taps(mark, (tap, other), [FRAMES, 0])
            for node in (rsu, first, second):
                node.settled_totals()
            assert counts() == [FRAMES, 0], f"at the RSU and the other OBU: {counts()}"
            seen = [message for frame in air.holding(mark) for message in decode(frame)]
    assert len(seen) == FRAMES, f"{len(seen)} messages heard by the RSU"
    assert all(isinstance(m, Upstream) for m in seen), "not all of them upstream"
