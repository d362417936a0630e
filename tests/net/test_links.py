# SPDX-License-Identifier: BSD-3-Clause
"""Ports that come and go under a running node."""

from test_one_nic import need_split_program
from topology import RSU_IP, obu_ip, pair
from traffic import UdpFlood, expect_pings, ping, wait_for_ping, wait_until


def test_interface_made_anew(lab):
    """Both ends of the veth are deleted and made again, under load: traffic comes back."""
    rsu, obu = pair(lab)
    macs = [node.namespace.mac("air0") for node in (rsu, obu)]
    with UdpFlood(obu.namespace, RSU_IP, size=100), UdpFlood(rsu.namespace, obu_ip(1), size=100):
        rsu.namespace.ip("link", "del", "air0")
        for node in (rsu, obu):
            wait_until(
                lambda node=node: node.logged("its interface was taken away"), 2, "the loss seen"
            )
    assert ping(obu.namespace, RSU_IP, count=2) == 0
    lab.wire(rsu.namespace, "air0", obu.namespace, "air0")
    wait_for_ping(obu.namespace, RSU_IP)
    expect_pings(rsu.namespace, obu_ip(1))
    for node, mac in zip((rsu, obu), macs):
        totals = node.settled_totals()
        assert totals["link.air0.reopened"] == 1, f"{totals}"
        assert node.namespace.mac("air0") == mac, "the interface did not get its MAC again"
    assert rsu.totals().drops().get("port_away", 0) > 0, "nothing was sent to a port that was away"


def make_anew(lab, rsu, obu, times, **options):
    """Delete the wire and make it again, for so many times by now; the nodes open it again."""
    rsu.namespace.ip("link", "del", "air0")
    lab.wire(rsu.namespace, "air0", obu.namespace, "air0", **options)
    for node in (rsu, obu):
        wait_until(
            lambda node=node: node.totals()["link.air0.reopened"] == times, 6, "the wire opened"
        )


def test_interface_made_anew_with_another_mtu(lab):
    """What is sent fits the new interface, and uses it."""
    rsu, obu = pair(lab)
    expect_pings(obu.namespace, RSU_IP, size=1300)
    make_anew(lab, rsu, obu, 1, mtu=1000)
    wait_for_ping(obu.namespace, RSU_IP)
    assert ping(obu.namespace, RSU_IP, count=3, size=1300) == 0
    assert obu.settled_totals().drops().get("oversize", 0) >= 3, "too long frames were not counted"
    expect_pings(obu.namespace, RSU_IP, size=800)
    make_anew(lab, rsu, obu, 2, mtu=1500)
    wait_for_ping(obu.namespace, RSU_IP)
    expect_pings(obu.namespace, RSU_IP, size=1300)


def test_af_xdp_made_anew(lab):
    """Its driver keeps the buffers it had: that goes well once at least, and the end is told."""
    need_split_program(lab)
    rsu, obu = pair(lab, rsu={"port": "net_af_xdp0,iface={wire}"})

    def starved():
        return rsu.logged("cannot be opened again until the node is started again")

    for times in range(1, 9):
        rsu.namespace.ip("link", "del", "air0")
        lab.wire(rsu.namespace, "air0", obu.namespace, "air0")
        wait_until(
            lambda n=times: rsu.totals()["link.air0.reopened"] == n or starved(), 6, "air0 again"
        )
        if starved():
            break
        wait_for_ping(obu.namespace, RSU_IP)
        expect_pings(obu.namespace, RSU_IP, size=1300)
    assert times > 1 and len(starved()) == 1, f"{times} times: {rsu.errors.read_text()}"
    assert "warning" in starved()[0], starved()
    wait_until(lambda: rsu.ask("/peregrine/health")["verdict"] == "critical", 3, "health")


