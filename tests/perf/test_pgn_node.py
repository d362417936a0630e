#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Runs pgn-node briefly on every path: the shape of what it says, its byte checks, no use of the heap."""
import json
import os
import shlex
import subprocess
import sys

sys.dont_write_bytecode = True

import needs  # noqa: E402  pylint: disable=wrong-import-position

WRAPPER = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))
PATHS = ("io", "macswap", "relay", "air-to-host", "host-to-air", "hairpin", "group")
BRIEF = ("--clients", "512", "--nodes", "8", "--frames", "2048", "--runs", "3", "--json")
KEYS = {"path", "port", "clients", "nodes", "size", "order", "seal", "workers", "mbufs", "cache", "machine",
        "runs", "frames", "unit", "median", "min", "max", "mpps", "allocs", "frees", "checked", "wrong",
        "drops"}
RING_KEYS = {"yardstick", "yardstick_median", "ratio", "ratio_min", "ratio_max", "generator_mpps",
             "waited", "burst", "generator_limited"}
BAD = (("--path", "nowhere"), ("--clients", "0"), ("--size", "9000"), ("--order", "up"),
       ("--workers", "17"), ("--spread", "wide"), ("--port", "tube"), ("--runs", "0"), ("--mbufs", "33"),
       ("--cache", "513"), ("--seal",), ("--what",), ())


def run(program, *words):
    return subprocess.run((*WRAPPER, program, *words), capture_output=True, text=True, timeout=120)


def check_path(program, *words, drops=None):
    done = run(program, *BRIEF, *words)
    assert done.returncode == 0, (words, done.stderr)
    result = json.loads(done.stdout)
    assert KEYS <= result.keys(), KEYS - result.keys()
    assert 0 < result["min"] <= result["median"] <= result["max"], result
    assert result["checked"] > 0 and result["wrong"] == 0 and result["drops"] == (drops or {}), result
    assert result["allocs"] == 0 and result["frees"] == 0, result
    return result


def array(program):
    for path in PATHS:
        for size in ("60", "1400"):
            for order in ("random", "sequential"):
                check_path(program, "--path", path, "--size", size, "--order", order)
    for path in PATHS[3:]:
        for size in ("60", "1400"):
            assert check_path(program, "--path", path, "--size", size, "--seal")["seal"], path
    for cache in ("0", "32", "256"):
        result = check_path(program, "--path", "rx-tx", "--cache", cache)
        assert result["port"] == "null" and result["ratio"] > 0, result
    for words in BAD:
        path = () if not words or words[0] == "--path" else ("--path", "io")
        done = run(program, *path, *words)
        assert done.returncode == 2 and done.stderr.count("\n") == 1, (words, done)


def workers(program):
    """Two at once: each with its own frames, and handed over by the first one."""
    for words in (("air-to-host", "--seal"), ("host-to-air", "--seal"), ("relay",), ("hairpin",)):
        for spread in ("queue", "software"):
            many = ("--workers", "2", "--spread", spread, "--nodes", "64", "--mbufs", "256")
            result = check_path(program, "--path", *words, *many)
            assert (result["workers"], result["spread"]) == (2, spread), result
            assert result["yardstick"] == "one worker" and result["ratio"] > 0, result


def ring(program):
    if len(os.sched_getaffinity(0)) < 2:
        needs.skip("it takes two cores")
    workers(program)
    for path in PATHS[:-1]:
        result = check_path(program, "--path", path, "--port", "ring")
        assert RING_KEYS <= result.keys(), RING_KEYS - result.keys()
        assert result["yardstick"] == "macswap" and result["yardstick_median"] > 0, result
        assert 0 < result["ratio_min"] <= result["ratio"] <= result["ratio_max"], result
        assert result["generator_mpps"] > 0, result


def wrong(program):
    """With the roles of wrong_roles.c: io spoils a byte, macswap counts a drop a burst."""
    ways = [(), ("--size", "1400")]
    two = len(os.sched_getaffinity(0)) >= 2
    if two:
        ways += [("--port", "ring"), ("--workers", "2")]
    for words in ways:
        done = run(program, *BRIEF, "--path", "io", *words)
        assert done.returncode == 1, (words, done)
        assert json.loads(done.stdout)["wrong"] > 0, (words, done.stdout)
        assert "output frames are wrong or missing" in done.stderr, (words, done.stderr)
    if not two:
        needs.skip("drops of two workers take two cores")
    # 4 passes of 4 runs, each once by one worker and once by both, with the same 16 bursts.
    check_path(program, "--path", "macswap", "--workers", "2", "--mbufs", "256",
               drops={"oversize": 4 * 4 * 2 * 16})


if __name__ == "__main__":
    {"array": array, "ring": ring, "wrong": wrong}[sys.argv[2]](sys.argv[1])
