# SPDX-License-Identifier: BSD-3-Clause
"""What a node says on DPDK's telemetry socket."""

import json
import subprocess

from lab import need
from node import check_balance
from protocol import Upstream, mac
from test_start import place_with_wire
from topology import RSU_IP, obu_ip, pair
from traffic import RawLink, UdpFlood, expect_pings, wait_until

COMMANDS = ("info", "totals", "lcores", "ports", "pools", "drops", "latency", "spread", "sealing",
            "routes", "clients", "health", "config")  # fmt: skip


def check_told(totals):
    check_balance(totals)
    assert totals["unaccounted"] == 0, f"identity broken: {totals}"


def pages(node, table):
    """All rows of a table that comes in pages."""
    offset, rows = 0, []
    while True:
        page = node.ask(f"/peregrine/{table},{offset}")
        rows += page[table].values()
        offset = page["next"]
        if offset == 0:
            return rows, page["total"]


def test_all_is_told(lab):
    rsu, obu = pair(lab)
    expect_pings(obu.namespace, RSU_IP)
    for node in (rsu, obu):
        settled = node.settled_totals()
        told = {name: node.ask(f"/peregrine/{name}") for name in COMMANDS}
        assert all(told.values()), [name for name in told if not told[name]]
        check_told(told["totals"])
        assert told["info"]["role"] == node.ask("/peregrine/config")["node_role"]
        assert told["info"]["identity"] == node.namespace.mac("air0")
        received = settled.messages("rx.tap.host")
        assert told["ports"]["tap"]["rx_messages"]["host"] == received > 0
        assert told["ports"]["air0"]["rx_burst_mode"] == "-", "af_packet says it by now"
        assert node.logged("air0: Rx burst mode -, Tx burst mode -"), node.errors.read_text()
        lcores = [node.ask(f"/peregrine/lcore,{lcore}") for lcore in told["lcores"]]
        assert sum(each["rx_messages"] for each in lcores) >= settled["received"]
        frames = told["latency"]["residence_ns"]
        assert frames["count"] > 0 and 0 < frames["p50"] <= frames["p99"] <= frames["max"] * 1.2
        assert sum(told["drops"].values()) >= settled["dropped"]
    assert rsu.ask("/peregrine/lcore,99") is None
    assert rsu.ask("/peregrine/client,nobody") is None


def test_config_is_told_whole(lab):
    """A text of DPDK's telemetry has 127 characters; a list of RSUs has more."""
    rsus = [f"02:00:00:00:00:{number:02x}" for number in range(20)]
    allowed = "{" + ", ".join(f'"{rsu}"' for rsu in rsus) + "}"
    obu = lab.node(place_with_wire(lab), "obu", keys={"rsu_allow": allowed})
    config = obu.ask("/peregrine/config")
    assert config["file"] == str(obu.config), config
    found = [value for key, value in config.items() if key.startswith("node_rsu_allow")]
    assert len(found) > 1 and ", ".join(found) == ", ".join(rsus), found