def test_link_down_and_up(lab):
    rsu, obu = pair(lab)
    for round_number in range(1, 4):
        rsu.namespace.ip("link", "set", "air0", "down")
        wait_until(
            lambda n=round_number: obu.totals()["link.air0.downs"] == n, 2, "the link being down"
        )
        assert "upstream none lives" in obu.routes(), "a route by a wire that is down"
        rsu.namespace.ip("link", "set", "air0", "up")
        wait_for_ping(obu.namespace, RSU_IP)
    assert 1 <= len(obu.logged("link down")) <= 3, "the log"


def test_tap_down_and_up(lab):
    """The TAP's link is looked at as a wire's is; one that was deleted is told of, and left."""
    rsu, obu = pair(lab)
    okay, no_link = ("okay", ""), ("warning", "the TAP has no link")
    wait_until(lambda: obu.health() == okay, 5, "health")
    obu.namespace.ip("link", "set", "tap0", "down")
    wait_until(lambda: obu.health() == no_link, 5, "the TAP being missed")
    tap = obu.ask("/peregrine/ports")["tap"]
    assert (tap["link_up"], tap["link_downs"]) == (0, 1), tap
    assert obu.logged("tap: link down"), obu.errors.read_text()
    obu.namespace.ip("link", "set", "tap0", "up")
    wait_until(lambda: obu.health() == okay, 5, "health again")
    assert obu.ask("/peregrine/ports")["tap"]["link_up"] == 1
    wait_for_ping(obu.namespace, RSU_IP)
    obu.namespace.ip("link", "del", "tap0")
    wait_until(lambda: obu.health() == no_link, 5, "the TAP being missed")
    assert ping(rsu.namespace, obu_ip(1), count=3) == 0
    totals = obu.settled_totals()
    assert totals["link.tap.downs"] == 2 and totals.drops().get("port_away", 0) > 0, totals
    assert len(obu.logged("tap: its interface was taken away")) == 1, obu.errors.read_text()
    obu.stop()


def test_tap_in_another_namespace(lab):
    """A host that lives in a namespace of its own has the TAP there: it is not taken for gone."""
    rsu, obu = pair(lab)
    host = lab.namespace("host")
    obu.namespace.ip("link", "set", "tap0", "netns", host.name)
    host.ip("address", "add", f"{obu_ip(1)}/24", "dev", "tap0")
    host.ip("link", "set", "tap0", "up")
    wait_for_ping(host, RSU_IP)
    expect_pings(rsu.namespace, obu_ip(1))
    assert obu.ask("/peregrine/ports")["tap"]["link_up"] == 1
    assert not obu.logged("tap: its interface"), obu.errors.read_text()


def test_flapping_is_counted(lab):
    """Five times within seconds: each time is counted, not each is told."""
    rsu, obu = pair(lab)
    for _ in range(5):
        rsu.namespace.ip("link", "set", "air0", "down")
        wait_until(lambda: "upstream none lives" in obu.routes(), 2, "the link being down")
        rsu.namespace.ip("link", "set", "air0", "up")
        wait_for_ping(obu.namespace, RSU_IP)
    downs = obu.totals()["link.air0.downs"]
    assert downs == 5, f"{downs} of 5 times down were counted"
    assert obu.logged("changes were not told"), "each change was told"


def test_mtu_changes(lab):
    """A smaller MTU below: what does not fit is counted, not lost silently; and back."""
    rsu, obu = pair(lab)
    expect_pings(obu.namespace, RSU_IP, size=1300)
    obu.namespace.ip("link", "set", "air0", "mtu", "1000")
    wait_until(lambda: obu.logged("frames up to 1014 bytes"), 2, "the MTU being seen")
    assert ping(obu.namespace, RSU_IP, count=3, size=1300) == 0
    expect_pings(obu.namespace, RSU_IP, size=800)
    assert obu.settled_totals().drops().get("oversize", 0) >= 3, "too long frames were not counted"
    obu.namespace.ip("link", "set", "air0", "mtu", "1500")
    wait_until(lambda: obu.logged("it was 1014"), 2, "the MTU being back")
    expect_pings(obu.namespace, RSU_IP, size=1300)
