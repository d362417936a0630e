# SPDX-License-Identifier: BSD-3-Clause
"""rsu_allow: an RSU that an OBU was not told of."""

from host import Host
from peer import Attached, PeerRsu
from protocol import Heartbeat, Reply, decode, mac
from topology import RSU_IP, obu_ip
from traffic import expect_pings, wait_for_ping, wait_until

HOST_MAC = mac("0a:00:00:00:00:09")
PERIODS = 15


def with_forged_rsu(lab, trusting):
    """A real RSU, an OBU and a forged RSU that all hear each other."""
    places = [lab.namespace(name) for name in ("rsu", "obu1", "forger")]
    lab.medium(*[(place, "air0", "all") for place in places])
    lab.node(places[0], "rsu", ip=f"{RSU_IP}/24")
    real = places[0].mac("air0")
    keys = {"rsu_allow": f'{{"{real}"}}'} if trusting else {}
    obu = lab.node(places[1], "obu", ip=f"{obu_ip(1)}/24", keys=keys)
    forged = Attached(PeerRsu, places[2], "air0", Host(HOST_MAC, "10.0.0.9"))
    return obu, real, forged


def said_to(forged):
    """What others sent of, or to, the forged RSU."""
    own = forged.peer.mac
    messages = [m for frame in forged.frames for m in decode(frame)]
    return [m for m in messages if isinstance(m, (Heartbeat, Reply)) and m.source == own]


def test_forged_rsu_is_refused(lab):
    obu, real, forged = with_forged_rsu(lab, trusting=True)
    wait_for_ping(obu.namespace, RSU_IP)
    wait_until(lambda: forged.peer.next_id > PERIODS, 20, f"{PERIODS} forged heartbeats")
    drops = obu.settled_totals().drops()
    assert drops.get("untrusted_source", 0) >= PERIODS - 1, f"drops: {drops}"
    routes = obu.routes()
    assert f"upstream {real} on air0 to rsu {real}: only one that lives" in routes, routes
    assert "rsus 1\n" in routes and forged.link.mac.hex(":") not in routes, routes
    expect_pings(obu.namespace, RSU_IP)
    forged.stop()
    assert not said_to(forged), f"relayed or answered: {said_to(forged)[:3]}"
    lines = obu.logged("untrusted_source")
    assert 1 <= len(lines) <= 2, f"lines in the log: {lines}"
    assert "peregrine: warning: " in lines[0], lines[0]
    assert lines[0].endswith(f"the last by {forged.link.mac.hex(':')}"), lines[0]


def test_without_the_key_it_is_heard(lab):
    obu, _, forged = with_forged_rsu(lab, trusting=False)
    wait_until(lambda: "rsus 2\n" in obu.routes(), 10, "the OBU hearing both RSUs")
    wait_until(lambda: said_to(forged), 5, "an answer to the forged RSU")
    forged.stop()
    assert not obu.totals().drops().get("untrusted_source")


def test_key_of_an_rsu_that_is_not_there(lab):
    """Who trusts only an RSU that is away has no upstream."""
    places = [lab.namespace(name) for name in ("rsu", "obu1")]
    lab.wire(places[0], "air0", places[1], "air0")
    lab.node(places[0], "rsu")
    obu = lab.node(places[1], "obu", keys={"rsu_allow": '{"02:00:00:00:00:77"}'})
    wait_until(lambda: obu.totals().drops().get("untrusted_source", 0) > 3, 5, "refusals")
    assert "upstream none lives" in obu.routes()
    assert obu.totals()["generated"] == 0
