#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""peregrine --profile show and check, --dry-run and --set, as a person uses them."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WRAPPER = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))
NODE = """node { role = rsu }
wire air0 { port = "net_ring0"
  rxd = 128 }
tap { port = "net_null0" }
eal { lcores = "0" }
"""
RING = """profile "net_ring" {
  driver = net_ring
  port { rxd = 64  txd = 96 }
  source { guide = g checked = c hardware = h }
}
"""


class Program:
    def __init__(self, path, directory):
        self.path = path
        self.directory = directory
        self.node = directory / "node.conf"
        self.node.write_text(NODE)
        self.profiles = directory / "profiles"
        self.profiles.mkdir()
        (self.profiles / "net_ring.conf").write_text(RING)

    def result(self, *words):
        command = [*WRAPPER, self.path, *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def run(self, *words, code=0):
        result = self.result(*words)
        assert result.returncode == code, (words, result)
        assert code == 0 or len(result.stderr.splitlines()) == 1, result.stderr
        return result.stdout if code == 0 else result.stderr

    def shown(self, *words):
        """{key: (value, origin)} of --profile show."""
        output = self.run("--profile", "show", *words, "--profiles", self.profiles)
        lines = [line.split(None, 2) for line in output.splitlines() if "." in line.split()[0]]
        return {key: (value, origin) for key, value, origin in lines}


def test_driver(program):
    shown = program.shown("net_ring")
    assert shown["port.txd"] == ("96", f"{program.profiles}/net_ring.conf:3"), shown
    assert shown["port.burst"] == ("auto", "built-in"), shown


def test_port(program):
    shown = program.shown("air0", "-c", program.node, "--set", "air0.txd=160")
    assert shown["port.rxd"] == ("128", f"{program.node}:3"), shown
    assert shown["port.txd"] == ("160", "--set"), shown
    shown = program.shown("net_ring5")
    assert shown["port.rxd"] == ("64", f"{program.profiles}/net_ring.conf:3"), shown


def test_effective(program):
    arguments = ("net_ring5", "--effective")
    output = program.run("--profile", "show", "--profiles", program.profiles, *arguments)
    lines = {line.split()[0]: line.split()[1:] for line in output.splitlines()}
    assert lines["port.burst"] == ["32", "the", "device"], output
    assert lines["port.mtu"] == ["1500", "the", "device"], output
    assert lines["port.txd"][0] == "96", output


def test_clamped(program):
    arguments = ("air0", "-c", program.node, "--set", "air0.rxq=99", "--effective")
    output = program.run("--profile", "show", *arguments)
    line = next(line for line in output.splitlines() if line.startswith("port.rxq"))
    assert "the device takes at most 16; 16 is used" in line and line.split()[1] == "16", line


def test_json(program):
    arguments = ("net_ring", "--json", "--profiles", program.profiles)
    result = program.result("--profile", "show", *arguments)
    if result.returncode == 1:
        assert result.stderr == "--json: this program was built without jansson\n", result
        return
    shown = json.loads(result.stdout)
    assert shown["driver"] == "net_ring" and shown["effective"] is False, shown
    assert shown["values"]["port"]["txd"] == {
        "value": 96,
        "origin": f"{program.profiles}/net_ring.conf:3",
    }, shown


def test_refused(program):
    assert "no_such" in program.run("--profile", "show", "no_such", code=2)
    assert "a port only" in program.run("--profile", "show", "net_ring", "--effective", code=2)
    assert "nowhere" in program.run("--profile", "check", "/nowhere", code=2)
    assert "nowhere" in program.run("-c", program.node, "--profiles", "/nowhere", code=2)
    assert "rxd" in program.run("-c", program.node, "--set", "air0.rxd=1", "--check", code=2)


def test_device_refused(program):
    """The EAL starts, the port does not come up."""
    program.run("--profile", "show", "net_af_packet0,iface=pgn-none", "--effective", code=1)


def test_check(program):
    assert "1 profiles, good" in program.run("--profile", "check", program.profiles)
    (program.profiles / "net_null.conf").write_text("profile net_null { driver = net_null\n}")
    result = program.result("--profile", "check", program.profiles)
    assert result.returncode == 2 and len(result.stderr.splitlines()) == 3, result


def test_dry_run(program, shipped):
    program.node.write_text(NODE.replace("net_ring0", "0000:03:00.0").replace("rxd = 128",
                            'devargs = {"x=1"}'))  # fmt: skip
    words = shlex.split(program.run("-c", program.node, "--dry-run", "--profiles", shipped,
                                    "--", "--log-level", "a b"))  # fmt: skip
    assert words[0] == "peregrine" and words[-2:] == ["--log-level", "a b"], words
    assert words[words.index("-a") + 1] == "0000:03:00.0,x=1", words
    assert "--no-pci" not in words, words
    program.node.write_text(NODE.replace("net_ring0", "virtio_user0,path=/nowhere"))
    words = program.run("-c", program.node, "--dry-run", "--profiles", shipped).split()
    assert "--single-file-segments" in words and "--no-pci" in words, words


def test_program_not_built(program, shipped):
    """Without its XDP program net_af_xdp would take every frame of the NIC: it is refused."""
    profile = program.profiles / "net_af_xdp.conf"
    shutil.copy(shipped / profile.name, program.profiles)
    program.node.write_text(NODE.replace("net_ring0", "net_af_xdp0,iface=eth0"))
    check = ("-c", program.node, "--check", "--profiles", program.profiles)
    line = program.run(*check, code=2)
    assert line.startswith(f"{profile}:") and "install clang" in line, line
    assert "eal.devargs" in line and "xdp_prog=FILE" in line, line
    assert "{here}" in program.shown("net_af_xdp")["eal.devargs"][0]
    (program.profiles / "peregrine_xdp.o").touch()
    program.run(*check)


def test_shipped(program, shipped):
    """All are good, and a program in the build tree finds them by itself."""
    count = len(list(shipped.glob("*.conf")))
    output = program.run("--profile", "check")
    assert f"{count} profiles, good" in output, (output, count)
    assert Path(output.split(": ")[0]) == Path(program.path).resolve().parents[1] / "drivers_cfg"


def test_installed(program, shipped):
    """A program finds them where the installation was moved to."""
    moved = program.directory / "usr"
    (moved / "bin").mkdir(parents=True)
    shutil.copy(program.path, moved / "bin")
    shutil.copytree(shipped, moved / "share/peregrine/drivers_cfg")
    program.path = moved / "bin/peregrine"
    output = program.run("--profile", "check")
    assert output.startswith(f"{moved}/share/peregrine/drivers_cfg: "), output


def main(path, shipped):
    for name, test in list(globals().items()):
        if not name.startswith("test_"):
            continue
        print(name, flush=True)
        with tempfile.TemporaryDirectory(prefix="pgn-profile-") as directory:
            program = Program(path, Path(directory).resolve())
            test(*[program, shipped][: test.__code__.co_argcount])


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]).resolve())