def test_dpdks_own_client(lab):
    need("dpdk-telemetry.py")
    rsu, obu = pair(lab)
    expect_pings(obu.namespace, RSU_IP)
    lcore = rsu.ask("/peregrine/lcores")[0]
    commands = [f"/peregrine/{name}" for name in COMMANDS] + [f"/peregrine/lcore,{lcore}"]
    done = subprocess.run(
        ["dpdk-telemetry.py", "-f", rsu.runtime.name],
        input="\n".join(commands) + "\n",
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(replies) == len(commands), done
    for command, reply in zip(commands, replies):
        assert reply[command.partition(",")[0]], (command, reply)
    told = {key: value for reply in replies for key, value in reply.items()}
    assert told["/peregrine/info"]["pid"] == rsu.process.pid, told["/peregrine/info"]
    assert told["/peregrine/totals"]["received"] > 0, told["/peregrine/totals"]


def test_routes_and_clients(lab):
    rsu, obu = pair(lab)
    expect_pings(obu.namespace, RSU_IP)
    here, there = rsu.namespace.mac("air0"), obu.namespace.mac("air0")
    rows, _ = pages(rsu, "routes")
    assert [(row["node"], row["current"], row["hops"]) for row in rows] == [(there, 1, 1)], rows
    rows, _ = pages(obu, "routes")
    assert (here, "upstream", 1) in [(r["node"], r["kind"], r["current"]) for r in rows], rows
    host = obu.namespace.mac("tap0")
    wait_until(lambda: rsu.ask(f"/peregrine/client,{host}")["known"], 2, "the host being learned")
    assert rsu.ask(f"/peregrine/client,{host}")["obu"] == there
    assert rsu.ask(f"/peregrine/client,{rsu.namespace.mac('tap0')}")["where"] == "host"


def test_many_clients_come_in_pages(lab):
    rsu, obu = pair(lab)
    origin, to = mac(obu.namespace.mac("air0")), mac(rsu.namespace.mac("air0"))
    hosts = [bytes([2, 9, 0, 0, number >> 8, number & 255]) for number in range(300)]
    link = RawLink(obu.namespace, "air0")

    def known():
        for host in hosts:
            inner = mac(rsu.namespace.mac("tap0")) + host + b"\x88\xb6" + bytes(50)
            link.send(Upstream(to, origin, origin, inner).encode())
        listed = {row["mac"] for row in pages(rsu, "clients")[0]}
        return all(host.hex(":") in listed for host in hosts)

    wait_until(known, 5, "300 clients on pages")
    link.close()
    assert pages(rsu, "clients")[1] >= 300


def test_health(lab):
    """One word, with a reason, that follows what happens."""
    rsu, obu = pair(lab)

    def verdict(node):
        health = node.ask("/peregrine/health")
        return health["verdict"], health["reason"]

    for node in (rsu, obu):
        wait_until(lambda node=node: verdict(node) == ("okay", ""), 5, f"{node.name} being okay")
    rsu.namespace.ip("link", "set", "air0", "down")
    down = ("critical", "no wire has a link")
    for node in (rsu, obu):
        wait_until(lambda node=node: verdict(node) == down, 5, f"{node.name} without a link")
    assert obu.logged("critical: health: critical: no wire has a link"), "not a word in the log"
    obu.told("mode", mode="standby")
    standby = "notice: health: routes: other: standby, as it was told"
    wait_until(lambda: obu.logged(standby), 5, "a check behind the worst one in the log")
    obu.told("mode", mode="operate")
    rsu.namespace.ip("link", "set", "air0", "up")
    wait_until(lambda: verdict(obu) == ("okay", ""), 5, "the OBU being okay again")
    rsu.stop()
    wait_until(lambda: verdict(obu)[1] == "no RSU can be reached", 15, "the RSU being missed")
    checks = obu.ask("/peregrine/health")["checks"]
    assert checks["routes"] == "warning" and checks["lcores"] == "okay", checks


def test_health_of_an_rsu_that_hears_nobody(lab):
    rsu, obu = pair(lab)

    def checked():
        health = rsu.ask("/peregrine/health")
        return health["checks"]["replies"], health["verdict"]

    wait_until(lambda: checked() == ("okay", "okay"), 5, "the RSU being okay")
    obu.told("mode", mode="standby")
    wait_until(lambda: checked() == ("warning", "warning"), 10, "replies being missed")
    assert rsu.logged("warning: health: warning: no reply was heard for "), "not a word in the log"
    obu.told("mode", mode="operate")
    wait_until(lambda: checked() == ("okay", "okay"), 10, "replies being heard")
    obu.told("mode", mode="standby")
    wait_until(lambda: checked()[0] == "warning", 10, "replies being missed again")
    wait_until(lambda: checked() == ("okay", "okay"), 40, "the OBU being forgotten")


def test_asked_under_load(lab):
    """Answers come while both flood, and are snapshots of now; a restart shows."""
    rsu, obu = pair(lab)
    instance = rsu.ask("/peregrine/info")["instance"]
    with UdpFlood(rsu.namespace, obu_ip(1)), UdpFlood(obu.namespace, RSU_IP):
        first = rsu.ask("/peregrine/totals")["received"]
        for _ in range(20):
            for name in COMMANDS:
                assert rsu.ask(f"/peregrine/{name}") is not None, name
        more = first + 100
        wait_until(lambda: rsu.ask("/peregrine/totals")["received"] > more, 5, "more messages")
    check_told(rsu.ask("/peregrine/totals") if rsu.settled_totals() else {})
    rsu.stop()
    rsu.start()
    info = rsu.ask("/peregrine/info")
    assert info["instance"] != instance and info["uptime_ns"] < 20e9, info
