# SPDX-License-Identifier: BSD-3-Clause
"""Subjects that somebody starts by hand, on the machine that our ports are cabled to."""

import contextlib
import sys
import textwrap

import plan
import subjects

asked_for = {}  # what was last asked for, and whether it runs

WIRE, TAP = "ITS_WIRE_PCI", "ITS_TAP_PCI"


def how(subject, path, ports):
    """What to start there."""
    wire, tap = ports.split(",")
    lines = [
        f"{WIRE} is that machine's port cabled to {wire} here, {TAP} the one cabled to {tap}."
    ]
    used = [WIRE, TAP] if path.lane == "through" else [WIRE]
    if subject == plan.NODE:
        text = subjects.node_file(path.role, WIRE, TAP, plan.CLIENTS)
        lines += ["node.conf:", text.rstrip(), "peregrine -c node.conf"]
    else:
        command = subjects.testpmd_command(plan.TESTPMD[subject], used, "testpmd")
        lines.append(" ".join(str(word) for word in command))
    return textwrap.indent("\n".join(lines), "    ")


@contextlib.contextmanager
def asked(subject, path, ports):
    """True when it runs, None when it is to be left out. The same setup is asked for once."""
    wanted = plan.setup(subject, path.kind)
    if wanted not in asked_for:
        asked_for.clear()
        text = how(subject, path, ports)
        asked_for[wanted] = answer(subject, text)
    yield True if asked_for[wanted] else None


def answer(subject, text):
    print(f"\nstop what runs there, and start {subject}:\n{text}", file=sys.stderr)
    print("Enter when it is up, s to leave it out: ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    return line != "" and line.strip() != "s"
