#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Runs pgn-gen around real nodes briefly: what it refuses, what it says, and its byte checks."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

MEMORY_MB = 700
SOURCE = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(SOURCE / "perf/gen"))

import bench  # noqa: E402  pylint: disable=wrong-import-position
import needs  # noqa: E402  pylint: disable=wrong-import-position

KEYS = ["role", "kind", "size", "inner", "nodes", "clients", "order", "sealed", "asked_pps",
        "seconds", "sent", "received", "lost", "duplicated", "reordered", "wrong", "checked",
        "sent_pps", "received_pps", "refused_share", "pacing_error_frames", "pacing_error_ns",
        "generator_pps", "generator_limited", "latency_ns"]
LATENCY_KEYS = ["samples", "p50", "p99", "p99_9", "max"]
ONE = ("--tx", "net_null0", "--rx", "net_null0")
TWO = ("--tx", "net_null0", "--rx", "net_null1")
# Words, and what the line that refuses them begins with.
BAD = (((), "tx"), (("--tx", "net_null0"), "rx"), (ONE, "kind"),
       (("--tx", "eth0"), "tx"), (("--tx", "03:00.0"), "tx"), (("--rx", "0000:03:00,0"), "rx"),
       ((*ONE, "--kind", "group"), "kind"), ((*ONE, "--kind", "downstream"), "kind"),
       ((*ONE, "--kind", "mix", "--role", "obu"), "kind"),
       ((*ONE, "--kind", "heartbeat", "--role", "plain"), "kind"),
       ((*ONE, "--kind", "host"), "rx"), ((*ONE, "--kind", "mix"), "rx"),
       ((*TWO, "--kind", "heartbeat"), "rx"), ((*TWO, "--kind", "upstream", "--role", "obu"), "rx"),
       ((*ONE, "--kind", "upstream", "--nodes", "1"), "nodes"),
       ((*ONE, "--kind", "upstream", "--role", "plain", "--seal", "/nowhere"), "seal"),
       ((*ONE, "--kind", "upstream", "--role", "gateway"), "role"),
       ((*ONE, "--kind", "upstream", "--order", "up"), "order"),
       ((*ONE, "--kind", "upstream", "--size", "63"), "size"),
       ((*ONE, "--kind", "upstream", "--size", "1519"), "size"),
       *(((*ONE, "--kind", "upstream", "--rate", rate), "rate")
         for rate in ("0", "-1", "1G", "k", "101%", "0%", "nan", "inf", "0x10", "1e30")),
       *(((*ONE, "--kind", "upstream", "--duration", seconds), "duration")
         for seconds in ("0", "201", "1s", "nan", "")))
TRIES = 3  # a node that had no core for all of a short trial takes nothing
BRIEF = ("--clients", "256", "--nodes", "8", "--duration", "0.05", "--json")
VIRTIO = "queue_size=1024,mrg_rxbuf=0,in_order=1"
NODE = """node {{ role = {role}  name = "pgn-gen-{pid}"  hello_periodicity = 100 }}
wire air0 {{ port = "net_vhost0,iface={directory}/wire" }}
tap {{ port = "net_vhost1,iface={directory}/tap" }}
{aead}
eal {{ lcores = "0-1" }}
"""
WIRE, TAP = "wire", "tap"
# role: kind, port in, port out, further words, size and inner frame that come of them
WAYS = {
    "rsu": (("upstream", WIRE, TAP, ("--order", "sequential"), 64, 38),
            ("host", TAP, WIRE, ("--rate", "20k", "--latency"), 64, 60),
            ("mix", WIRE, TAP, ("--rate", "1%", "--size", "200"), 200, 174),
            ("imix", WIRE, TAP, ("--rate", "20000"), None, None),
            ("heartbeat", WIRE, WIRE, ("--rate", "1000", "--duration", "0.3"), 64, 0)),
    "obu": (("upstream", WIRE, WIRE, ("--order", "single-flow"), 64, 38),
            ("downstream", WIRE, WIRE, ("--rate", "20k", "--latency"), 64, 32),
            ("downstream", WIRE, TAP, (), 64, 32),
            ("host", TAP, WIRE, ("--size", "1400"), 1400, 1396),
            ("heartbeat", WIRE, WIRE, ("--rate", "1000", "--latency", "--duration", "0.3"), 64, 0)),
}
SEALED = (("upstream", WIRE, TAP, ("--order", "worst-case"), 84, 30),
          ("upstream", WIRE, WIRE, ("--size", "1518", "--rate", "20k"), 1512, 1458),
          ("mix", WIRE, TAP, ("--size", "512", "--clients", "4096"), 512, 458))


