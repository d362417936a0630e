# SPDX-License-Identifier: BSD-3-Clause
"""A build directory whose programs only say what the real ones do, and a generator that models one.

The model: a subject takes so many frames a second, what is more is lost; the generator has an end.
"""

import os
import sys
from pathlib import Path

GENERATOR = """#!{python} -IS
import json, sys, time
words = dict(zip(sys.argv[1::2], sys.argv[2::2]))
takes = {takes} if words["--role"] == "plain" else {node_takes}[words["--kind"]]
has = {has}
size = int(words["--size"])
for line in sys.stdin:
    asked = dict(word.split("=") for word in line.split())
    seconds = float(asked["duration"])
    time.sleep({pause})
    if "burst" in asked:
        sent, rate = int(asked["burst"]), None
        received = min(sent, {queue})
    else:
        rate = None if asked["rate"] == "max" else float(asked["rate"])
        sent = int(min(rate or has, has) * seconds)
        received = min(sent, int(takes * seconds))
    found = dict(role=words["--role"], kind=words["--kind"], size=size, inner=size, nodes=1,
        clients=1, order="random", sealed=False, asked_pps=rate, seconds=seconds, sent=sent,
        received=received, lost=sent - received, duplicated=0, reordered=0, wrong=0, checked=1,
        sent_pps=sent / seconds, received_pps=received / seconds, refused_share=0,
        pacing_error_frames=0, pacing_error_ns=0, generator_pps=has,
        generator_limited=bool(rate is None and takes >= has),
        latency_ns=dict(samples=9, p50=1000, p99=2000, p99_9=3000, max=4000)
        if "latency" in asked else None)
    print(json.dumps(found), flush=True)
"""
NODE = """#!/bin/sh
role=$(sed -n 's/.*role = \\([a-z]*\\).*/\\1/p' "$2")
echo "$role is up"
exec sleep 600
"""
PERF_NODE = """#!/bin/sh
workers=1 spread=queue clients=65536
while [ $# -gt 0 ]; do
	case $1 in
	--path) path=$2 ;;
	--port) echo serves; exec sleep 600 ;;
	--clients) clients=$2 ;;
	--workers) workers=$2 ;;
	--spread) spread=$2 ;;
	esac
	shift
done
echo '{"path": "'$path'", "clients": '$clients', "workers": '$workers', "spread": "'$spread'",' \\
	'"median": 10.5, "min": 10, "max": 11, "mpps": 200, "ratio": 1.9, "ratio_min": 1.8,' \\
	'"ratio_max": 2.0}'
"""
TESTPMD = """#!/bin/sh
echo Press enter to exit
exec sleep 600
"""
HAS = 20e6
TAKES = 10e6
NODE_TAKES = {"upstream": 8e6, "host": 30e6, "downstream": 9e6}  # host: the generator is the end
QUEUE = 5000


def make(directory, pause=0):
    """Write it; returns the environment that finds its testpmd."""
    directory = Path(directory)
    generator = GENERATOR.format(python=sys.executable, takes=TAKES, node_takes=NODE_TAKES, has=HAS,
                                 queue=QUEUE, pause=pause)  # fmt: skip
    programs = {"app/peregrine": NODE, "perf/pgn-node": PERF_NODE, "perf/pgn-gen": generator,
                "bin/dpdk-testpmd": TESTPMD}  # fmt: skip
    for name, text in programs.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
    return {**os.environ, "PATH": f"{directory / 'bin'}:{os.environ['PATH']}"}
