# SPDX-License-Identifier: BSD-3-Clause
"""One NIC for the node and the kernel: an XDP program splits what comes in."""

from pathlib import Path

from lab import Skip
from topology import RSU_IP, obu_ip, pair
from traffic import UdpFlood, expect_pings

KERNEL = ("192.168.7.1", "192.168.7.2")


def need_split_program(lab):
    """The profile of net_af_xdp loads it, where it was built."""
    program = Path(lab.peregrine).parent.parent / "drivers_cfg" / "peregrine_xdp.o"
    if not program.exists():
        raise Skip(f"{program.name} was not built: clang or libbpf-dev is missing")


def test_node_and_kernel_share_it(lab):
    """The interface's own address answers while the node carries traffic through it."""
    need_split_program(lab)
    shared = {"port": "net_af_xdp_{wire},iface={wire},queue_count=1"}
    rsu, obu = pair(lab, rsu=shared)
    for node, address in zip((rsu, obu), KERNEL):
        node.namespace.ip("address", "add", f"{address}/24", "dev", "air0")
    with UdpFlood(obu.namespace, RSU_IP), UdpFlood(rsu.namespace, obu_ip(1)):
        expect_pings(obu.namespace, KERNEL[0], count=20)
    expect_pings(rsu.namespace, KERNEL[1])
    expect_pings(obu.namespace, RSU_IP)
    totals = rsu.settled_totals()
    assert totals.messages("rx.air0.upstream") > 100, f"hardly any traffic: {totals}"
    assert "foreign" not in totals.drops(), f"frames of the kernel came to the node: {totals}"
