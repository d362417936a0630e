# SPDX-License-Identifier: BSD-3-Clause
"""A stop, with and without load: quick, and with every message accounted for."""

import signal
import time

from node import Totals
from topology import RSU_IP, obu_ip, pair, shared_air
from traffic import UdpFlood, wait_until


def test_sigint(lab):
    for node in pair(lab):
        node.stop(signal.SIGINT)


def test_sigterm_without_traffic(lab):
    place, air = lab.namespace("rsu"), lab.namespace("air")
    lab.wire(place, "air0", air, "air0")
    node = lab.node(place, "rsu")
    wait_until(lambda: node.totals().messages("tx.air0.heartbeat") >= 1, 5, "a heartbeat")
    node.stop()


def test_sigterm_at_once(lab):
    """As soon as the signal is caught, before anything else is up."""
    place, air = lab.namespace("obu1"), lab.namespace("air")
    lab.wire(place, "air0", air, "air0")
    node = lab.node(place, "obu", start=False)
    node.launch()
    while not node.takes(signal.SIGTERM):
        assert node.running(), f"ended by itself, exit {node.process.returncode}"
        time.sleep(0.001)
    node.stop(started=False)


def test_sigterm_under_load(lab):
    """Both hosts flood; each node stops while frames are in its queues."""
    for first_to_stop in (0, 1):
        nodes = pair(lab) if not lab.nodes else restart(lab.nodes)
        rsu, obu = nodes
        with UdpFlood(rsu.namespace, obu_ip(1)), UdpFlood(obu.namespace, RSU_IP):
            with UdpFlood(rsu.namespace, "10.0.0.255"):
                time.sleep(1)
                nodes[first_to_stop].stop()
                time.sleep(0.2)
                nodes[1 - first_to_stop].stop()
        for node in nodes:
            moved = Totals.parse(node.output.read_text())["received"]
            assert moved > 100, f"{node.name} was hardly loaded: {moved} messages"


def restart(nodes):
    for node in nodes:
        node.start()
    time.sleep(1)
    return nodes


def test_sigterm_under_group_load(lab):
    """Broadcasts wait to be copied to three OBUs when the RSU stops."""
    nodes = shared_air(lab, 3)
    rsu = nodes[0]
    with UdpFlood(rsu.namespace, "10.0.0.255", size=100):
        time.sleep(1)
        totals = rsu.stop()
    assert totals["copied"] > 100, f"hardly a copy was made: {totals}"
