# SPDX-License-Identifier: BSD-3-Clause
"""pgn-gen as a maker of trials: a rate and a time in, what was offered and lost out."""

import time

import bench

# A port that pushes back lets the generator offer less than it should: what is missing by more
# than this counts as lost.
SHORT = 0.005
PUSHED_BACK = 0.05  # the share of refused bursts from which on it is the port that is full
TRIES = 2  # a trial that loses while others use the cores says nothing
OTHERS_SECONDS, OTHERS_SHARE = 0.03, 0.01


def command(build, path, plain, size, clients, nodes, ends):
    """The generator's command line around one subject."""
    far = dict(zip(("wire", "tap"), ends.far))
    # fmt: off
    return [*ends.far_prefix, build / "perf/pgn-gen", "--tx", far[path.enters],
            "--rx", far[path.leaves], "--role", "plain" if plain else path.role,
            "--kind", path.kind, "--size", str(size), "--clients", str(clients),
            "--nodes", str(nodes)]
    # fmt: on


def offered_and_lost(found):
    """(offered, lost) of a trial; what a port pushed back was offered and is lost."""
    offered, lost = found["sent"], max(found["lost"], 0)
    if found["asked_pps"]:
        asked = int(found["asked_pps"] * found["seconds"])
        if found["sent"] < asked * (1 - SHORT):
            offered, lost = asked, lost + asked - found["sent"]
    return offered, lost


def limited(trial, ceiling):
    """Whether it is the generator that a trial shows: not when a full port held it up, or when
    what it had to give was too much already."""
    enough = trial["refused_share"] >= PUSHED_BACK or trial["lost"] > SHORT * trial["sent"]
    missed = trial["generator_limited"] and not enough
    return bool(missed or trial["received_pps"] > bench.NEAR_CEILING * ceiling)


class Trials:
    """Trials with one subject. Each that was made is in `made`, as the generator reported it."""

    def __init__(self, stepper, seconds, watched=None, said=None):
        self.stepper = stepper
        self.seconds = seconds
        self.watched = watched  # the processes whose time is not others'
        self.said = said or (lambda text: None)
        self.made = []
        self.disturbed = 0

    def _others(self):
        return bench.others_seconds(*self.watched) if self.watched else 0.0

    def _make(self, line):
        for attempt in range(TRIES):
            before, start = self._others(), time.monotonic()
            found = self.stepper.step(line)
            spent, took = self._others() - before, time.monotonic() - start
            if offered_and_lost(found)[1] == 0 or spent < max(OTHERS_SECONDS, OTHERS_SHARE * took):
                break
            self.disturbed += attempt == TRIES - 1
        self.made.append(found)
        return found

    def at(self, rate, latency=False):
        """A trial at a rate, None: as fast as it goes; what the generator reported."""
        word = "max" if rate is None else f"{max(rate, 1):.0f}"
        self.said(f"{'flat out' if rate is None else f'{rate / 1e6:.3f} Mpps'}")
        return self._make(
            f"rate={word} duration={self.seconds:g}{' latency=1' if latency else ''}"
        )

    def rate(self, rate):
        """For search: (offered, lost)."""
        return offered_and_lost(self.at(rate))

    def burst(self, frames):
        """Back to back, once: (offered, lost)."""
        self.said(f"{frames} back to back")
        return offered_and_lost(
            self._make(f"rate=max duration={self.seconds:g} burst={frames}")
        )
