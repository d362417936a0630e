# SPDX-License-Identifier: BSD-3-Clause
"""Processes that are measured, and the generator beside them: what the scripts here share."""

import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BUILD = Path(__file__).resolve().parents[2] / "build-native"
START_SECONDS = 20
STOP_SECONDS = 5
ENDS = (signal.SIGINT, signal.SIGTERM)


class Broken(Exception):
    """A process did not do its part; the message says which and how."""


class Wrong(Broken):
    """Frames came out that are not what must come out."""


@contextlib.contextmanager
def whole():
    """What would end us waits for the end of the block."""
    came = []
    before = {number: signal.signal(number, lambda got, _: came.append(got)) for number in ENDS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in came:
            signal.raise_signal(number)


def started(stack, end, command, **how):
    """A process of its own session that the stack ends by end(process), however we end.

    Ctrl-C is for us: who is measured ends when we say so.
    """
    with whole():
        process = subprocess.Popen(  # pylint: disable=consider-using-with
            command, start_new_session=True, text=True, **how
        )
        stack.callback(end, process)
    return process


def kill(process):
    with process:
        process.kill()


def stop(process):
    process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    finally:
        kill(process)


@contextlib.contextmanager
def subject(command, ready):
    """A process that runs until it is told to stop; `ready` is what it says when it is up."""
    with contextlib.ExitStack() as stack:
        said = stack.enter_context(tempfile.TemporaryFile("w+"))
        process = started(stack, stop, command, stdin=subprocess.PIPE, stdout=said,
                          stderr=subprocess.STDOUT)  # fmt: skip
        wait_for(process, said, ready)
        yield process


def wait_for(process, said, ready):
    end = time.monotonic() + START_SECONDS
    while True:
        text = os.pread(said.fileno(), 1 << 20, 0).decode(errors="replace")
        if ready in text:
            return
        if process.poll() is not None or time.monotonic() > end:
            raise Broken(f"{process.args[0]} did not start: {text.strip()[-400:]}")
        time.sleep(0.02)


class Stepper:
    """A generator that measures when it is told to, and sleeps meanwhile."""

    def __init__(self, command):
        self.command = [*command, "--step", "--json"]
        self.process = None
        self.stack = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
            self.process = started(stack, self._end, self.command, **pipes)
            self.stack = stack.pop_all()
        return self

    def __exit__(self, failed, *_):
        if failed is not None:
            self.process.terminate()  # it may be in the middle of something long
        self.stack.close()

    @staticmethod
    def _end(process):
        try:
            process.communicate(timeout=STOP_SECONDS)
        finally:
            kill(process)

    def step(self, line):
        """A trial, "rate=RATE duration=S" say: what it printed."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Broken(self.process.stderr.read().strip()[-400:])
        found = json.loads(line)
        if found["wrong"]:
            raise Wrong(f"{found['wrong']} of {found['checked']} frames compared are wrong")
        return found


LOSS_MAX = 0.001  # what a rate without loss may lose: a VM's core is away now and then
SEARCH_STEPS = 9
NEAR_CEILING = 0.95  # a search that ends so close to the generator's end is not about the node


def search(stepper, seconds):
    """The highest rate without loss, by bisection: the trial that showed it, and the flat-out one.

    The first is None where every rate lost.
    """

    def trial(rate):
        return stepper.step(f"rate={rate} duration={seconds:g}")

    most, best = trial("max"), None
    low, high = 0, most["sent_pps"]
    for step in range(SEARCH_STEPS):
        rate = max(1, min(high, most["received_pps"]) if step == 0 else (low + high) / 2)
        found = trial(f"{rate:.0f}")
        if found["sent"] > 0 and found["lost"] <= LOSS_MAX * found["sent"]:
            low, best = rate, found
        else:
            high = rate
    return best, most


def process_seconds(pid):
    """CPU time that a process has had."""
    stat = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def others_seconds(*processes):
    """CPU time that all but these processes have had."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    busy = sum(fields[:3] + fields[5:8])  # not idle, not waiting; stolen is somebody's
    own = sum(process_seconds(process.pid) for process in processes)
    return busy / os.sysconf("SC_CLK_TCK") - own


def spread(values):
    """What the tables show of some runs."""
    return f"{statistics.median(values):.3f} ({min(values):.3f}-{max(values):.3f})"


def main(run):
    """What was started here ends here, however this does."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    try:
        run()
    except (Broken, OSError, subprocess.SubprocessError) as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error}")
