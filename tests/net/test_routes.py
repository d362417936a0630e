# SPDX-License-Identifier: BSD-3-Clause
"""SIGUSR1: what a node says of its routes is what they are."""

import re

from topology import RSU_IP, hidden_far_end, obu_ip, pair, two_wires
from traffic import expect_pings, wait_until

MAC = "(?:[0-9a-f]{2}:){5}[0-9a-f]{2}"


def air(node, interface="air0"):
    return node.namespace.mac(interface)


def expect_line(node, pattern):
    """A line of the table that matches the whole pattern comes within some heartbeats."""
    line = re.compile("^ *" + " +".join(pattern.split()) + "$", re.MULTILINE)
    shown = ""

    def is_there():
        nonlocal shown
        shown = node.routes()
        return line.search(shown)

    try:
        wait_until(is_there, 5, f"{pattern!r} in the routes of {node.name}")
    except AssertionError as error:
        raise AssertionError(f"{error}:\n{shown}") from None


def test_rsu_and_obu(lab):
    rsu, obu = pair(lab)
    here, there = air(rsu), air(obu)
    expect_line(rsu, rf"rsu {here}: heartbeat \d+ sent 0\.[0-3] s ago, period 0\.20 s")
    latency = r"\d+\.\d/\d+\.\d"
    expect_line(
        rsu, rf"{there} {there} air0 1 \d+/64 0 {latency} current: only one that lives"
    )
    expect_line(rsu, "nodes 1")
    expect_line(obu, f"obu {there}: upstream {here} on air0 to rsu {here}: only one that lives")
    seen = r"10 of the 10 ids up to \d+, period 0\.2\d s, last heard 0\.[0-3] s ago"
    expect_line(obu, f"rsu {here}: {seen}")
    expect_line(obu, rf"{here} air0 1 \d+/64 1\.\d\d 0 0\.\d current")
    expect_line(obu, "rsus 1")
    expect_line(obu, "nodes 0")


def test_two_hops(lab):
    rsu, relay, far = hidden_far_end(lab)
    here, between, there = air(rsu), air(relay), air(far)
    expect_line(rsu, rf"{there} {between} air0 2 \d+/64 \d \S+ current: only one that lives")
    expect_line(relay, rf"{there} {there} air0 2 \d+/64 0 0\.\d current: only one that lives")
    expect_line(far, f"obu {there}: upstream {between} on air0 to rsu {here}: .*")
    expect_line(far, rf"{between} air0 2 \d+/64 \d\.\d\d 0 0\.\d current")


def test_death_shows(lab):
    rsu, obu = pair(lab)
    here, there = air(rsu), air(obu)
    obu.kill()
    expect_line(rsu, rf"{there} {there} air0 1 \d+/64 \d+ \S+ dead")
    obu.start()
    expect_line(rsu, rf"{there} {there} air0 1 \d+/64 0 \S+ current: only one that lives")
    rsu.kill()
    expect_line(obu, f"obu {there}: upstream none lives")
    expect_line(obu, rf"{here} air0 1 \d+/64 \d\.\d\d - 0\.0 dead")


def test_each_wire_by_its_name(lab):
    _, relay, far = two_wires(lab)
    expect_line(relay, rf"{air(far)} {air(far)} air1 2 \d+/64 0 .* current: .*")


def test_asked_while_traffic_runs(lab):
    """The table of many askings is whole each time, and nothing is lost meanwhile."""
    rsu, obu = pair(lab)
    for _ in range(10):
        expect_pings(obu.namespace, RSU_IP, count=5, interval=0.01)
        for node in (rsu, obu):
            assert len(re.findall(rf"^ *{MAC} .* current", node.routes(), re.MULTILINE)) == 1
    expect_pings(rsu.namespace, obu_ip(1))
