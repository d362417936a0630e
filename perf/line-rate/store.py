# SPDX-License-Identifier: BSD-3-Clause
"""What a run has found, point by point, in DIR/points.jsonl: an interrupted run goes on there."""

import fcntl
import json
import os


class Differs(Exception):
    """The directory holds points of another run; the message says what differs."""


class Busy(Exception):
    """Another process writes to the directory."""


class Store:
    """The first line says which run it is, each further one is a point."""

    def __init__(self, directory, identity, about):
        """`identity` must be that of the run that began the file; `about` is kept as it was."""
        self.path = directory / "points.jsonl"
        self.records = {}
        self.about = about
        directory.mkdir(parents=True, exist_ok=True)
        self.file = open(self.path, "a", encoding="utf-8")  # pylint: disable=consider-using-with
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"{directory}: another run writes there") from None
        lines = self._lines()
        if lines:
            self._compare(lines[0]["identity"], identity)
            self.about = lines[0]["about"]
            self.records = {record["key"]: record for record in lines[1:]}
        if not lines:
            self._append({"identity": identity, "about": about})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def _lines(self):
        """What was written whole; the end of a line that was cut off goes."""
        whole = self.path.read_bytes()
        whole = whole[: whole.rfind(b"\n") + 1]
        os.truncate(self.path, len(whole))
        return [json.loads(line) for line in whole.splitlines()]

    def _compare(self, there, here):
        here = json.loads(json.dumps(here))  # as it would be read
        for name in sorted({*there, *here}):
            if there.get(name) != here.get(name):
                raise Differs(
                    f"{self.path} is of another run, {name} was {json.dumps(there.get(name))} and "
                    f"is {json.dumps(here.get(name))}: give another --out, or remove that file"
                )

    def _append(self, value):
        self.file.write(json.dumps(value) + "\n")
        self.file.flush()
        os.fsync(self.file.fileno())

    def add(self, record):
        self._append(record)
        self.records[record["key"]] = record
