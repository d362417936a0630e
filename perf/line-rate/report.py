# SPDX-License-Identifier: BSD-3-Clause
"""What a run leaves: points.csv, results.json, results.md, and plots where there is gnuplot."""

import csv
import json
import sys

import generator
import markdown
import plan
import plots
from tables import Tables, loss_share, offered_pps, trials_of

COLUMNS = (
    "path", "subject", "size", "test", "load_percent", "offered_pps", "sent", "received", "lost",
    "loss_share", "received_pps", "p50_ns", "p99_ns", "p99_9_ns", "max_ns", "burst_frames",
    "generator_limited",
)  # fmt: skip
SCHEMA = 1


def csv_rows(tables):
    """A row a trial that is kept, one for the bursts, one for a ceiling."""
    for (lane, size), record in sorted(tables.ceilings.items()):
        yield {"path": lane, "subject": "generator", "size": size, "test": "ceiling",
               "received_pps": f"{record['pps']:.0f}"}  # fmt: skip
    for record in tables.ports.values():
        path = plan.PATHS[record["kind"]]
        where = {
            "path": path.kind if record["subject"] == plan.NODE else path.lane,
            "subject": record["subject"],
            "size": record["size"],
        }
        for test, load, trial in trials_of(record):
            yield where | trial_row(test, load, trial, record["ceiling_pps"])
        burst = record["back_to_back"]
        yield where | {"test": "back-to-back", "burst_frames": f"{burst['frames']:.0f}"}


def trial_row(test, load, trial, ceiling):
    latency = trial["latency_ns"] or {}
    return {
        "test": test,
        "load_percent": load,
        "offered_pps": f"{offered_pps(trial):.0f}",
        "sent": trial["sent"],
        "received": trial["received"],
        "lost": trial["lost"],
        "loss_share": f"{loss_share(trial):.3g}",
        "received_pps": f"{trial['received_pps']:.0f}",
        **{f"{name}_ns": latency.get(name) for name in ("p50", "p99", "p99_9", "max")},
        "generator_limited": "yes" if generator.limited(trial, ceiling) else "no",
    }


def as_json(about, records):
    """A point a line."""
    lines = ",\n".join(json.dumps(record) for record in records)
    return json.dumps(about)[:-1] + f', "points": [\n{lines}\n]}}\n'


def write(directory, options, kept, points):
    """All of it, from the points there are; plots first, for the text to show them."""
    tables = Tables(kept.records, options.kinds, options.sizes)
    with open(directory / "points.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(csv_rows(tables))
    asked = {
        "ports": options.ports, "node_ports": options.node_ports,
        "node_elsewhere": options.node_elsewhere, "sizes": options.sizes, "kinds": options.kinds,
        "loss": options.loss, "trials": options.trials, "seconds": options.seconds,
        "quick": options.quick, "clients": plan.CLIENTS, "nodes": plan.NODES,
    }  # fmt: skip
    about = {"schema": SCHEMA, "arguments": asked, "machine": kept.about}
    (directory / "results.json").write_text(as_json(about, kept.records.values()))
    drawn = plots.draw(directory, tables)
    if drawn is None:
        print("no gnuplot here (package gnuplot-nox): the report is without plots", file=sys.stderr)
    missing = [plan.key(point) for point in points if plan.key(point) not in kept.records]
    text = markdown.write(tables, asked, kept.about, drawn or [], missing)
    (directory / "results.md").write_text(text)
