# SPDX-License-Identifier: BSD-3-Clause
"""Frames into a pcap file, through tshark with our dissector, and back as fields."""

import struct
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DISSECTOR = ROOT / "tools" / "peregrine.lua"
ETHERNET = 1  # link type
MICROSECONDS = 0xA1B2C3D4


def write_pcap(path, frames, snap=65535):
    """`frames` are (time in microseconds, bytes)."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", MICROSECONDS, 2, 4, 0, 0, snap, ETHERNET))
        for time, frame in frames:
            kept = frame[:snap]
            file.write(struct.pack("<IIII", *divmod(time, 1_000_000), len(kept), len(frame)) + kept)


def tshark(capture, *arguments):
    done = subprocess.run(
        ["tshark", "-X", f"lua_script:{DISSECTOR}", "-n", "-2", "-r", str(capture), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0 and "Lua" not in done.stderr, done.stderr
    return done.stdout


def fields(capture, names, *options):
    """For each frame, a dict of field name -> list of its values as text."""
    chosen = [word for name in names for word in ("-e", name)]
    shape = ["-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=|"]
    text = tshark(capture, *options, "-T", "fields", *shape, *chosen)
    rows = [line.split("\t") for line in text.split("\n")[:-1]]
    return [
        {name: cell.split("|") if cell else [] for name, cell in zip(names, row, strict=True)}
        for row in rows
    ]


def dissect(frames, names, *options, snap=65535):
    """The same of frames: bytes, one a second, or (microseconds, bytes)."""
    timed = [
        frame if isinstance(frame, tuple) else (index * 1_000_000, frame)
        for index, frame in enumerate(frames)
    ]
    with tempfile.TemporaryDirectory(prefix="pgn-shark-") as folder:
        path = Path(folder) / "frames.pcap"
        write_pcap(path, timed, snap)
        rows = fields(path, names, *options)
    assert len(rows) == len(timed), f"{len(rows)} rows of {len(timed)} frames"
    return rows
