# SPDX-License-Identifier: BSD-3-Clause
"""Bad frames: each counts as exactly one drop of its own reason, and nothing else changes."""

from node import drops_between
from protocol import (
    BROADCAST,
    DATA,
    Downstream,
    Heartbeat,
    Reply,
    Upstream,
    ZERO,
    common,
    decode,
    mac,
)
from traffic import RawLink, Sniffer, wait_until

COPIES = 3
PEER, OTHER, THIRD = (mac(f"02:00:00:00:00:0{n}") for n in (2, 3, 4))
GROUP = mac("33:33:00:00:00:01")
HOST, FAR_HOST = mac("0a:00:00:00:00:01"), mac("0a:00:00:00:00:02")
INNER = HOST + FAR_HOST + b"\x88\xb6" + bytes(50)
MAX_HOPS = 16


class Injector:
    """A node under test and the far end of its wire."""

    def __init__(self, lab, role):
        place, air = lab.namespace(role), lab.namespace("air")
        lab.wire(place, "air0", air, "air0")
        self.air = air
        self.node = lab.node(place, role)
        self.mac = mac(place.mac("air0"))
        self.link = RawLink(air, "air0")

    def expect(self, name, frames, drops, kept=0):
        """Exactly these drops, and so many messages kept, come of the frames."""
        before = self.node.settled_totals()
        for frame in frames:
            self.link.send(frame)
        messages = sum(drops.values()) + kept
        wait_until(
            lambda: self.node.totals()["received"] >= before["received"] + messages,
            3,
            f"{name}: {messages} more messages received",
        )
        after = self.node.settled_totals()
        grown = drops_between(before, after)
        assert grown == drops, f"{name}: drops grew by {grown} instead of {drops}"
        more = after["received"] - before["received"]
        assert more == messages, f"{name}: {more} messages received instead of {messages}"
        more = after["kept"] - before["kept"]
        assert more == kept, f"{name}: {more} messages kept instead of {kept}"


def bad_to_every_role(own):
    """(drop reason, what is wrong, frame) for what no node takes."""

    def heartbeat(to=BROADCAST, hop=PEER, hops=1, source=PEER):
        return Heartbeat(to, hop, 1000, 1, hops, source).encode()

    def reply(to=own, hop=PEER, hops=1, source=OTHER, sender=PEER):
        return Reply(to, hop, 1000, 1, hops, source, sender).encode()

    def upstream(to=own, hop=PEER, origin=PEER, payload=INNER):
        return Upstream(to, hop, origin, payload).encode()

    return [
        ("runt", "14 bytes", common(own, PEER, (DATA, 0))[:14]),
        ("runt", "15 bytes", common(own, PEER, (DATA, 0))[:15]),
        ("foreign", "IPv4", own + PEER + b"\x08\x00" + bytes(46)),
        ("foreign", "marker off by one", upstream()[:12] + b"\x30\x31" + upstream()[14:]),
        ("unknown_type", "type 2", common(own, PEER, (2, 0)) + bytes(44)),
        ("unknown_type", "control 2", common(own, PEER, (0, 2)) + bytes(44)),
        ("unknown_type", "data 255", common(own, PEER, (1, 255)) + bytes(44)),
        ("truncated", "heartbeat of 45 bytes", heartbeat()[:45]),
        ("truncated", "reply of 51 bytes", reply()[:51]),
        ("truncated", "upstream of 21 bytes", upstream()[:21]),
        ("truncated", "downstream of 27 bytes", common(own, PEER, (1, 1)) + bytes(11)),
        ("not_for_us", "upstream", upstream(to=THIRD)),
        ("not_for_us", "reply", reply(to=THIRD)),
        ("not_for_us", "heartbeat to a group", heartbeat(to=GROUP)),
        ("bad_from", "zero", heartbeat(hop=ZERO)),
        ("bad_from", "group", upstream(hop=GROUP)),
        ("own_from", "heartbeat", heartbeat(hop=own)),
        ("own_from", "upstream", upstream(hop=own)),
        ("bad_source", "heartbeat, zero", heartbeat(source=ZERO)),
        ("bad_source", "reply, group", reply(source=GROUP)),
        ("own_source", "heartbeat", heartbeat(source=own)),
        ("bad_sender", "zero", reply(sender=ZERO)),
        ("bad_sender", "group", reply(sender=BROADCAST)),
        ("own_sender", "reply", reply(sender=own)),
        ("bad_hops", "heartbeat, 0", heartbeat(hops=0)),
        ("bad_hops", "heartbeat, one too many", heartbeat(hops=MAX_HOPS + 1)),
        ("bad_hops", "heartbeat, all ones", heartbeat(hops=0xFFFFFFFF)),
        ("bad_hops", "reply, 0", reply(hops=0)),
        ("bad_hops", "reply, all ones", reply(hops=0xFFFFFFFF)),
        ("bad_origin", "zero", upstream(origin=ZERO)),
        ("bad_origin", "group", upstream(origin=GROUP)),
        ("own_origin", "upstream", upstream(origin=own)),
        ("short_payload", "no payload", upstream(payload=b"")),
        ("short_payload", "13 bytes", upstream(payload=INNER[:13])),
    ]


