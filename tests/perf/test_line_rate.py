#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""perf/line-rate: its searches on made-up losses, and whole runs of programs that only pretend; with
the name of a pair of ports, one short measurement of a real node on them."""

import csv
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
SOURCE = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(SOURCE / "perf/line-rate"), str(SOURCE / "perf/gen"), str(SOURCE / "tests/net")]

import fake_build  # noqa: E402
import generator  # noqa: E402
import lab  # noqa: E402
import measure  # noqa: E402
import needs  # noqa: E402
import plan  # noqa: E402
import progress  # noqa: E402
import search  # noqa: E402

RUN = SOURCE / "perf/line-rate/run"
MEMORY_MB = 500
YARDSTICKS = (*plan.TESTPMD, plan.MACSWAP)
BAD = (("--ports", "tube"), ("--ports", "0000:03:00.0"), ("--ports", "03:00.0,03:00.0"),
       ("--ports", "03:00.0,03:00.1"), ("--node-elsewhere",), ("--sizes", "63"),
       ("--sizes", "64,x"), ("--kinds", "uphill"), ("--loss", "1"), ("--loss", "some"),
       ("--trials", "0"), ("--seconds", "0"), ("--what",), ("left",),
       ("--ports", "03:00.0,03:00.1", "--node-elsewhere", "--node-ports", "04:00.0,04:00.1"))


# ---- searches

def takes(capacity, noise=lambda: 0.0):
    """A trial of one second with a subject that loses what is beyond its capacity, and noise."""
    def trial(rate):
        return int(rate), int(max(rate - capacity, 0)) + int(rate * noise())
    return trial


def throughput_is_found():
    for capacity in (1e3, 123456, 4.99e6, 9.99e6):
        found = search.throughput(takes(capacity), 1e7, repeats=2)
        assert found.confirmed and capacity * 0.994 <= found.rate <= capacity + 1, (capacity, found)
        assert [row[0] for row in found.tried[-2:]] == [found.rate] * 2, found
        assert len(found.tried) <= 20, (capacity, len(found.tried))
    typical = [len(search.throughput(takes(c * 1e6), 1e7).tried) for c in range(1, 10)]
    assert max(typical) <= 9, typical  # what plan.py reckons with


def throughput_at_the_ends():
    whole = search.throughput(takes(1e9), 1e7)
    assert (whole.rate, whole.confirmed, len(whole.tried)) == (1e7, True, 2), whole
    nothing = search.throughput(lambda rate: (int(rate), int(rate)), 1e7)
    assert (nothing.rate, nothing.confirmed) == (0, False), nothing
    assert len(nothing.tried) < search.TRIALS_MAX, nothing
    silent = search.throughput(lambda rate: (0, 0), 1e7)
    assert silent.rate == 0, silent  # nothing was offered: nothing is shown


def throughput_with_loss_allowed():
    def always_one_in_a_thousand(rate):
        return int(rate), int(rate / 1000) + int(max(rate - 5e6, 0))
    assert search.throughput(always_one_in_a_thousand, 1e7).rate == 0
    found = search.throughput(always_one_in_a_thousand, 1e7, loss=2e-3)
    assert 4.95e6 <= found.rate <= 5.02e6 and found.confirmed, found


def throughput_with_noise():
    """Some trials lose for no reason: it ends, never above what holds, and what it says held."""
    for seed in range(200):
        dice = random.Random(seed)
        found = search.throughput(takes(6e6, lambda: 1e-4 * (dice.random() < 0.3)), 1e7, repeats=2)
        assert len(found.tried) <= search.TRIALS_MAX and found.rate <= 6e6 + 1, (seed, found)
        if found.confirmed:
            last = found.tried[-2:]
            assert all(row[0] == found.rate and row[2] == 0 for row in last), (seed, found)


def a_failed_repeat_counts():
    """The rate that failed when repeated is not the result, though it passed once."""
    seen = set()

    def wears_off(rate):
        lost = rate > 5e6 or rate in seen and rate > 4.9e6
        seen.add(rate)
        return int(rate), int(lost) * 10
    found = search.throughput(wears_off, 1e7)
    assert found.confirmed and 4.8e6 < found.rate <= 4.9e6, found


def loss_and_bursts():
    rows = search.loss_curve(takes(6e6), 1e7)
    assert [row[0] for row in rows] == [100, 90, 80, 70, 60, 50], rows
    assert [row[2] for row in rows] == [4e6, 3e6, 2e6, 1e6, 0, 0], rows
    for queue in (40, 4096, 1234567):
        found = search.back_to_back(takes(queue), 10**8, repeats=3)
        assert queue / 1.06 <= found.frames <= queue and not found.capped, (queue, found)
        assert len(found.found) == 3, found
    assert search.back_to_back(takes(10**9), 10**6) == (10**6, True, [10**6])
    assert search.back_to_back(lambda n: (n, 1), 10**6) == (0, False, [0])


def pushed_back_is_lost():
    trial = {"asked_pps": 1e6, "seconds": 2.0, "sent": 1500000, "lost": 10}
    assert generator.offered_and_lost(trial) == (2000000, 500010)
    assert generator.offered_and_lost(trial | {"sent": 1999000}) == (1999000, 10)
    assert generator.offered_and_lost(trial | {"asked_pps": None}) == (1500000, 10)


def the_generator_is_the_limit():
    trial = {"generator_limited": True, "refused_share": 0.0, "received_pps": 1e6,
             "sent": 1000000, "lost": 1}
    assert generator.limited(trial, 2e6)
    assert not generator.limited(trial | {"refused_share": 0.5}, 2e6)  # the port was full
    assert not generator.limited(trial | {"lost": 6000}, 2e6)  # and so it was here
    assert generator.limited(trial | {"refused_share": 0.5}, 1.02e6)
    assert not generator.limited(trial | {"generator_limited": False}, 2e6)


# ---- plan and progress

def quick_is_quick():
    for workers in (2, 4):
        points = plan.port_points(tuple(plan.PATHS), plan.QUICK_SIZES, YARDSTICKS)
        points += plan.cycle_points(workers)
        keys = [plan.key(point) for point in points]
        assert len(set(keys)) == len(keys), keys
        seconds = sum(plan.estimate(point, plan.QUICK_SECONDS, 1) for point in points)
        assert seconds < plan.QUICK_LIMIT_SECONDS, seconds
    assert keys[0].startswith("ceiling"), keys[0]
    many = plan.cycle_points(16)
    assert {point.words[1] for point in many if "--workers" in point.words} == {"2", "4", "8", "16"}
    longer = sum(plan.estimate(point, plan.SECONDS, 1) for point in points)
    assert longer > 5 * seconds, (longer, seconds)


def time_left():
    assert [progress.duration(s) for s in (9, 61, 3600)] == ["9 s", "1 min 01 s", "1 h 00 min"]
    line = progress.Progress({"a": 10, "b": 30, "c": 60}, done=("c",))
    assert line.left_seconds() == 40
    line.begin("a")
    line.started -= 20  # it took twice as long
    line.end()
    assert 59 < line.left_seconds() < 61, line.left_seconds()


# ---- whole runs, with programs that pretend

def run(build, out, *words, env=None):
    command = [RUN, "--build", build, "--out", out, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=env)


def whole_run(directory):
    out = directory / "out"
    env = fake_build.make(directory)
    words = ("--seconds", "1", "--sizes", "64")
    done = run(directory, out, *words, env=env)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^1 of \d+, .* left: ceiling generator", done.stderr, re.M), done.stderr
    results = json.loads((out / "results.json").read_text())
    points = {point["key"]: point for point in results["points"]}
    for kind in ("upstream", "downstream"):
        found = points[f"ports node {kind} 64 bytes"]["throughput"]
        want = fake_build.NODE_TAKES[kind]
        assert want * 0.994 <= found["pps"] <= want and not found["limited"], (kind, found)
    limited = points["ports node host 64 bytes"]
    assert limited["throughput"]["pps"] == fake_build.HAS and limited["throughput"]["limited"]
    loads = [row["load"] for row in limited["latency"]]
    assert loads == list(plan.LOADS) and limited["latency"][0]["trial"]["latency_ns"]["p50"] == 1000
    assert fake_build.QUEUE / 1.06 <= limited["back_to_back"]["frames"] <= fake_build.QUEUE
    assert {check["name"] for check in results["machine"]["doctor"]["checks"]} >= {"lcores", "smt"}
    assert results["machine"]["started"] and results["machine"]["kernel"], results["machine"]
    report(out, bool(shutil.which("gnuplot")))
    again = run(directory, out, *words, env=env)
    assert again.returncode == 0 and "0 of" in again.stderr, again.stderr
    differs(directory, out, env)


def report(out, drawn):
    text = (out / "results.md").read_text()
    assert "not RFC 2544 conformant" in text and "trials are 1 s long" in text, text
    assert re.search(r"\| 64 \| 20\.000\\\* \|", text), text  # the generator's end, marked
    assert re.search(r"most frames: \*\*20\.000\\\* Mpps.*2\.0\dx of testpmd io", text), text
    assert text.count("Flat out, what came out") == len(plan.PATHS), text
    for words in ("## air to host", "## relay", "tools/doctor", "of one worker", "26.4"):
        assert words in text, words
    with open(out / "points.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["test"] for row in rows} == {
        "ceiling", "flat out", "throughput", "latency", "loss", "back-to-back"}
    marked = [row for row in rows if row["test"] == "throughput"
              and row["generator_limited"] == "yes"]
    assert {(row["subject"], row["path"]) for row in marked} == {("node", "host")}, marked
    shown = set(re.findall(r"\]\((\S+\.svg)\)", text))
    there = {path.name for path in out.glob("*.svg")}
    assert shown == there and bool(there) == drawn, (shown, there)
    for name in there:
        assert (out / name).read_text().rstrip().endswith("</svg>"), name
        assert (out / name).with_suffix(".png").read_bytes().startswith(b"\x89PNG"), name
    if drawn:
        assert {f"{plot}-{kind}.svg" for plot in ("throughput", "latency", "loss")
                for kind in plan.PATHS} < there and "clients.svg" in there, there


def differs(directory, out, env):
    """Points of other arguments, or of another build, are not mixed with what is there."""
    done = run(directory, out, "--seconds", "2", "--sizes", "64", env=env)
    assert done.returncode == 2 and done.stderr.count("\n") == 1, done
    assert "--seconds was 1.0 and is 2.0" in done.stderr, done.stderr
    with open(directory / "app/peregrine", "a", encoding="utf-8") as program:
        program.write("# another one\n")
    done = run(directory, out, "--seconds", "1", "--sizes", "64", env=env)
    assert done.returncode == 2 and "programs was" in done.stderr, done


def running_in(directory):
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(directory).encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            pass  # it ended meanwhile
    return found


def interrupted_and_resumed(directory):
    out, env = directory / "out", fake_build.make(directory, pause=0.01)
    command = [RUN, "--build", directory, "--out", out, "--sizes", "64", "--kinds", "downstream"]
    points, sockets = out / "points.jsonl", set(Path(tempfile.gettempdir()).glob("pgn-line-rate-*"))
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env) as process:
        end = time.monotonic() + 30
        while not points.exists() or points.read_bytes().count(b"\n") < 3:
            assert time.monotonic() < end and process.poll() is None, "no points"
            time.sleep(0.01)
        second = subprocess.run(command, capture_output=True, text=True, timeout=60, env=env)
        assert second.returncode == 2 and "another run" in second.stderr, second
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        assert process.wait() == 130, (process.returncode, said)
    assert "the same command goes on" in said.splitlines()[-1], said
    assert running_in(directory) == [], "children outlive it"
    assert set(Path(tempfile.gettempdir()).glob("pgn-line-rate-*")) <= sockets
    before = points.read_bytes()
    with open(points, "ab") as file:
        file.write(b'{"key": "cut off in the mid')
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=env)
    assert done.returncode == 0, done.stderr
    after = points.read_bytes()
    assert after.startswith(before) and after.count(b"\n") > before.count(b"\n")
    keys = [json.loads(line)["key"] for line in after.splitlines()[1:]]
    assert len(set(keys)) == len(keys) > 10, keys


def a_subject_that_fails(directory):
    """One line says what, nothing goes on as if it had been measured."""
    env = fake_build.make(directory)
    (directory / "app/peregrine").write_text("#!/bin/sh\necho no memory >&2\nexit 1\n")
    done = run(directory, directory / "out", "--sizes", "64", "--kinds", "downstream", env=env)
    assert done.returncode == 1 and done.stderr.count("no memory") == 2, done
    assert not (directory / "out/results.md").exists()


def elsewhere(directory):
    """Who starts subjects by hand is told how, once for each, and may leave one out."""
    env = fake_build.make(directory)
    command = [RUN, "--build", directory, "--out", directory / "out", "--sizes", "64,128",
               "--kinds", "upstream,downstream", "--node-elsewhere",
               "--ports", "0000:fe:1f.6,0000:fe:1f.7"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=env,
                          input="\n\ns\n\n\n\n\n\n")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Enter when") == 6, done.stderr  # 2 nodes, 2 testpmds for each lane
    assert done.stderr.count("peregrine -c node.conf") == 2, done.stderr
    assert 'port = "ITS_WIRE_PCI"' in done.stderr and "--port-topology=loop" in done.stderr
    text = (directory / "out/results.md").read_text()
    assert "**Not whole**" in text, text


def bad_input(directory):
    fake_build.make(directory)
    for words in BAD:
        done = run(directory, directory / "bad", *words)
        assert done.returncode == 2 and done.stderr.count("\n") == 1, (words, done)
    done = run(directory / "nowhere", directory / "bad")
    assert done.returncode == 2 and "--build" in done.stderr, done


# ---- a real node

def need_xdp(build):
    """The node's profile of net_af_xdp names the program, and namespaces are where the veths are."""
    reason = lab.why_no_namespaces()
    if reason is None and not (build / "drivers_cfg/peregrine_xdp.o").exists():
        reason = "peregrine_xdp.o was not built: clang or libbpf-dev is missing"
    if reason is not None:
        needs.skip(reason)


