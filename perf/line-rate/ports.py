# SPDX-License-Identifier: BSD-3-Clause
"""Pairs of ports: what a subject opens, and what the generator opens at their other ends."""

import contextlib
import re
import tempfile
from pathlib import Path

import subjects

PCI = re.compile(r"([0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]", re.IGNORECASE)
ALLOWED = "vhost, memif, af_xdp, or two PCI addresses with a comma"


def memif(directory):
    def ends(role):
        return [
            f"net_memif{n},role={role},socket={directory / name},socket-abstract=no"
            for n, name in enumerate(("wire", "tap"))
        ]

    return ends("server"), ends("client")


def af_xdp(_directory):
    """Both ends of a veth have one name, each in its namespace."""
    ends = ["net_af_xdp0,iface=air0", "net_af_xdp1,iface=tap0"]
    return ends, ends


BY_SOCKET = {"vhost": subjects.vhost_ports, "memif": memif}


class Ends:
    """`near` and `far` are [wire, tap]; the words before a command bring it to where they are."""

    def __init__(self, directory, near, far, near_prefix=(), far_prefix=()):
        self.directory = directory
        self.near, self.far = near, far
        self.near_prefix, self.far_prefix = near_prefix, far_prefix


def check(name):
    """A port option's value, normalised; ValueError."""
    if name in (*BY_SOCKET, "af_xdp"):
        return name
    addresses = name.split(",")
    if len(addresses) != 2 or not all(PCI.fullmatch(address) for address in addresses):
        raise ValueError
    full = [address if address.count(":") == 2 else f"0000:{address}" for address in addresses]
    if full[0] == full[1]:
        raise ValueError
    return ",".join(full).lower()


def are_pci(name):
    return ":" in name


def in_kernel(name):
    """The kernel's own work is part of what such ports do: it is not somebody else's."""
    return name == "af_xdp"


@contextlib.contextmanager
def opened(name, node_ports, peregrine):
    """Ends for one subject; nothing of them is left afterwards."""
    if name == "af_xdp":
        with veths(peregrine) as ends:
            yield ends
        return
    with tempfile.TemporaryDirectory(prefix="pgn-line-rate-") as path:
        directory = Path(path) / "0"
        directory.mkdir()
        if are_pci(name):
            near = node_ports.split(",") if node_ports else []
            yield Ends(directory, near, name.split(","))
        else:
            yield Ends(directory, *BY_SOCKET[name](directory))


@contextlib.contextmanager
def veths(peregrine):
    """Two veths between two namespaces."""
    # Only here: what makes namespaces lies with the tests that need them.
    from lab import Lab  # pylint: disable=import-outside-toplevel,import-error

    with Lab(peregrine) as lab:
        node, generator = lab.namespace("node"), lab.namespace("gen")
        for wire in ("air0", "tap0"):
            lab.wire(node, wire, generator, wire)
        directory = lab.directory / "0"
        directory.mkdir()
        near, far = af_xdp(directory)
        yield Ends(directory, near, far, node.command(), generator.command())
