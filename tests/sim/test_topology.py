# SPDX-License-Identifier: BSD-3-Clause
"""A world from a file does what the file says; a wrong line is named, and nothing is run."""

import subprocess
import sys
import tempfile
from pathlib import Path

GOOD = """\
rsu R
obu A
obu B  # by A when R is out of reach
link R A 1000 300 0
link R B 1000 300 0
link A B 1000 300 0
periods 60
at 20.4 cut R B
at 20.4 measure
expect out_up_max most 3.02
expect out_up_count least 1
expect upstream_changes most 1
"""

WRONG = (
    ("obu A", '13: name: found "A", allowed one that is not taken'),
    ("link A Z 1 1 1", '13: node: found "Z", allowed one that a line above made'),
    ("link A B 1 1 1001", '13: loss in permille: found "1001", allowed 0 to 1000'),
    ("at 3 explode A", '13: event: found "explode", allowed cut, link, off, on, measure'),
    ("expect joy most 1", '13: metric: found "joy", allowed one that a run prints'),
    ("car C", '13: line: found "car", allowed rsu, obu, peer-rsu, peer-obu, link, at, expect, periods'),
)


def run(program, text):
    with tempfile.NamedTemporaryFile("w", suffix=".topology") as file:
        file.write(text)
        file.flush()
        command = [program, "--topology", file.name]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        return result, Path(file.name)


def main():
    program = sys.argv[1]
    result, _ = run(program, GOOD)
    assert result.returncode == 0, result.stdout + result.stderr
    again, _ = run(program, GOOD)
    same = [line.split(maxsplit=1)[-1] for line in again.stdout.splitlines()[1:]]
    assert same == [line.split(maxsplit=1)[-1] for line in result.stdout.splitlines()[1:]]
    result, _ = run(program, GOOD.replace("out_up_max most 3.02", "out_up_max most 0.5"))
    assert result.returncode == 1 and "MISS out_up_max" in result.stdout, result.stdout
    for line, error in WRONG:
        result, file = run(program, GOOD + line + "\n")
        assert result.returncode == 2 and result.stdout == "", (line, result.stdout)
        assert result.stderr == f"{file}:{error}\n", result.stderr
    result, file = run(program, "")
    assert result.returncode == 2, result.stderr


main()
