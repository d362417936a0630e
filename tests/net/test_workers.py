# SPDX-License-Identifier: BSD-3-Clause
"""Several workers: frames of one OBU, or one client, are one worker's, whoever receives them."""

import re
import time

from lab import Skip
from node import lcores
from test_start import bad_node, expect_refusal, place_with_wire
from topology import RSU_IP, obu_ip, pair
from traffic import UdpFlood, expect_pings, tcp_transfer, wait_for_ping

OBUS = 6
CPUS = lcores().split(",")


def need_two_cores():
    if len(CPUS) < 2:
        raise Skip("one core only")


def spread_counters(totals, what):
    """What lcores handed to each other: {(from, to): frames}."""
    found = {}
    for name, value in totals.items():
        match = re.fullmatch(rf"spread\.(\d+)\.(\d+)\.{what}", name)
        if match:
            found[match.groups()] = value
    return found


def with_two_workers(lab, spread):
    """An RSU of two workers and OBUs of one, all in reach of each other."""
    need_two_cores()
    rsu, *places = [lab.namespace(name) for name in ["rsu"] + [f"obu{i + 1}" for i in range(OBUS)]]
    lab.medium(*[(place, "air0", "all") for place in [rsu, *places]])
    for number, place in enumerate(places):
        # Not by chance all of one worker: each half of these is one's.
        place.ip("link", "set", "air0", "address", f"02:00:00:00:01:{number:02x}")
    workers = f"count = 2 spread = {spread}"
    node = lab.node(rsu, "rsu", ip=f"{RSU_IP}/24", workers=workers)
    obus = [lab.node(p, "obu", ip=f"{obu_ip(i + 1)}/24") for i, p in enumerate(places)]
    for obu in obus:
        wait_for_ping(obu.namespace, RSU_IP)
    return node, obus


def test_software_spread(lab):
    rsu, obus = with_two_workers(lab, "auto")
    for number, obu in enumerate(obus):
        expect_pings(obu.namespace, RSU_IP)
        expect_pings(obu.namespace, obu_ip((number + 1) % OBUS + 1))
    tcp_transfer(rsu.namespace, RSU_IP, obus[0].namespace, megabytes=8)
    totals = rsu.settled_totals()
    handed = spread_counters(totals, "frames")
    assert set(handed) == {tuple(CPUS), tuple(CPUS[::-1])}, f"rings: {handed}"
    assert all(frames > 0 for frames in handed.values()), f"handed over: {handed}"
    for cpu in CPUS:
        worked = totals[f"lcore.{cpu}.rx_messages"]
        assert worked > 50, f"lcore {cpu} took {worked} messages: {totals}"
    assert rsu.logged("air0: 1 Rx queues, spread software"), rsu.errors.read_text()
    assert rsu.logged("air0: 1 Tx queues for 2 workers: each burst takes a lock"), (
        rsu.errors.read_text()
    )


def test_each_its_own_queue(lab):
    """Without spreading each queue's frames stay with who polls it."""
    rsu, obus = with_two_workers(lab, "none")
    for obu in obus:
        expect_pings(obu.namespace, RSU_IP)
    handed = spread_counters(rsu.settled_totals(), "frames")
    assert set(handed.values()) == {0}, f"handed over: {handed}"


def test_overload_is_counted(lab):
    """Floods that fill rings between workers: counters add up, heartbeats come through."""
    rsu, obus = with_two_workers(lab, "software")
    floods = [UdpFlood(obu.namespace, RSU_IP, size=100) for obu in obus[:2]]
    floods.append(UdpFlood(rsu.namespace, obu_ip(3), size=100))
    with floods[0], floods[1], floods[2]:
        for _ in range(3):
            expect_pings(obus[5].namespace, RSU_IP, count=1)
            totals = rsu.totals()
    dropped = totals.drops().get("spread_full", 0)
    assert dropped == sum(spread_counters(totals, "overflowed").values()), f"{totals}"


def test_stop_under_load(lab):
    need_two_cores()
    both = {"workers": "count = 2"}
    rsu, obu = pair(lab, rsu=both, obu=both)
    with UdpFlood(rsu.namespace, obu_ip(1)), UdpFlood(obu.namespace, RSU_IP):
        # Rings overflow and any one ping may be lost.
        wait_for_ping(obu.namespace, RSU_IP)
        rsu.stop()
        obu.stop()


def test_waits_for_interrupts(lab):
    """A worker that polls a TAP alone waits for its interrupt when idle, and is there at once."""
    need_two_cores()
    rsu, obu = pair(lab, rsu={"workers": "count = 2 spread = none"})

    def polls(cpu):
        return rsu.ask(f"/peregrine/lcore,{cpu}")["polls"]

    time.sleep(0.5)
    before = {cpu: polls(cpu) for cpu in CPUS}
    time.sleep(1)
    wire, tap = [polls(cpu) - before[cpu] for cpu in CPUS[::-1]]
    assert tap < wire / 2, f"polls a second: {tap} of the TAP, {wire} of the wire, which sleeps"
    expect_pings(rsu.namespace, obu_ip(1), count=20)


def test_map(lab):
    need_two_cores()
    maps = f'count = 2 map = {{"air0:0={CPUS[1]}", "tap:0={CPUS[1]}"}}'
    rsu, obu = pair(lab, rsu={"workers": maps})
    expect_pings(obu.namespace, RSU_IP)
    assert rsu.logged(f"worker on lcore {CPUS[1]} polls air0:0, tap:0"), rsu.errors.read_text()
    assert rsu.logged(f"worker on lcore {CPUS[0]} polls no queue"), rsu.errors.read_text()


def test_bad_map(lab):
    need_two_cores()
    place = place_with_wire(lab)
    node = bad_node(lab, place, "rsu", workers=f'map = {{"air0:1={CPUS[1]}"}}')
    expect_refusal(node, "workers.map", f'"air0:1={CPUS[1]}"', "queues 0 to 0 of air0")
    node = bad_node(lab, place, "rsu", name="again", workers='map = {"air0:0=9"}')
    expect_refusal(node, "workers.map", '"air0:0=9"', "lcores of the 1 workers")


def test_spread_that_no_device_does(lab):
    need_two_cores()
    node = bad_node(lab, place_with_wire(lab), "rsu", workers="count = 2 spread = flow")
    expect_refusal(node, f'{node.config}:5: workers.spread: found "flow", allowed auto, software')


def test_more_workers_than_lcores(lab):
    place = place_with_wire(lab)
    node = bad_node(lab, place, "rsu", workers="count = 3")
    expect_refusal(node, "workers.count", '"3"', f"to {len(CPUS)}")
