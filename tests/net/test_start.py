# SPDX-License-Identifier: BSD-3-Clause
"""Bad starts: exit code 2, one clear line, nothing left behind."""

import os
import shutil
from pathlib import Path

from lab import need
from topology import RSU_IP, pair
from traffic import expect_pings

LEFTOVER_DIRECTORIES = ("/run/dpdk", "/dev/hugepages", "/dev/shm")
NOBODY = 65534


def leftovers(node):
    """Files and directories that bear the id of the node's process, as DPDK names them."""
    pid = str(node.process.pid)
    places = [Path(directory) for directory in LEFTOVER_DIRECTORIES if os.path.isdir(directory)]
    return [str(path) for place in places for path in place.iterdir() if pid in path.name]


def expect_refusal(node, *words):
    """Started, the node must refuse with a line that holds all words."""
    before = node.namespace.interfaces()
    code, errors = node.run_to_end()
    lines = errors.splitlines()
    assert code == 2, f"exit code {code} instead of 2: {errors}"
    assert len(lines) == 1, f"{len(lines)} lines on stderr instead of one: {errors}"
    for word in words:
        assert word in lines[0], f"{word!r} is not in: {lines[0]}"
    assert node.namespace.interfaces() == before, f"{before} became {node.namespace.interfaces()}"
    assert not leftovers(node), f"left behind: {leftovers(node)}"
    assert "received" not in node.output.read_text(), "totals of a node that never started"


def bad_node(lab, place, role, **options):
    """A node that will be refused; below errors it logs nothing."""
    return lab.node(place, role, start=False, log="error", **options)


def place_with_wire(lab):
    place, air = lab.namespace("rsu"), lab.namespace("air")
    lab.wire(place, "air0", air, "air0")
    return place


def test_no_such_interface(lab):
    place = lab.namespace("rsu")
    expect_refusal(bad_node(lab, place, "rsu"), "air0")


def test_tap_name_in_use(lab):
    place = place_with_wire(lab)
    place.ip("link", "add", "tap0", "type", "bridge")
    expect_refusal(bad_node(lab, place, "rsu"), "tap0")
    assert "tap0" in place.interfaces(), "the interface of another was taken away"


def test_persistent_tap_in_use(lab):
    place = place_with_wire(lab)
    place.ip("tuntap", "add", "tap0", "mode", "tap")
    expect_refusal(bad_node(lab, place, "rsu"), "tap0")
    assert "tap0" in place.interfaces(), "the interface of another was taken away"


def test_second_node_on_same_tap(lab):
    rsu, obu = pair(lab)
    lab.wire(rsu.namespace, "air1", obu.namespace, "air1")
    second = bad_node(lab, rsu.namespace, "rsu", wires=("air1",), name="second")
    expect_refusal(second, "tap0")
    expect_pings(obu.namespace, RSU_IP)


def test_second_node_of_a_name(lab):
    """It is refused whatever memory it would use, and takes nothing of the first one's away."""
    rsu, obu = pair(lab)
    place = lab.namespace("twin")
    lab.wire(place, "air0", obu.namespace, "air9")
    files = sorted(rsu.runtime.iterdir())
    for number, dumpcap in enumerate(("no", "yes")):
        twin = bad_node(lab, place, "rsu", name=f"twin{number}", dumpcap=dumpcap)
        settings = twin.config.read_text()
        twin.config.write_text(settings.replace(twin.runtime.name, rsu.runtime.name))
        words = f'{twin.config}:1: node.name: found "{rsu.runtime.name}", allowed'
        expect_refusal(twin, words, f"process {rsu.process.pid} has it")
        assert sorted(rsu.runtime.iterdir()) == files, "files of the first one are gone"
    assert rsu.ask("/peregrine/info")["pid"] == rsu.process.pid
    assert rsu.tell({"do": "mode", "mode": "operate"})["schema"] == 1
    expect_pings(obu.namespace, RSU_IP)
    rsu.kill()
    rsu.start()
    rsu.stop()


def test_same_port_twice(lab):
    place = place_with_wire(lab)
    node = bad_node(lab, place, "rsu")
    port = "net_af_packet_air0,iface=air0,qdisc_bypass=1"
    with node.config.open("a") as config:
        config.write(f'wire again {{ port = "{port}" }}\n')
    expect_refusal(node, "air0")


def test_no_permission(lab):
    need("setpriv")
    place = place_with_wire(lab)
    program = lab.directory / "peregrine"
    shutil.copy(lab.peregrine, program)  # where nobody may read it
    lab.peregrine = str(program)
    become = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    expect_refusal(bad_node(lab, place, "rsu", prefix=become), "ermi")


def test_too_little_memory(lab):
    place = place_with_wire(lab)
    expect_refusal(bad_node(lab, place, "rsu", memory=1), "memory")


def test_unknown_key(lab):
    place = place_with_wire(lab)
    node = bad_node(lab, place, "rsu", keys={"hello_world": 1})
    expect_refusal(node, f"{node.config}:1", "hello_world")


def test_value_out_of_range(lab):
    place = place_with_wire(lab)
    node = bad_node(lab, place, "rsu", keys={"max_hops": 0})
    expect_refusal(node, f"{node.config}:1", "max_hops")


def test_unknown_role(lab):
    place = place_with_wire(lab)
    expect_refusal(bad_node(lab, place, "car"), "role", "car")


def test_missing_file(lab):
    place = place_with_wire(lab)
    node = bad_node(lab, place, "rsu")
    node.config.unlink()
    expect_refusal(node, str(node.config))


def test_start_after_refusal(lab):
    """The same place works once what was wrong is right."""
    place = place_with_wire(lab)
    place.ip("link", "add", "tap0", "type", "bridge")
    expect_refusal(bad_node(lab, place, "rsu"), "tap0")
    place.ip("link", "del", "tap0")
    lab.node(place, "rsu", name="again").stop()
