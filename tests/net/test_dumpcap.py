# SPDX-License-Identifier: BSD-3-Clause
"""dpdk-dumpcap beside a node whose memory it may see."""

import signal
import struct
import subprocess

import pcapng
from lab import need, need_hugepages, run, with_mount
from topology import RSU_IP, pair
from traffic import ping, wait_until

NODE_PAGES = 24


def test_attaches(lab):
    need("dpdk-dumpcap")
    need_hugepages(NODE_PAGES)
    huge = lab.directory / "huge"
    huge.mkdir()
    prefix = with_mount(f"-t hugetlbfs none {huge}")
    rsu, obu = pair(lab, rsu={"prefix": prefix, "dumpcap": "yes"})
    assert rsu.logged(f"dpdk-dumpcap --file-prefix {rsu.runtime.name}"), "it is not said"
    path = lab.directory / "dumped.pcapng"
    command = ["nsenter", "--target", str(rsu.process.pid), "--mount", "--net", "dpdk-dumpcap",
               "--file-prefix", rsu.runtime.name, "-i", "net_af_packet_air0", "-w", str(path)]  # fmt: skip
    with open(lab.directory / "dumpcap.log", "w") as log:
        dumpcap = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_until(lambda: path.exists() and path.stat().st_size > 0, 10, "dumpcap being there")
        # It polls on a core that the nodes use.
        wait_until(lambda: ping(obu.namespace, RSU_IP) + len(whole_frames(path)) > 40, 20, "frames")
    finally:
        dumpcap.send_signal(signal.SIGINT)
        dumpcap.wait(10)
    assert {frame.direction for frame in pcapng.read(path)} == {pcapng.IN, pcapng.OUT}
    refused = rsu.tell({"do": "capture_stop"})
    assert refused["done"] == 0, "a capture of ours ran"


def whole_frames(path):
    """While it is written."""
    try:
        return pcapng.read(path)
    except (AssertionError, struct.error):
        return []


def test_check_says_whether_it_can(lab):
    place = lab.namespace("rsu")
    for dumpcap, words in (("no", "capture.dumpcap is no"), ("yes", "dpdk-dumpcap ")):
        node = lab.node(place, "rsu", start=False, dumpcap=dumpcap)
        said = run(lab.peregrine, "-c", str(node.config), "--check").stdout
        assert words in said, said
