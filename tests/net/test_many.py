# SPDX-License-Identifier: BSD-3-Clause
"""Five nodes at once on the cores of two."""

from topology import RSU_IP, obu_ip, shared_air
from traffic import expect_pings

OBUS = 4


def test_five_nodes(lab):
    nodes = shared_air(lab, OBUS)
    for node in nodes[1:]:
        expect_pings(node.namespace, RSU_IP)
    for number in range(1, OBUS + 1):
        expect_pings(nodes[0].namespace, obu_ip(number))
        expect_pings(nodes[number].namespace, obu_ip(number % OBUS + 1))
