# SPDX-License-Identifier: BSD-3-Clause
"""Every driver without hardware as a wire, with its profile, and traffic where there can be any."""

from lab import need_hugepages
from test_one_nic import need_split_program
from test_start import place_with_wire
from testdata import DATA, read_pcap
from topology import RSU_IP, obu_ip, pair
from traffic import expect_pings, wait_for_ping, wait_until

CAPTURE = DATA / "captures" / "plain.pcap"
VHOST_PAGES = 150  # of 2 MB, for two nodes
ETHERTYPE = b"\x30\x30"


def expect_profile(node, driver, *words):
    """The node says that it uses the driver's profile, and these words of it."""
    lines = node.logged(f"air0: driver {driver}, profile ")
    assert lines and f"/{driver}.conf: rxd " in lines[0], f"profile of {driver}: {lines}"
    for word in words:
        assert node.logged(word), f"{word!r} is not in the log of {node.name}"


def linked_pair(lab, rsu_port, obu_port):
    """An RSU and an OBU whose wires need no network between them; the RSU starts first."""
    nodes = []
    ends = (("rsu", "rsu", rsu_port, RSU_IP), ("obu", "obu1", obu_port, obu_ip(1)))
    for role, name, port, ip in ends:
        nodes.append(lab.node(lab.namespace(name), role, ip=f"{ip}/24", port=port))
    wait_for_ping(nodes[1].namespace, RSU_IP)
    return nodes


def alone(lab, port, **options):
    """A single RSU."""
    return lab.node(lab.namespace("rsu"), "rsu", port=port, **options)


def restart_in_turn(nodes):
    """The client stops, the server is killed: who stays takes the other up when it comes again."""
    server, client = nodes
    client.stop()
    client.start()
    wait_for_ping(client.namespace, RSU_IP)
    server.kill()
    server.start()
    wait_for_ping(client.namespace, RSU_IP)
    expect_traffic(*nodes)


def expect_traffic(rsu, obu):
    expect_pings(obu.namespace, RSU_IP, size=1400)
    expect_pings(rsu.namespace, obu_ip(1), size=1)
    for node in (rsu, obu):
        totals = node.settled_totals()
        assert totals["unaccounted"] == 0, totals


def test_af_packet(lab):
    """The profile's argument comes to the driver though the port does not name it."""
    wire = {"port": "net_af_packet0,iface={wire}"}
    rsu, obu = pair(lab, rsu=wire, obu=wire)
    expect_traffic(rsu, obu)
    expect_profile(rsu, "net_af_packet", "net_af_packet0,iface=air0,qdisc_bypass=1")


def test_af_xdp(lab):
    need_split_program(lab)
    wire = {"port": "net_af_xdp0,iface={wire}"}
    rsu, obu = pair(lab, rsu=wire, obu=wire)
    expect_traffic(rsu, obu)
    expect_profile(obu, "net_af_xdp")


def test_tap(lab):
    """A wire that is a TAP, bridged to a veth by the kernel."""
    here, there = lab.namespace("rsu"), lab.namespace("obu1")
    lab.wire(here, "out", there, "out")
    nodes = []
    for place, role, ip in ((here, "rsu", RSU_IP), (there, "obu", obu_ip(1))):
        node = lab.node(place, role, ip=f"{ip}/24", port="net_tap1,iface={wire}")
        place.ip("link", "add", "air", "type", "bridge", "mcast_snooping", "0")
        # A bridge keeps frames to its ports' own MACs, which the node's is before.
        place.ip("link", "set", "air0", "address", f"02:00:00:00:00:{len(nodes):02x}")
        for member in ("air0", "out"):
            place.ip("link", "set", member, "master", "air")
        place.ip("link", "set", "air", "up")
        nodes.append(node)
    wait_for_ping(there, RSU_IP)
    expect_traffic(*nodes)
    expect_profile(nodes[0], "net_tap")


def test_memif(lab):
    """Two processes share memory."""
    socket = f"socket={lab.directory}/memif.sock,socket-abstract=no"
    # With MACs of their own: else each start makes them up anew, and hosts have to learn them.
    server = f"net_memif0,role=server,mac=02:00:00:00:00:01,{socket}"
    client = f"net_memif0,role=client,mac=02:00:00:00:00:02,{socket}"
    nodes = linked_pair(lab, server, client)
    expect_traffic(*nodes)
    expect_profile(nodes[0], "net_memif")
    restart_in_turn(nodes)


def test_vhost_and_virtio_user(lab):
    """Two processes: the RSU is the host's end, the OBU the guest's."""
    need_hugepages(VHOST_PAGES)
    socket = f"{lab.directory}/vhost.sock"
    nodes = linked_pair(lab, f"net_vhost0,iface={socket}", f"net_virtio_user0,path={socket}")
    expect_traffic(*nodes)
    expect_profile(nodes[0], "net_vhost")
    expect_profile(nodes[1], "net_virtio_user")
    restart_in_turn(nodes)


def test_null(lab):
    """Frames of zeros: none is the protocol's, each is counted."""
    node = alone(lab, "net_null0")
    wait_until(lambda: node.totals().messages("tx.air0.heartbeat") > 2, 5, "heartbeats")
    totals = node.stop()
    assert totals.drops() == {"foreign": totals.messages("rx.air0.unknown")}, totals
    assert totals["dropped"] > 1000, totals
    expect_profile(node, "net_null")


def test_ring(lab):
    """What is sent comes back: a heartbeat of the node's own. The next one is a minute away."""
    node = alone(lab, "net_ring0", keys={"hello_periodicity": 60000})
    wait_until(lambda: node.totals().messages("rx.air0.heartbeat") == 1, 5, "the heartbeat")
    totals = node.stop()
    assert totals.messages("tx.air0.heartbeat") == 1, totals
    assert totals.drops() == {"bad_from": 1}, totals  # a ring's MAC is zero
    expect_profile(node, "net_ring")


def test_pcap(lab):
    """Reads a capture of peers from a file, and writes its heartbeats to another."""
    written = lab.directory / "out.pcap"
    node = alone(lab, f"net_pcap0,rx_pcap={CAPTURE},tx_pcap={written}")
    wait_until(lambda: node.totals().messages("tx.air0.heartbeat") > 2, 5, "heartbeats")
    totals = node.stop()
    read = sum(count[0] for name, count in totals.items() if name.startswith("rx.air0."))
    assert read >= len(list(read_pcap(CAPTURE))) > 0, totals
    sent = list(read_pcap(written))
    assert len(sent) == totals.messages("tx.air0.heartbeat"), f"{len(sent)} frames, {totals}"
    assert all(frame[12:14] == ETHERTYPE for frame in sent), sent[0]
    expect_profile(node, "net_pcap")


def test_settings(lab):
    """What the device refuses is clamped, and the log says by which limit; the rest is used."""
    rsu = lab.node(place_with_wire(lab), "rsu", start=False)
    text = rsu.config.read_text()
    text = text.replace("wire air0 {", "wire air0 { rxq = 99 rxd = 64 burst = 5 lsc = yes")
    rsu.config.write_text(text)
    rsu.start()
    expect_profile(
        rsu,
        "net_af_packet",
        "rxd 64, txd 512, burst 5",
        f"air0: lsc yes: the device has no link interrupt; it is polled ({rsu.config}:2)",
        f"air0: rxq 99: the device takes at most 1; 1 is used ({rsu.config}:2)",
    )
    rsu.stop()
