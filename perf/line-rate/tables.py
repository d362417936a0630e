# SPDX-License-Identifier: BSD-3-Clause
"""What the points of a run say, looked up by path, subject and size: for reports and plots."""

import generator
import plan

LINES_GBE = (1, 10, 25, 100)
GAP_BYTES = 20  # preamble, start and gap of each frame on a wire


def line_pps(gbe, size):
    """Frames a second that fill an Ethernet link."""
    return gbe * 1e9 / (8 * (size + GAP_BYTES))


def gbits(pps, size):
    """What these frames would take of a link."""
    return pps * 8 * (size + GAP_BYTES) / 1e9


class Tables:
    """The records of a store, by what they are of."""

    def __init__(self, records, kinds, sizes):
        self.kinds, self.sizes = kinds, sorted(sizes)
        self.ceilings, self.ports, self.cycles = {}, {}, []
        for record in records.values():
            if record["test"] == "ceiling":
                lane = plan.PATHS[record["kind"]].lane
                self.ceilings[lane, record["size"]] = record
            elif record["test"] == "ports":
                # Yardsticks are one for all paths of a lane.
                where = record["kind"]
                if record["subject"] != plan.NODE:
                    where = plan.PATHS[where].lane
                self.ports[record["subject"], where, record["size"]] = record
            else:
                self.cycles.append(record)

    def record(self, subject, kind, size):
        where = kind if subject == plan.NODE else plan.PATHS[kind].lane
        return self.ports.get((subject, where, size))

    def ceiling(self, kind, size):
        """Frames a second, None where it was not measured."""
        found = self.ceilings.get((plan.PATHS[kind].lane, size))
        return found and found["pps"]

    def used_size(self, kind, size):
        """Of the frames that really went in: those that would not fit a wire were shorter."""
        record = self.record(plan.NODE, kind, size)
        return record["flat_out"]["size"] if record else size

    def subjects(self, kind):
        """Who was measured on a path, the node first."""
        names = (plan.NODE, *plan.YARDSTICKS[plan.PATHS[kind].lane])
        return [name for name in names if any(self.record(name, kind, s) for s in self.sizes)]

    def throughput(self, subject, kind, size):
        """(frames a second, limited by the generator), or None."""
        record = self.record(subject, kind, size)
        if record is None:
            return None
        return record["throughput"]["pps"], record["throughput"]["limited"]

    def flat_out(self, subject, kind, size):
        """The same of what came out when as many frames went in as go, whatever was lost."""
        record = self.record(subject, kind, size)
        if record is None:
            return None
        trial = record["flat_out"]
        return trial["received_pps"], generator.limited(trial, record["ceiling_pps"])

    def ratio(self, yardstick, kind, size, of=None):
        """The node's throughput (or another figure) in that of the yardstick, or None."""
        of = of or self.throughput
        ours = of(plan.NODE, kind, size)
        theirs = of(yardstick, kind, size)
        return ours[0] / theirs[0] if ours and theirs and theirs[0] else None

    def cycle_rows(self, **wanted):
        """Results of pgn-node whose fields are as wanted, by path and clients."""
        rows = [record["result"] for record in self.cycles]
        return [row for row in rows if all(row.get(name) == wanted[name] for name in wanted)]


def trials_of(record):
    """Each trial that a point keeps: (test, load in per cent or None, trial)."""
    found = [("flat out", None, record["flat_out"])]
    if "trial" in record["throughput"]:
        found.append(("throughput", 100, record["throughput"]["trial"]))
    found += [("latency", row["load"], row["trial"]) for row in record["latency"]]
    found += [("loss", row["percent"], row["trial"]) for row in record["loss"]]
    return found


def offered_pps(trial):
    return trial["asked_pps"] or trial["sent_pps"]


def loss_share(trial):
    offered, lost = generator.offered_and_lost(trial)
    return lost / offered if offered else 0.0
