# SPDX-License-Identifier: BSD-3-Clause
"""Forged heartbeats and replies by the million, while real ones and traffic go on."""

import re
import time

from flood import ControlFlood, made_up
from protocol import mac
from topology import RSU_IP, obu_ip
from traffic import ping, wait_for_ping, wait_until

FAST = {"rate": 80000, "messages": 1000000}  # messages a second, in all
SLOW = {"rate": 20000, "messages": 100000}
PERIOD_MS = 500  # of real heartbeats
NAMES = 4096


# Of the half for all, a real message has a chance of 1 in 50 under the flood.
SMALL = {"control_rate": 400, "neighbour_rate": 200, "max_nodes": 16}


def place(lab, keys):
    """An RSU, an OBU and an attacker on one medium."""
    places = [lab.namespace(name) for name in ("rsu", "obu1", "attacker")]
    lab.medium(*[(each, "air0", "all") for each in places])
    keys = {"hello_periodicity": PERIOD_MS, **keys}
    rsu = lab.node(places[0], "rsu", ip=f"{RSU_IP}/24", keys=keys)
    obu = lab.node(places[1], "obu", ip=f"{obu_ip(1)}/24", keys=keys)
    wait_for_ping(places[1], RSU_IP)
    return rsu, obu, places[2]


class Watch:
    """What the routes of both nodes say of each other, looked at again and again."""

    def __init__(self, rsu, obu):
        self.rsu, self.obu = rsu, obu
        self.here, self.there = rsu.namespace.mac("air0"), obu.namespace.mac("air0")
        self.looks = 0

    def look(self):
        """The route stands both ways, and what it lives by is at most one period late."""
        down = self.rsu.routes()
        up = self.obu.routes()
        sent = number(rf"^rsu {self.here}: heartbeat (\d+) sent", down)
        heard = number(rf"^rsu {self.here}: \d+ of the \d+ ids up to (\d+),", up)
        assert heard >= sent - 1, f"the OBU heard heartbeat {heard}, {sent} was sent"
        assert f"upstream {self.here} on air0 to rsu {self.here}: " in up, head(up)
        # One is missed between a heartbeat and its answer.
        missed = number(
            rf"^{self.there}  {self.there}  air0 +1 +\d+/64 +(\d+) .* current: .*$", down
        )
        assert missed <= 2, f"{missed} answers of the OBU are missed"
        self.looks += 1


def head(text):
    """Of a long table."""
    return "\n".join(text.splitlines()[:12])


def number(pattern, text):
    found = re.search(pattern, text, re.MULTILINE)
    assert found, f"no line like {pattern!r} in:\n{head(text)}"
    return int(found.group(1))


def check_log(node, begin):
    """At most a line a reason in 10 seconds; the counters say what was refused."""
    drops = node.settled_totals().drops()
    lines = node.logged("control messages refused")
    told = [re.search(r"refused in \d+ s: (\w+)", line).group(1) for line in lines]
    assert drops.get("control_throttled", 0) > 0, f"nothing was throttled: {drops}"
    assert "control_throttled" in told, f"no word of it: {lines}"
    most = 1 + (time.monotonic() - begin) // 10
    assert all(told.count(reason) <= most for reason in told), f"too many words: {lines}"


def holds_under_flood(lab, keys, rate, messages, sender_hop=None):
    rsu, obu, attacker = place(lab, keys)
    watch = Watch(rsu, obu)
    wait_until(lambda: "10 of the 10 ids" in obu.routes(), 10, "ten heartbeats")
    watch.look()
    targets = [mac(watch.here), mac(watch.there)]
    answered = asked = 0
    begin = time.monotonic()
    with ControlFlood(
        attacker, "air0", mac(watch.here), targets, rate, NAMES, sender_hop
    ) as flood:
        while flood.sent < messages:
            answered += ping(obu.namespace, RSU_IP, count=10, interval=0.01)
            asked += 10
            watch.look()
    assert watch.looks > 5, f"only {watch.looks} looks"
    assert answered >= 0.8 * asked, f"{answered} of {asked} pings came back under the flood"
    for node in (rsu, obu):
        check_log(node, begin)


def test_from_many_neighbours(lab):
    """Each forged message under a name of its own, coming from that station."""
    holds_under_flood(lab, {}, **FAST)


def test_from_many_neighbours_at_low_rates(lab):
    holds_under_flood(lab, SMALL, **SLOW)


def test_from_one_neighbour(lab):
    holds_under_flood(lab, SMALL, **SLOW, sender_hop=made_up("neighbour"))
