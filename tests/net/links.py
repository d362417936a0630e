# SPDX-License-Identifier: BSD-3-Clause
"""Wires that break: between the two ends of each is a small switch, which the nodes do not see."""

from lab import run

CARRIER, SILENCE = "carrier down", "silence"


class Link:
    """A wire between two namespaces that can lose its carrier, or its frames only."""

    def __init__(self, lab, switches, name, ends):
        """`ends` are two (namespace, interface)."""
        self.switches = switches
        self.ports = [f"{name}a", f"{name}b"]
        switches.ip("link", "add", name, "type", "bridge", "mcast_snooping", "0")
        for port, (namespace, interface) in zip(self.ports, ends):
            lab.wire(namespace, interface, switches, port)
            switches.ip("link", "set", port, "master", name)
        switches.ip("link", "set", name, "up")

    def fail(self, kind):
        self._set(kind, fails=True)

    def restore(self, kind):
        self._set(kind, fails=False)

    def _set(self, kind, fails):
        for port in self.ports:
            if kind == CARRIER:
                self.switches.ip("link", "set", port, "down" if fails else "up")
            else:
                isolated = "on" if fails else "off"
                run("bridge", "-n", self.switches.name, "link", "set", "dev", port,
                    "isolated", isolated)  # fmt: skip
