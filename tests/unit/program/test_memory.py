#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""--check prints what a node's buffers and tables sum up to; too little in eal.memory is refused."""

import os
import re
import shlex
import subprocess
import sys
import tempfile

WRAPPER = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))
NODE = """node {{ role = rsu }}
wire air0 {{ port = "net_ring0" }}
tap {{ port = "net_ring1" }}
eal {{ lcores = "0"
  memory = {memory} }}
"""
MEMORY_LINE = 5
MOST_MB = 1048576  # that eal.memory can be
CLASS = (r"buffers of (\d+) bytes: (\d+) = (\d+) Rx descriptors \+ (\d+) Tx descriptors"
         r" \+ (\d+) queued \+ (\d+) in hand \+ (\d+) cached")
SUM = r"memory: ([\d.]+) MB buffers \+ ([\d.]+) MB clients \+ ([\d.]+) MB other: (\d+) MB needed, (\d+) MB asked for"


def run(program, memory, *words):
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
        conf.write(NODE.format(memory=memory))
        conf.flush()
        command = [*WRAPPER, program, "-c", conf.name, *words]
        return conf.name, subprocess.run(command, capture_output=True, text=True, check=False)


def sums(program, memory):
    """MB needed and asked for, as --check says; its sums are right."""
    _, done = run(program, memory, "--check")
    assert done.returncode == 0 and done.stderr == "", done
    classes = re.findall(f"^{CLASS}$", done.stdout, re.M)
    assert [name for name, *_ in classes] == ["256", "512", "1500"], done.stdout
    for _, count, *parts in classes:
        assert int(count) == sum(map(int, parts)), done.stdout
    found = re.search(f"^{SUM}$", done.stdout, re.M)
    assert found, done.stdout
    buffers, clients, other = map(float, found.groups()[:3])
    needed, asked = map(int, found.groups()[3:])
    assert min(buffers, clients, other) > 0, done.stdout
    assert -1.2 <= needed - (buffers + clients + other) * 9 / 8 - 8 <= 2.2, done.stdout
    return needed, asked


def main(program):
    needed, asked = sums(program, 0)
    assert asked == needed, (needed, asked)
    assert sums(program, needed) == (needed, needed)
    assert sums(program, needed + 10) == (needed, needed + 10)
    for words in (("--check",), ("--dry-run",), ()):
        name, done = run(program, needed - 1, *words)
        assert done.returncode == 2 and done.stdout == "", (words, done)
        assert done.stderr == (
            f'{name}:{MEMORY_LINE}: eal.memory: found "{needed - 1}", allowed 0 (as much as needed)'
            f" or at least {needed} (MB): buffers and tables take so much; node.max_clients and"
            " pool.cache lower it\n"
        ), done.stderr
    if os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGESIZE") >> 20 >= MOST_MB:
        return
    name, done = run(program, MOST_MB, "--check")
    assert done.returncode == 2, done
    assert f'{name}:{MEMORY_LINE}: eal.memory: found "{MOST_MB}", allowed at most ' in done.stderr, done


if __name__ == "__main__":
    main(sys.argv[1])
