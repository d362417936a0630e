# SPDX-License-Identifier: BSD-3-Clause
"""What a generator measures: the node, the macswap role and testpmd, each in a process of its own.

Each is told its ports, [wire] or [wire, tap], as DPDK's device strings, and `prefix`, the words
that come before its command: into a network namespace, say.
"""

import contextlib
import os
import shutil

import bench

NODE = """node {{ role = {role}  name = "{name}"  hello_periodicity = 200  idle = {idle}
	max_clients = {clients} }}
wire air0 {{ port = "{wire}" }}
tap {{ port = "{tap}"  mtu = {mtu}{tap_words} }}
pool {{ cache = {cache} }}
eal {{ lcores = "{lcores}" }}
"""
LCORES = "0-1"
BUFFERS = 16384
VIRTIO = "queue_size=1024,mrg_rxbuf=0,in_order=1"
# In place of the XDP program of net_af_xdp's profile, which is for wires: it leaves all that is not
# the protocol's to the kernel.
ALL_FRAMES = '  devargs = {"queue_count=1"}'


def vhost_ports(directory):
    """[wire, tap] as a subject has them, the host's ends, and as the generator does, the guest's."""
    ends = [directory / name for name in ("wire", "tap")]
    near = [f"net_vhost{number},iface={end}" for number, end in enumerate(ends)]
    far = [f"net_virtio_user{number},path={end},{VIRTIO}" for number, end in enumerate(ends)]
    return near, far


def node_file(role, wire, tap, clients=65536, cache=32, lcores=LCORES, mtu=1500, name="peregrine",
              idle="busy"):  # fmt: skip
    """The node file of a node that is measured."""
    words = ALL_FRAMES if tap.startswith("net_af_xdp") else ""
    return NODE.format(role=role, wire=wire, tap=tap, tap_words=words, cache=cache, lcores=lcores,
                       clients=max(clients, 1024), mtu=mtu, name=name, idle=idle)  # fmt: skip


def node_command(build, config):
    return [build / "app/peregrine", "-c", config]


def node(build, directory, role, ports, prefix=(), **values):
    """The real program. An OBU's frames go on by the wire they came by, but it has a TAP."""
    config = directory / "node.conf"
    config.write_text(node_file(role, *ports, name=runtime_name(directory), **values))
    return leaves_nothing(
        bench.subject([*prefix, *node_command(build, config)], f"{role} is up"), directory
    )


def macswap_command(build, wire):
    return [build / "perf/pgn-node", "--path", "macswap", "--port", wire]


def macswap(build, wire, prefix=()):
    """A worker with the macswap role, on one port."""
    return bench.subject([*prefix, *macswap_command(build, wire)], "serves")


def have_testpmd():
    return shutil.which("dpdk-testpmd") is not None


def testpmd_command(mode, ports, name, lcores=LCORES):
    """Two ports: what comes in by one leaves by the other; one: by the same."""
    devices = []
    for port in ports:
        devices += ["--vdev" if port.startswith("net_") else "-a", port]
    bus = ["--no-pci"] if "-a" not in devices else []
    # fmt: off
    return ["dpdk-testpmd", "-l", lcores, "--in-memory", "-m", "192", *bus, "--no-telemetry",
            "--file-prefix", name, *devices, "--", f"--forward-mode={mode}",
            "--port-topology=" + ("loop" if len(ports) == 1 else "paired"), "--burst=32",
            "--rxd=512", "--txd=512", f"--total-num-mbufs={BUFFERS}", "--auto-start",
            "--disable-link-check"]
    # fmt: on


def testpmd(directory, mode, ports, prefix=()):
    name = runtime_name(directory)
    # What it says at the end of its start would wait in a buffer.
    command = [*prefix, "stdbuf", "-oL", *testpmd_command(mode, ports, name)]
    return leaves_nothing(bench.subject(command, "Press enter to exit"), directory)


def runtime_name(directory):
    """Of a process's own directory below /var/run/dpdk."""
    return f"{directory.parent.name}-{directory.name}"


@contextlib.contextmanager
def leaves_nothing(process, directory):
    """testpmd leaves its runtime directory, empty; a node that was killed its socket in it."""
    try:
        with process as running:
            yield running
    finally:
        shutil.rmtree(os.path.join("/var/run/dpdk", runtime_name(directory)), ignore_errors=True)
