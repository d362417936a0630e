# SPDX-License-Identifier: BSD-3-Clause
"""The places that tests share. Hosts are 10.0.0.1 at the RSU and 10.0.0.2, .3, ... at OBUs."""

from traffic import wait_for_ping

RSU_IP = "10.0.0.1"


def obu_ip(number):
    return f"10.0.0.{1 + number}"


def pair(lab, ipv6=False, rsu=None, obu=None):
    """One RSU and one OBU on a wire; returns both nodes with the route up."""
    here, there = lab.namespace("rsu", ipv6), lab.namespace("obu1", ipv6)
    lab.wire(here, "air0", there, "air0")
    first = lab.node(here, "rsu", **{"ip": f"{RSU_IP}/24", **(rsu or {})})
    second = lab.node(there, "obu", **{"ip": f"{obu_ip(1)}/24", **(obu or {})})
    if not (rsu or {}).get("ip"):
        wait_for_ping(there, RSU_IP)
    return first, second


def shared_air(lab, obus):
    """An RSU and OBUs that all hear each other."""
    places = [lab.namespace("rsu")]
    places += [lab.namespace(f"obu{number}") for number in range(1, obus + 1)]
    lab.medium(*[(place, "air0", "all") for place in places])
    return start_all(lab, places)


def hidden_far_end(lab):
    """RSU and OBU 2 do not hear each other; OBU 1 hears both, on one shared medium."""
    rsu, relay, far = [lab.namespace(name) for name in ("rsu", "obu1", "obu2")]
    lab.medium((rsu, "air0", "middle"), (relay, "air0", "all"), (far, "air0", "middle"))
    return start_all(lab, [rsu, relay, far])


def two_wires(lab):
    """RSU - OBU 1 - OBU 2, where OBU 1 has a wire for each."""
    rsu, relay, far = [lab.namespace(name) for name in ("rsu", "obu1", "obu2")]
    lab.wire(rsu, "air0", relay, "air0")
    lab.wire(relay, "air1", far, "air0")
    return start_all(lab, [rsu, relay, far], wires={1: ("air0", "air1")})


def start_all(lab, places, wires=None):
    """The RSU in the first place, OBUs in the others; returns when each OBU's host has a route."""
    nodes = []
    for number, place in enumerate(places):
        role, ip = ("obu", obu_ip(number)) if number else ("rsu", RSU_IP)
        own_wires = (wires or {}).get(number, ("air0",))
        nodes.append(lab.node(place, role, ip=f"{ip}/24", wires=own_wires))
    for place in places[1:]:
        wait_for_ping(place, RSU_IP)
    return nodes
