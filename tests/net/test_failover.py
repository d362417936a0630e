# SPDX-License-Identifier: BSD-3-Clause
"""Links and nodes fail and come back under a running ping and a running TCP connection."""

import contextlib
import signal
import time

from links import CARRIER, SILENCE
from running import Pings, Stream, UpstreamWatch
from topology import RSU_IP, Crossing
from traffic import wait_for_ping, wait_until

PERIOD = 0.3  # between heartbeats
BOUND = 3.5 * PERIOD  # of an outage
AT_ONCE = 2 * PERIOD  # missed heartbeats tell no sooner
SETTLE = 5 * PERIOD  # in which nodes choose again after a failure or a return
QUIET = 4 * PERIOD  # in which nothing changes any more
PING_INTERVAL = 0.01  # an outage is measured to so much more or less


class Trial:
    """Traffic over a crossing, in which one thing after another fails and comes back."""

    def __init__(self, crossing, log):
        self.crossing = crossing
        client = crossing.places["obu"]
        self.watch = UpstreamWatch()
        for sender, receivers in crossing.WAYS.items():
            for receiver in receivers:
                self.watch.add(sender, receiver, crossing.places[receiver], sender)
        self.watch.start()
        self.stream = Stream(crossing.lan, RSU_IP, client)
        self.pings = Pings(client, RSU_IP, PING_INTERVAL, log)
        time.sleep(QUIET)

    def fails(self, what, leaves, fail, restore, bound_of_leaving=BOUND):
        """One of the nodes `leaves` must choose another next hop."""
        since = time.time()
        fail()
        outage, changes = self._settle(what, since)
        left = [(when - since, sender) for when, sender, _, _ in changes if sender in leaves]
        assert left, f"{what}: {leaves} did not leave a next hop: {changes}"
        seconds, sender = left[0]
        print(
            f"    {what}: outage {1000 * outage:.0f} ms (bound {1000 * BOUND:.0f} ms),"
            f" {sender} left its next hop after {1000 * seconds:.0f} ms"
            f" (bound {1000 * bound_of_leaving:.0f} ms)",
            flush=True,
        )
        assert outage <= BOUND + PING_INTERVAL, f"{what}: an outage of {outage:.3f} s"
        assert seconds <= bound_of_leaving, f"{what}: {sender} left after {seconds:.3f} s"

        since = time.time()
        restore()
        outage, _ = self._settle(f"{what}, over", since)
        assert outage <= BOUND + PING_INTERVAL, f"{what}, over: an outage of {outage:.3f} s"

    def _settle(self, what, since):
        """Returns the outage, and who changed its next hop: each once at most, and none later."""
        time.sleep(SETTLE + QUIET)
        settled, now = time.time() - QUIET, time.time()
        changes = self.watch.changes(since, now)
        senders = [sender for when, sender, _, _ in changes if when < settled]
        assert len(set(senders)) == len(changes), f"{what}: flaps at {since:.3f}: {changes}"
        echoed = self.stream.echoed
        wait_until(lambda: self.stream.echoed > echoed, 5, f"TCP going on ({what})")
        self.stream.check()
        return self.pings.outage(since, now), changes

    def link_fails(self, kind, number):
        """That from the OBU to the relay in use (0), or from there to the RSU in use (1)."""
        *leaves, receiver = self.way()[: number + 2]
        sender = leaves[-1]
        link = self.crossing.links[sender, receiver]
        self.fails(
            f"{kind}, {sender} - {receiver}",
            leaves,
            lambda: link.fail(kind),
            lambda: link.restore(kind),
            AT_ONCE if kind == CARRIER else BOUND,
        )

    def node_dies(self, number):
        """The relay in use (1) or the RSU in use (2), as by a power cut, and starts again."""
        *leaves, name = self.way()[: number + 1]

        def restart():
            self.crossing.nodes[name].start()
            self.crossing.plug_in(name)

        self.fails(f"{name} dies", leaves, self.crossing.nodes[name].kill, restart)

    def node_hangs(self, number):
        *leaves, name = self.way()[: number + 1]
        process = self.crossing.nodes[name].process
        self.fails(
            f"{name} hangs",
            leaves,
            lambda: process.send_signal(signal.SIGSTOP),
            lambda: process.send_signal(signal.SIGCONT),
        )

    def way(self):
        relay = self.watch.current("obu")
        return "obu", relay, self.watch.current(relay)

    def end(self):
        self.stream.stop()
        assert self.pings.duplicates() == 0, f"{self.pings.duplicates()} pings came back twice"

    def close(self):
        self.pings.stop()
        self.watch.stop()
        self.stream.close()


def test_failover(lab):
    crossing = Crossing(lab, {"hello_periodicity": int(1000 * PERIOD)})
    wait_for_ping(crossing.places["obu"], RSU_IP)
    with contextlib.closing(Trial(crossing, lab.directory / "pings")) as trial:
        for kind in (CARRIER, SILENCE):
            for number in (0, 1):
                trial.link_fails(kind, number)
        trial.node_dies(1)
        trial.node_dies(2)
        trial.node_hangs(2)
        trial.end()