def test_bad_frames_at_rsu(lab):
    rsu = Injector(lab, "rsu")
    own = rsu.mac
    cases = bad_to_every_role(own) + [
        ("not_our_role", "heartbeat of another RSU", heartbeat_of(PEER, 1, 1000)),
        ("not_our_role", "downstream", Downstream(own, PEER, PEER, own, INNER).encode()),
        ("foreign_reply", "reply", Reply(own, PEER, 1000, 1, 1, OTHER, PEER).encode()),
        ("unknown_id", "reply", Reply(own, PEER, 1000, 1 << 31, 1, own, PEER).encode()),
        ("bad_inner_source", "zero", Upstream(own, PEER, PEER, HOST + ZERO + INNER[12:]).encode()),
        ("bad_inner_source", "group", Upstream(own, PEER, PEER, HOST + GROUP + INNER[12:]).encode()),
    ]
    for reason, what, frame in cases:
        rsu.expect(f"{reason} ({what})", [frame] * COPIES, {reason: COPIES})


def test_bad_frames_at_obu(lab):
    obu = Injector(lab, "obu")
    own = obu.mac
    cases = bad_to_every_role(own) + [
        ("unknown_id", "reply", Reply(own, PEER, 1000, 1, 1, OTHER, PEER).encode()),
        ("no_upstream", "upstream", Upstream(own, PEER, PEER, INNER).encode()),
        ("unknown_node", "downstream", Downstream(own, PEER, PEER, THIRD, INNER).encode()),
        ("bad_origin", "downstream", Downstream(own, PEER, ZERO, own, INNER).encode()),
        ("own_origin", "our group frame", Downstream(own, PEER, own, GROUP, INNER).encode()),
        ("own_origin", "our frame for us", Downstream(own, PEER, own, own, INNER).encode()),
        ("short_payload", "downstream", Downstream(own, PEER, PEER, own, INNER[:13]).encode()),
    ]
    for reason, what, frame in cases:
        obu.expect(f"{reason} ({what})", [frame] * COPIES, {reason: COPIES})


def test_upstream_of_unknown_obu(lab):
    """It is delivered, nothing is learned from it, and the RSU lives on."""
    rsu = Injector(lab, "rsu")
    with Sniffer(rsu.node.namespace, "tap0") as tap:
        for _ in range(COPIES):
            rsu.link.send(Upstream(rsu.mac, PEER, PEER, INNER).encode())
        wait_until(lambda: len(tap.holding(INNER)) == COPIES, 3, "the frames at the TAP")
    totals = rsu.node.settled_totals()
    assert totals["clients.learned"] == 0, f"learned from an unknown OBU: {totals}"


def heartbeat_of(source, number, duration, hop=None):
    return Heartbeat(BROADCAST, hop or source, duration, number, 1, source).encode()