def run(program, *words, said=""):
    return subprocess.run((program, *words), input=said, capture_output=True, text=True, timeout=60)


def script(name, build, *words):
    done = run(SOURCE / "perf/gen" / name, "--build", build, "--json", *words)
    assert done.returncode == 0, (name, done.stderr)
    return json.loads(done.stdout)


def options(build):
    for words, option in BAD:
        done = run(build / "perf/pgn-gen", *words)
        assert done.returncode == 2 and done.stderr.count("\n") == 1, (words, done)
        assert done.stderr.startswith(f"pgn-gen: --{option}: found "), (words, done.stderr)
    done = run(build / "perf/pgn-gen", "--help")
    assert done.returncode == 0 and "--kind" in done.stdout, done


def check(found, words):
    """What holds for every trial in which something came back."""
    assert list(found) == KEYS, found
    data = found["kind"] != "heartbeat"
    assert found["sent"] > 0 and found["received"] > 0 and found["wrong"] == 0, found
    assert found["seconds"] > 0 and found["generator_pps"] > 0, found
    if data:
        assert found["lost"] == found["sent"] - found["received"] >= 0, found
        assert found["checked"] > 0 and found["duplicated"] == 0, found
    if "--rate" in words:
        assert found["asked_pps"] > 0 and found["pacing_error_frames"] > 0, found
        # At most what is due, and what hurries behind the time it was away.
        assert found["sent"] <= found["asked_pps"] * found["seconds"] + 1, found
        # Up to a burst may have been waiting for more when the time was over.
        wanted = 0.995 * found["asked_pps"] * found["seconds"]
        if found["sent"] >= wanted or found["sent"] + 32 < wanted:
            assert found["generator_limited"] == (found["sent"] < wanted), found
    else:
        assert found["asked_pps"] is None and found["pacing_error_frames"] == 0, found
        assert found["generator_limited"] == (found["refused_share"] < 0.05), found
    if "--latency" in words:
        latency = found["latency_ns"]
        assert list(latency) == LATENCY_KEYS, latency
        assert 0 < latency["p50"] <= latency["p99"] <= latency["p99_9"] <= latency["max"], latency
        assert 0 < latency["samples"] <= found["sent"] / 64 + 1, found
    else:
        assert found["latency_ns"] is None, found


def generator(build, directory, role, kind, ends, words):
    ports = {WIRE: f"net_virtio_user0,path={directory}/wire,{VIRTIO}",
             TAP: f"net_virtio_user1,path={directory}/tap,{VIRTIO}"}
    return (build / "perf/pgn-gen", "--role", role, "--kind", kind, "--tx", ports[ends[0]],
            "--rx", ports[ends[1]], *BRIEF, *words)


def measure(build, directory, role, way, more=()):
    kind, tx, rx, words, size, inner = way
    for _ in range(TRIES):
        done = run(*generator(build, directory, role, kind, (tx, rx), (*words, *more)))
        assert done.returncode == 0, (role, way, done.stderr)
        found = json.loads(done.stdout)
        if found["received"] > 0 and (found["latency_ns"] or {"samples": 1})["samples"] > 0:
            break
    check(found, words)
    assert (found["role"], found["kind"], found["nodes"]) == (role, kind, 8), found
    assert found["sealed"] == ("--seal" in more), found
    if size is not None:
        assert (found["size"], found["inner"]) == (size, inner), found
        # A frame that is not as long as was asked for is told of.
        asked = words[words.index("--size") + 1] if "--size" in words else "64"
        assert ("in place of" in done.stderr) == (asked != str(size)), (done.stderr, found)
    else:
        assert 350 < found["size"] < 351, found
    if "1%" in words:
        assert "1 % of its own ceiling" in done.stderr, done.stderr
    if "worst-case" in words:
        assert "255 clients of one bucket" in done.stderr, done.stderr


