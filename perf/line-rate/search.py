# SPDX-License-Identifier: BSD-3-Clause
"""The tests of RFC 2544, section 26, as functions of trials: no ports, clocks or processes here.

A trial is a function: trial(rate) -> (offered, lost), in frames; a burst is one of their number.
"""

from collections import namedtuple

PRECISION = 0.005  # of the rate that is found
REACH = 4 * PRECISION  # how far from the last answer the next question is; it doubles
RATE_MIN = 0.01  # of the ceiling: below it nothing is looked for
TRIALS_MAX = 30
LOSS_STEP = 10  # per cent, as 26.3 has it
BURST_PRECISION = 1.05
BURST_MIN = 32

# rate is 0 where no rate passed; confirmed: it passed again, as often as was asked for.
Throughput = namedtuple("Throughput", "rate confirmed tried")
# frames is the mean of all searches; capped: one of them found no end.
Burst = namedtuple("Burst", "frames capped found")


class Bracket:
    """Rates that passed, one above them that did not, and the rate to try next."""

    def __init__(self, ceiling):
        self.ceiling = ceiling
        self.passed = [0.0]
        self.high = None
        self.hint = None
        self.rising = False
        self.reach = REACH

    @property
    def low(self):
        return self.passed[-1]

    def closed(self):
        if self.high is None:
            return self.low == self.ceiling
        narrow = self.high - self.low <= PRECISION * self.high
        return narrow or self.high <= RATE_MIN * self.ceiling

    def note(self, rate, good, forwarded):
        """What a trial at that rate gave; `forwarded` is the share that came through."""
        if good:
            self.passed = sorted({*self.passed, rate})
            self.rising = True
            return
        if self.high is None:
            self.hint = rate * forwarded
        if rate in self.passed:
            self.reach = REACH  # it passed before: begin close to it
        self.passed = [passed for passed in self.passed if passed < rate]
        self.high = rate
        self.rising = False

    def next(self):
        """Close to the last answer at first, then farther, never beyond the middle."""
        if self.high is None:
            return self.ceiling
        hint, self.hint = self.hint, None
        if hint:
            return min(hint, self.high * (1 - PRECISION))
        middle = (self.low + self.high) / 2
        reach, self.reach = self.reach, 2 * self.reach
        if self.rising:
            return min(middle, self.low * (1 + reach))
        return max(middle, self.high * (1 - reach))


def throughput(trial, ceiling, loss=0.0, repeats=1):
    """26.1: the highest rate at which no more than `loss` of the frames are lost, up to `ceiling`.

    A binary search; what it finds is tried `repeats` times more, and a rate that fails then is one
    that failed: the search goes on below it.
    """
    bracket, confirmed, tried = Bracket(ceiling), 0, []
    while len(tried) < TRIALS_MAX:
        closed = bracket.closed()
        if closed and (bracket.low == 0 or confirmed == repeats):
            break
        rate = bracket.low if closed else bracket.next()
        offered, lost = trial(rate)
        good = offered > 0 and lost <= loss * offered
        tried.append((rate, offered, lost))
        bracket.note(rate, good, 1 - lost / offered if offered else 0.0)
        confirmed = confirmed + 1 if closed and good else 0
    return Throughput(bracket.low, bracket.low > 0 and confirmed == repeats, tried)


def loss_curve(trial, top):
    """26.3: loss at 100 %, 90 %, ... of the top rate, until two trials in a row lose nothing."""
    rows, clean = [], 0
    for percent in range(100, 0, -LOSS_STEP):
        offered, lost = trial(top * percent / 100)
        rows.append((percent, offered, lost))
        clean = 0 if lost else clean + 1
        if clean == 2:
            break
    return rows


def longest_burst(burst, most):
    """The longest burst, up to `most` frames, that comes through whole; 0: not even a short one."""
    low, high, length = 0, most + 1, most
    while high > low + 1 and high > low * BURST_PRECISION:
        offered, lost = burst(length)
        if offered >= length and lost == 0:
            low = length
        else:
            high = length
        if low == 0 and high <= BURST_MIN:
            break
        # Lengths are of many magnitudes: the middle is that of their logarithms.
        length = min(max(int((max(low, BURST_MIN / 2) * high) ** 0.5), low + 1), high - 1)
    return low


def back_to_back(burst, most, repeats=1):
    """26.4: the mean of several searches for the longest burst without loss."""
    found = [longest_burst(burst, most) for _ in range(repeats)]
    return Burst(sum(found) / len(found), most in found, found)
