# SPDX-License-Identifier: BSD-3-Clause
"""One RSU, one OBU: hosts reach each other."""

import json
import shutil
import subprocess

from lab import Skip, need
from topology import RSU_IP, obu_ip, pair, shared_air
from traffic import expect_pings, tcp_transfer, wait_for_ping, wait_until

# An IPv4 packet of 1,400 bytes: its payload behind 20 bytes of IPv4 and 8 of ICMP.
PING_1400 = 1372


def test_ping_ipv4(lab):
    rsu, obu = pair(lab)
    expect_pings(obu.namespace, RSU_IP)
    expect_pings(rsu.namespace, obu_ip(1))


def test_ping_ipv6(lab):
    rsu, obu = pair(lab, ipv6=True, wait=False, rsu={"ip": "fd00::1/64"}, obu={"ip": "fd00::2/64"})
    if not rsu.namespace.ip("-6", "address", "show", "dev", "tap0").stdout:
        raise Skip("no IPv6 in this kernel")
    wait_for_ping(obu.namespace, "fd00::1")
    expect_pings(obu.namespace, "fd00::1")
    expect_pings(rsu.namespace, "fd00::2", size=PING_1400)


def test_ping_1400_bytes(lab):
    rsu, obu = pair(lab)
    expect_pings(obu.namespace, RSU_IP, size=PING_1400, whole=True)
    expect_pings(rsu.namespace, obu_ip(1), size=PING_1400, whole=True)


def test_ping_full_mtu_and_fragments(lab):
    rsu, obu = pair(lab)
    expect_pings(obu.namespace, RSU_IP, size=1436 - 28, whole=True)
    expect_pings(rsu.namespace, obu_ip(1), size=5000)


def test_tcp_same_bytes(lab):
    rsu, obu = pair(lab)
    tcp_transfer(rsu.namespace, RSU_IP, obu.namespace, megabytes=8)
    tcp_transfer(obu.namespace, obu_ip(1), rsu.namespace, megabytes=8)


def test_iperf3_each_way(lab):
    need("iperf3")
    rsu, obu = pair(lab)
    for reverse in ([], ["--reverse"]):
        server = subprocess.Popen(
            rsu.namespace.command(shutil.which("iperf3"), "--server", "--one-off"),
            stdout=subprocess.DEVNULL,
        )
        wait_until(
            lambda: ":5201" in rsu.namespace.run("ss", "-ltn").stdout, 5, "iperf3 listening"
        )
        client = obu.namespace.run("iperf3", "-c", RSU_IP, "-t", "2", "--json", *reverse)
        server.wait(10)
        received = json.loads(client.stdout)["end"]["sum_received"]["bytes"]
        assert received > 1 << 20, f"only {received} bytes in 2 s"


def test_obu_to_obu_through_rsu(lab):
    _, first, second = shared_air(lab, 2)
    expect_pings(first.namespace, obu_ip(2))
    expect_pings(second.namespace, obu_ip(1), size=PING_1400)
    tcp_transfer(first.namespace, obu_ip(1), second.namespace, megabytes=4)


def test_another_ethertype(lab):
    keys = {"keys": {"ethertype": "0x88b5"}}
    rsu, obu = pair(lab, rsu=keys, obu=keys)
    expect_pings(obu.namespace, RSU_IP)
    assert not rsu.totals().drops().get("foreign"), "frames of the chosen EtherType were foreign"


def test_ethertypes_do_not_mix(lab):
    """A node with another EtherType takes nothing of ours and counts it."""
    here, there = lab.namespace("rsu"), lab.namespace("obu1")
    lab.wire(here, "air0", there, "air0")
    lab.node(here, "rsu")
    stranger = lab.node(there, "obu", keys={"ethertype": "0x88b5"})
    wait_until(lambda: stranger.totals().drops().get("foreign", 0) > 2, 5, "foreign heartbeats")
    totals = stranger.stop()
    assert totals["sent"] == 0 and totals["kept"] == 0, f"took a foreign frame: {totals}"