def steps(build, directory):
    """Trials by lines: each one's own rate, a burst, and a line that is none."""
    lines = ("rate=10k duration=0.1", "rate=max duration=0.05 latency=1", "burst=777", "",
             "rate=fast")
    done = run(*generator(build, directory, "rsu", "upstream", (WIRE, TAP),
                          ("--step", "--rate", "5000")), said="\n".join(lines) + "\n")
    assert done.returncode == 2 and "--step: found \"rate=fast\"" in done.stderr, done
    rate, flat_out, burst, default = (json.loads(line) for line in done.stdout.splitlines())
    check(rate, ("--rate",))
    check(flat_out, ("--latency",))
    check(burst, ())
    check(default, ("--rate",))
    assert rate["asked_pps"] == 10000 and default["asked_pps"] == 5000, (rate, default)
    assert burst["sent"] == 777, burst


def nodes(build):
    for role, ways in WAYS.items():
        with node(build, role) as directory:
            for way in ways:
                measure(build, directory, role, way)
            if role == "rsu":
                steps(build, directory)
    with node(build, "rsu", sealed=True) as directory:
        for way in SEALED:
            measure(build, directory, "rsu", way, ("--seal", f"{directory}/keys"))


class node:  # pylint: disable=invalid-name
    """The real program, with ports in a directory of its own."""

    def __init__(self, build, role, sealed=False):
        self.build, self.role, self.sealed = build, role, sealed

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="pgn-gen-")
        directory = Path(self.directory.name)
        keys = directory / "keys"
        keys.write_text("6b" * 32 + "\n")
        keys.chmod(0o600)
        aead = f'aead {{ key_file = "{keys}" }}' if self.sealed else ""
        config = directory / "node.conf"
        config.write_text(NODE.format(role=self.role, directory=directory, aead=aead,
                                      pid=os.getpid()))
        self.subject = bench.subject([self.build / "app/peregrine", "-c", config],
                                     f"{self.role} is up")
        self.subject.__enter__()
        return directory

    def __exit__(self, *what):
        self.subject.__exit__(*what)
        self.directory.cleanup()


def vhost(build):
    result = script("vhost", build, "--runs", "1", "--ms", "40", "--clients", "512",
                    "--path", "relay")
    rows = {row["name"]: row for row in result["rows"]}
    yardsticks = ["macswap"] + ["testpmd"] * (shutil.which("dpdk-testpmd") is not None)
    assert rows.keys() == {"relay", *yardsticks}, rows
    for row in rows.values():
        assert len(row["mpps"]) == 1 and row["mpps"][0] > 0, row
    assert all(rows["relay"][yardstick][0] > 0 for yardstick in yardsticks), rows


def veth(build):
    """Either driver at one end: a search takes seconds."""
    result = script("veth", build, "--runs", "1", "--ms", "20", "--clients", "64",
                    "--port", "af_xdp", "--generator", "af_packet")
    assert result["ports"].keys() == {"af_xdp"}, result
    found = result["ports"]["af_xdp"]
    assert found["kpps"] == found["runs"][0] >= 0, found
    assert found["checked"] > 0 and found["wrong"] == 0, found
    assert found["generator_kpps"] > 0, found


if __name__ == "__main__":
    BUILD = Path(sys.argv[1]).resolve().parents[1]
    if "MESON_EXE_WRAPPER" not in os.environ:
        options(BUILD)
    needs.need(MEMORY_MB)
    nodes(BUILD)
    vhost(BUILD)
    veth(BUILD)
