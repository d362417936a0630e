# SPDX-License-Identifier: BSD-3-Clause
"""The places that tests share. Hosts are 10.0.0.1 at the RSU and 10.0.0.2, .3, ... at OBUs."""

from links import Link
from traffic import wait_for_ping

RSU_IP = "10.0.0.1"


def obu_ip(number):
    return f"10.0.0.{1 + number}"


def pair(lab, ipv6=False, wait=True, rsu=None, obu=None):
    """One RSU and one OBU on a wire; both nodes, with the route up unless it is not waited for."""
    here, there = lab.namespace("rsu", ipv6), lab.namespace("obu1", ipv6)
    lab.wire(here, "air0", there, "air0")
    first = lab.node(here, "rsu", **{"ip": f"{RSU_IP}/24", **(rsu or {})})
    second = lab.node(there, "obu", **{"ip": f"{obu_ip(1)}/24", **(obu or {})})
    if wait:
        wait_for_ping(there, RSU_IP)
    return first, second


def shared_air(lab, obus, **options):
    """An RSU and OBUs that all hear each other."""
    places = [lab.namespace("rsu")]
    places += [lab.namespace(f"obu{number}") for number in range(1, obus + 1)]
    lab.medium(*[(place, "air0", "all") for place in places])
    return start_all(lab, places, **options)


def hidden_far_end(lab, **options):
    """RSU and OBU 2 do not hear each other; OBU 1 hears both, on one shared medium."""
    rsu, relay, far = [lab.namespace(name) for name in ("rsu", "obu1", "obu2")]
    lab.medium((rsu, "air0", "middle"), (relay, "air0", "all"), (far, "air0", "middle"))
    return start_all(lab, [rsu, relay, far], **options)


def two_wires(lab):
    """RSU - OBU 1 - OBU 2, where OBU 1 has a wire for each."""
    rsu, relay, far = [lab.namespace(name) for name in ("rsu", "obu1", "obu2")]
    lab.wire(rsu, "air0", relay, "air0")
    lab.wire(relay, "air1", far, "air0")
    return start_all(lab, [rsu, relay, far], wires={1: ("air0", "air1")})


def start_all(lab, places, wires=None, **options):
    """The RSU in the first place, OBUs in the others; returns when each OBU's host has a route."""
    nodes = []
    for number, place in enumerate(places):
        role, ip = ("obu", obu_ip(number)) if number else ("rsu", RSU_IP)
        own_wires = (wires or {}).get(number, ("air0",))
        nodes.append(lab.node(place, role, ip=f"{ip}/24", wires=own_wires, **options))
    for place in places[1:]:
        wait_for_ping(place, RSU_IP)
    return nodes


class Crossing:
    """Two RSUs on one LAN, two relays that each reach both, an OBU that reaches both relays.

    The server is on the LAN's switch. Whichever single link, relay or RSU fails, there is a way.
    """

    WAYS = {"obu": ("relay1", "relay2"), "relay1": ("rsu1", "rsu2"), "relay2": ("rsu1", "rsu2")}
    WIRES = {
        "rsu1": ("relay1", "relay2"),
        "rsu2": ("relay1", "relay2"),
        "relay1": ("rsu1", "rsu2", "obu"),
        "relay2": ("rsu1", "rsu2", "obu"),
        "obu": ("relay1", "relay2"),
    }

    def __init__(self, lab, keys):
        self.places = {name: lab.namespace(name) for name in self.WIRES}
        self.lan = lab.namespace("lan")
        switches = lab.namespace("switches")
        self.links = {}
        for sender, receivers in self.WAYS.items():
            for receiver in receivers:
                ends = [(self.places[sender], receiver), (self.places[receiver], sender)]
                self.links[sender, receiver] = Link(lab, switches, sender + receiver, ends)
        self._make_lan(lab)
        self.nodes = {}
        for name, wires in self.WIRES.items():
            options = {"ip": f"{obu_ip(1)}/24"} if name == "obu" else {"lan": "shared"}
            role = "rsu" if name.startswith("rsu") else "obu"
            node = lab.node(self.places[name], role, wires=wires, keys=keys, **options)
            self.nodes[name] = node
            self.plug_in(name)

    def _make_lan(self, lab):
        self.lan.ip("link", "add", "lan", "type", "bridge")
        self.lan.ip("address", "add", f"{RSU_IP}/24", "dev", "lan")
        self.lan.ip("link", "set", "lan", "up")
        for name in ("rsu1", "rsu2"):
            place = self.places[name]
            lab.wire(place, "lan", self.lan, name)
            self.lan.ip("link", "set", name, "master", "lan")
            place.ip("link", "add", "host", "type", "bridge")
            place.ip("link", "set", "lan", "master", "host")
            place.ip("link", "set", "host", "up")

    def plug_in(self, name):
        """An RSU's TAP is a port of its host's bridge."""
        if name.startswith("rsu"):
            self.places[name].ip("link", "set", "tap0", "master", "host")