def real_node(build, name):
    """A relay: a flat-out trial, one at a low rate with latency, one burst."""
    class Options:
        node_ports, node_elsewhere, seconds = None, False, 0.05
        yardsticks = ()
    options = Options()
    options.build, options.ports = build, name
    table = measure.Bench(options, lambda text: None)
    with table._trials(plan.NODE, "downstream", 64) as trials:  # pylint: disable=protected-access
        flat_out = trials.at(None)
        slow = trials.at(20000, latency=True)
        burst = trials.burst(64)
    assert flat_out["received"] > 0 and flat_out["asked_pps"] is None, flat_out
    assert flat_out["generator_pps"] >= flat_out["sent_pps"] * 0.9, flat_out
    assert slow["received"] > 0 and slow["latency_ns"]["p50"] > 0, slow
    assert slow["wrong"] == 0 and slow["checked"] > 0, slow
    assert burst[0] == 64, burst


def measurement(build, name):
    needs.need(MEMORY_MB)
    if name == "af_xdp":
        need_xdp(build)
    real_node(build, name)


def rehearsal():
    for test in (throughput_is_found, throughput_at_the_ends, throughput_with_loss_allowed,
                 throughput_with_noise, a_failed_repeat_counts, loss_and_bursts,
                 pushed_back_is_lost, the_generator_is_the_limit, quick_is_quick, time_left):
        test()
    for test in (whole_run, interrupted_and_resumed, a_subject_that_fails, elsewhere, bad_input):
        with tempfile.TemporaryDirectory(prefix="line-rate-") as path:
            test(Path(path))


if __name__ == "__main__":
    if len(sys.argv) == 1:
        rehearsal()
    else:
        measurement(Path(sys.argv[1]).resolve().parents[1], sys.argv[2])