def test_obu_with_a_route(lab):
    """Reasons that need a state: what was fine the first time is dropped the next."""
    obu = Injector(lab, "obu")
    reply = Reply(obu.mac, THIRD, 1000, 40, 2, PEER, THIRD).encode()
    back = Upstream(obu.mac, PEER, THIRD, INNER).encode()
    on = Upstream(obu.mac, THIRD, THIRD, INNER).encode()
    down = Downstream(obu.mac, THIRD, PEER, THIRD, INNER).encode()
    obu.expect("heartbeat", [heartbeat_of(PEER, 40, 1000)], {}, kept=1)
    with Sniffer(obu.air, "air0") as air:
        obu.link.send(reply)
        wait_until(lambda: air.holding(reply[12:]), 2, "the reply relayed")
        obu.link.send(on)
        wait_until(lambda: air.holding(on[12:]), 2, "upstream relayed")
    relayed = decode(air.holding(reply[12:])[0])[0]
    assert (relayed.to, relayed.hop) == (PEER, obu.mac), f"relayed wrongly: {relayed}"
    relayed = decode(air.holding(on[12:])[0])[0]
    assert (relayed.to, relayed.hop) == (PEER, obu.mac), f"relayed wrongly: {relayed}"
    obu.expect("duplicate_reply", [reply] * COPIES, {"duplicate_reply": COPIES})
    obu.expect("loop, upstream", [back] * COPIES, {"loop": COPIES})
    obu.expect("loop, downstream", [down] * COPIES, {"loop": COPIES})
    obu.expect("ids run on", [heartbeat_of(PEER, n, 1000 + n) for n in range(41, 71)], {}, kept=30)
    obu.expect("stale_id", [heartbeat_of(PEER, 41, 2000)], {"stale_id": 1})


def next_heartbeat(rsu):
    """The RSU's next heartbeat from the wire."""
    with Sniffer(rsu.air, "air0") as air:
        wait_until(lambda: air.frames, 3, "a heartbeat of the RSU")
        return decode(air.frames[0])[0]


def answer(heard, obu=PEER, to=None, duration=None):
    """What a peer OBU sends on a heartbeat: it relayed, and the reply to it, in one frame."""
    relayed = Heartbeat(BROADCAST, obu, heard.duration, heard.id, heard.hops + 1, heard.source)
    duration = heard.duration if duration is None else duration
    reply = Reply(to or heard.hop, obu, duration, heard.id, heard.hops, heard.source, obu)
    return relayed.encode() + reply.encode()


def test_aggregated_frame(lab):
    """A frame of two messages counts as two, each judged by its own `to`."""
    rsu = Injector(lab, "rsu")
    heard = next_heartbeat(rsu)
    before = rsu.node.settled_totals()
    rsu.expect("answer", [answer(heard)], {"own_source": 1}, kept=1)
    after = rsu.node.settled_totals()
    for kind in ("heartbeat", "reply"):
        name = f"rx.air0.{kind}"
        assert after.messages(name) - before.messages(name) == 1, f"{name}: {after}"
    elsewhere = answer(next_heartbeat(rsu), to=THIRD)
    rsu.expect("answer to another", [elsewhere], {"own_source": 1, "not_for_us": 1})
    wrong = next_heartbeat(rsu)
    wrong = answer(wrong, duration=wrong.duration + 1)
    rsu.expect("answer, time off", [wrong], {"own_source": 1, "wrong_duration": 1})


def test_padded_frames(lab):
    """Zeros behind a message are no message."""
    rsu = Injector(lab, "rsu")
    padded = heartbeat_of(PEER, 1, 1000).ljust(60, b"\0")
    rsu.expect("padded heartbeat", [padded] * COPIES, {"not_our_role": COPIES})
    padded = answer(next_heartbeat(rsu)).ljust(200, b"\0")
    rsu.expect("padded answer", [padded], {"own_source": 1}, kept=1)


def test_walk_bound(lab):
    """Eight messages of a frame are taken; what is left is one drop."""
    rsu = Injector(lab, "rsu")
    one = heartbeat_of(PEER, 1, 1000)
    rsu.expect("eight", [one * 8], {"not_our_role": 8})
    rsu.expect("nine", [one * 9], {"not_our_role": 8, "walk_bound": 1})
    rsu.expect("thirty", [one * 30], {"not_our_role": 8, "walk_bound": 1})


def test_host_frames_without_a_route(lab):
    """An OBU that hears no RSU, an RSU that knows no OBU."""
    for role, reason in (("rsu", "no_nodes"), ("obu", "no_upstream")):
        place, air = lab.namespace(role), lab.namespace(f"{role}air")
        lab.wire(place, "air0", air, "air0")
        node = lab.node(place, role)
        link = RawLink(place, "tap0")
        before = node.settled_totals()
        for _ in range(COPIES):
            link.send(BROADCAST + link.mac + b"\x88\xb6" + bytes(50))
        wait_until(lambda: node.totals()["dropped"] > before["dropped"], 3, f"{reason} at {role}")
        grown = drops_between(before, node.settled_totals())
        assert grown == {reason: COPIES}, f"{role}: {grown}"
        link.close()
