# SPDX-License-Identifier: BSD-3-Clause
"""How far a run is: one line, written anew on a terminal, else a line a point."""

import shutil
import sys
import time


def duration(seconds):
    minutes, seconds = divmod(int(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"


class Progress:
    """Knows the points' estimates, and learns from how long points took."""

    def __init__(self, estimates, done=(), stream=sys.stderr):
        self.estimates = dict(estimates)
        self.left = [key for key in self.estimates if key not in done]
        self.stream = stream
        self.live = stream.isatty()
        self.spent = self.expected = 0.0
        self.started = self.current = None

    def left_seconds(self):
        pace = self.spent / self.expected if self.expected else 1.0
        seconds = sum(self.estimates[key] for key in self.left) * pace
        if self.current is not None:
            seconds -= min(time.monotonic() - self.started, self.estimates[self.current] * pace)
        return max(seconds, 0.0)

    def begin(self, key):
        self.current, self.started = key, time.monotonic()
        if self.live:
            self.say("")
        else:
            print(self.line(""), file=self.stream, flush=True)

    def line(self, text):
        number = len(self.estimates) - len(self.left) + 1
        return (
            f"{number} of {len(self.estimates)}, {duration(self.left_seconds())} left: "
            f"{self.current}{', ' + text if text else ''}"
        )

    def say(self, text):
        """What goes on within a point."""
        if self.live:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{self.line(text)[:width]}\x1b[K", end="", file=self.stream, flush=True)

    def end(self):
        """The point is done."""
        self.spent += time.monotonic() - self.started
        self.expected += self.estimates[self.current]
        self.left.remove(self.current)
        self.current = None

    def close(self):
        if self.live:
            print("\r\x1b[K", end="", file=self.stream, flush=True)
