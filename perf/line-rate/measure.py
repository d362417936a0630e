# SPDX-License-Identifier: BSD-3-Clause
"""One point of the plan: start its subject, make its trials, and what they found."""

import contextlib
import json
import subprocess

import bench
import elsewhere
import generator
import plan
import ports
import search
import subjects

BURST_SECONDS = 2  # 26.4: a burst that takes so long is long enough


class Bench:
    """The run's arguments and what points find out for later ones."""

    def __init__(self, options, said):
        self.options = options
        self.said = said  # what the progress line says
        self.ceilings = {}

    def know(self, record):
        """A point of this run or of an earlier one."""
        if record["test"] == "ceiling":
            lane = plan.PATHS[record["kind"]].lane
            self.ceilings[lane, record["size"]] = record["pps"]

    def measure(self, point):
        """The record of a point; None when its subject was not to be had."""
        kinds = {"ceiling": self._ceiling, "ports": self._ports, "cycles": self._cycles}
        found = kinds[point.test](point)
        if found is None:
            return None
        record = {"key": plan.key(point), **point._asdict(), **found}
        self.know(record)
        return record

    @contextlib.contextmanager
    def _trials(self, subject, kind, size):
        """Trials with a subject that runs; None when somebody does not want to start it."""
        options, path = self.options, plan.PATHS[kind]
        plain = subject != plan.NODE
        self.said("starts")
        with ports.opened(options.ports, options.node_ports, options.build / "app/peregrine") as at:
            with self._subject(subject, path, at) as process:
                if process is None:
                    yield None
                    return
                command = generator.command(options.build, path, plain, size, plan.CLIENTS,
                                            plan.NODES, at)  # fmt: skip
                with bench.Stepper(command) as stepper:
                    unclear = options.node_elsewhere or ports.in_kernel(options.ports)
                    watched = None if unclear else (process, stepper.process)
                    yield generator.Trials(stepper, options.seconds, watched, self.said)

    def _subject(self, subject, path, at):
        options = self.options
        if options.node_elsewhere:
            return elsewhere.asked(subject, path, options.ports)
        # A node has both ports always, one of them idle where frames go in and out by the other.
        used = at.near if path.lane == "through" else at.near[:1]
        if subject == plan.NODE:
            return subjects.node(options.build, at.directory, path.role, at.near, at.near_prefix,
                                 clients=plan.CLIENTS)  # fmt: skip
        if subject == plan.MACSWAP:
            return subjects.macswap(options.build, at.near[0], at.near_prefix)
        return subjects.testpmd(at.directory, plan.TESTPMD[subject], used, at.near_prefix)

    def _ceiling(self, point):
        """What the generator can do: its own cost of a frame, with the subject that costs least."""
        sink = plan.sink(point.kind, self.options.yardsticks)
        with self._trials(sink, point.kind, point.size) as trials:
            if trials is None:
                return None
            trials.at(None)  # warms up
            found = trials.at(None)
            return {"pps": found["generator_pps"], "against": sink, "trial": found}

    def _ports(self, point):
        options = self.options
        with self._trials(point.subject, point.kind, point.size) as trials:
            if trials is None:
                return None
            flat_out = trials.at(None)
            lane = plan.PATHS[point.kind].lane
            # Frames for a node may cost the generator more than those for the ceiling's subject.
            ceiling = flat_out["generator_pps"]
            ceiling = min(ceiling, self.ceilings.get((lane, point.size), ceiling))
            found = {"ceiling_pps": ceiling, "flat_out": flat_out}
            found["throughput"] = self._throughput(trials, flat_out, ceiling)
            rate = found["throughput"]["rate"]
            found["latency"] = []
            if rate:
                for load in plan.LOADS:
                    trial = trials.at(rate * load / 100, latency=True)
                    found["latency"].append({"load": load, "trial": trial})
            rows = search.loss_curve(trials.rate, ceiling)
            made = trials.made[-len(rows):]
            found["loss"] = [
                {"percent": percent, "offered": offered, "lost": lost, "trial": trial}
                for (percent, offered, lost), trial in zip(rows, made)
            ]
            most = int(ceiling * min(options.seconds, BURST_SECONDS))
            burst = search.back_to_back(trials.burst, most, options.trials)
            found["back_to_back"] = burst._asdict() | {"most": most}
            found |= {"trials": len(trials.made), "disturbed": trials.disturbed}
            return found

    def _throughput(self, trials, flat_out, ceiling):
        options, before = self.options, len(trials.made)
        found = search.throughput(trials.rate, flat_out["sent_pps"], options.loss, options.trials)
        result = {"rate": found.rate, "pps": 0.0, "confirmed": found.confirmed,
                  "tried": found.tried, "limited": False}  # fmt: skip
        if found.rate:
            made = list(zip((row[0] for row in found.tried), trials.made[before:]))
            last = [trial for rate, trial in made if rate == found.rate][-1]
            # The nearest rate that was too much: was it too much for the generator?
            above = [(rate, trial) for rate, trial in made if rate > found.rate]
            end = min(above, key=lambda row: row[0])[1] if above else last
            limited = generator.limited(last, ceiling) or generator.limited(end, ceiling)
            result |= {"trial": last, "pps": last["received_pps"], "limited": limited}
        return result

    def _cycles(self, point):
        """A short run of pgn-node, from arrays."""
        program = self.options.build / "perf/pgn-node"
        command = [program, "--path", point.kind, *point.words, "--json"]
        self.said("runs")
        with contextlib.ExitStack() as stack:
            process = bench.started(stack, bench.kill, command,
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE)  # fmt: skip
            said, why = process.communicate()
        if process.returncode != 0:
            raise bench.Broken(f"{plan.key(point)}: {why.strip()[-400:]}")
        return {"result": json.loads(said)}

