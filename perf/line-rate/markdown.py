# SPDX-License-Identifier: BSD-3-Clause
"""The report for people: Markdown, with the plots that were drawn."""

import plan
from tables import gbits

STAR = "\\*"
FINAL_SECONDS = 60  # what section 24 wants of the trials that decide


def table(head, rows):
    rule = ["---"] * len(head)
    return ["| " + " | ".join(str(cell) for cell in row) + " |" for row in (head, rule, *rows)]


def mpps(found):
    """A throughput with its mark."""
    if found is None:
        return "–"
    pps, limited = found
    return f"{pps / 1e6:.3f}{STAR if limited else ''}" if pps else "none"


def ratio(value):
    return "–" if value is None else f"{value:.2f}x"


def best(tables):
    """Two figures: the most frames, and the most bits, each beside testpmd's."""
    found = [
        (tables.throughput(plan.NODE, kind, size), kind, size, tables.used_size(kind, size))
        for kind in tables.kinds
        for size in tables.sizes
        if tables.throughput(plan.NODE, kind, size)
    ]
    lines = []
    for what, rank in (("frames", lambda row: row[0][0]), ("bits", bits)):
        row = max(found, key=rank, default=None)
        if row is None or not row[0][0]:
            continue
        _, kind, size, _ = row
        flat_out = tables.flat_out(plan.NODE, kind, size)
        lines.append(
            f"- most {what}: **{mpps(row[0])} Mpps, {bits(row):.2f} Gbit/s** on a wire, "
            f"{plan.PATHS[kind].title}, {size} bytes{beside(tables, kind, size, None)}; flat out "
            f"{mpps(flat_out)} Mpps{beside(tables, kind, size, tables.flat_out)}"
        )
    return lines


def beside(tables, kind, size, figure):
    ratios = [
        f"{ratio(tables.ratio(name, kind, size, figure))} of {name}"
        for name in tables.subjects(kind)
        if name != plan.NODE and tables.ratio(name, kind, size, figure)
    ]
    return f" ({', '.join(ratios)})" if ratios else ""


def bits(row):
    return gbits(row[0][0], row[3])


def conformance(asked):
    """What a run did otherwise than the RFC has it, in plain words."""
    seconds = asked["seconds"]
    if seconds < plan.CONFORMANT_SECONDS:
        text = (f"{'`--quick`: ' if asked['quick'] else ''}trials are {seconds:g} s long. That is "
                "too short, so these figures are **not RFC 2544 conformant**")  # fmt: skip
    elif seconds < FINAL_SECONDS:
        text = (f"trials are {seconds:g} s long, the deciding ones too: section 24 would like "
                f"{FINAL_SECONDS} s there (`--seconds {FINAL_SECONDS}`)")  # fmt: skip
    else:
        text = f"trials are {seconds:g} s long, as section 24 has it"
    return text


def method(asked):
    loss = f"at most {asked['loss']:g} of the frames" if asked["loss"] else "no frame"
    once = asked["trials"] == 1
    times, searches = ("once", "one search") if once else (
        f"{asked['trials']} times", f"the mean of {asked['trials']} searches")  # fmt: skip
    return [
        f"- Duration, section 24: {conformance(asked)}.",
        f"- Throughput, 26.1: binary search to 0.5 %, {loss} lost; the result was tried {times} "
        "more and held, or is called unconfirmed. Where a port pushes back (vhost, memif), frames "
        "that it did not take in time count as lost.",
        "- Sizes are those of frames as they go in, with FCS; one that would be too long for a "
        "1,500-byte wire when it comes out with its header is shorter, and the table says so.",
        "- Latency, 26.2: percentiles of the frames that carry a time in one trial for each load; "
        "the RFC has one frame a trial of 120 s, and the mean of 20.",
        "- Frame loss, 26.3: from the generator's ceiling down in steps of a tenth, until two "
        "trials in a row lose nothing.",
        f"- Back-to-back, 26.4: {searches}, where the RFC has the mean of 50.",
        f"- {STAR} generator-limited: the generator had no more to give, or the figure is over "
        "95 % of its ceiling. Hollow in the plots.",
        "- A trial that lost frames while other processes or the hypervisor had the cores was made "
        "again, once.",
    ]


def throughputs(tables, kind, figure):
    """A table of throughputs, or of what came out flat out, with ratios."""
    yardsticks = [name for name in tables.subjects(kind) if name != plan.NODE]
    head = ["bytes", "node, Mpps", "Gbit/s", *(f"{name}, Mpps" for name in yardsticks),
            *(f"node / {name}" for name in yardsticks), "generator, Mpps"]  # fmt: skip
    rows = []
    for size in tables.sizes:
        ours = figure(plan.NODE, kind, size)
        ceiling, used = tables.ceiling(kind, size), tables.used_size(kind, size)
        rows.append([
            size if used == size else f"{size} (node: {used})", mpps(ours),
            f"{gbits(ours[0], used):.2f}" if ours else "–",
            *(mpps(figure(name, kind, size)) for name in yardsticks),
            *(ratio(tables.ratio(name, kind, size, figure)) for name in yardsticks),
            f"{ceiling / 1e6:.3f}" if ceiling else "–",
        ])  # fmt: skip
    return table(head, rows)


def unconfirmed(tables):
    names = [
        f"{subject} {kind} {size}"
        for (subject, kind, size), record in tables.ports.items()
        if record["throughput"]["rate"] and not record["throughput"]["confirmed"]
    ]
    return [f"Unconfirmed, they did not hold when repeated: {', '.join(names)}.", ""] * bool(names)


def disturbed(tables):
    count = sum(record["disturbed"] for record in tables.ports.values())
    trials = sum(record["trials"] for record in tables.ports.values())
    return [f"{count} of {trials} trials lost frames while others had the cores, "
            "and did so again.", ""]  # fmt: skip


def latencies(tables, kind):
    head = ["bytes", "subject", *(f"{load} %" for load in plan.LOADS)]
    rows = []
    for size in tables.sizes:
        for subject in tables.subjects(kind):
            record = tables.record(subject, kind, size)
            if record is None:
                continue
            cells = {row["load"]: percentiles(row["trial"]["latency_ns"])
                     for row in record["latency"]}  # fmt: skip
            rows.append([size, subject, *(cells.get(load, "–") for load in plan.LOADS)])
    return table(head, rows)


def percentiles(found):
    if found is None:
        return "–"
    return " / ".join(f"{found[name] / 1e3:.1f}" for name in ("p50", "p99", "p99_9", "max"))


def bursts(tables, kind):
    head = ["bytes", *(f"{name}, frames" for name in tables.subjects(kind))]
    rows = []
    for size in tables.sizes:
        cells = []
        for subject in tables.subjects(kind):
            record = tables.record(subject, kind, size)
            burst = record and record["back_to_back"]
            at_least = "≥ " if burst and burst["capped"] else ""
            cells.append(f"{at_least}{burst['frames']:,.0f}" if burst else "–")
        rows.append([size, *cells])
    return table(head, rows)


def paths(tables, plots):
    lines = []
    for kind in tables.kinds:
        path = plan.PATHS[kind]
        lines += [f"## {path.title} (`{kind}`)", ""]
        lines += [f"Frames go in by the {path.enters} and come out by the {path.leaves} of an "
                  f"{path.role.upper()}; {plan.CLIENTS:,} clients in random order, {plan.NODES} "
                  "OBUs.", ""]  # fmt: skip
        lines += ["Throughput:", "", *throughputs(tables, kind, tables.throughput), ""]
        lines += ["Flat out, what came out when as many frames went in as go, in one trial:", ""]
        lines += [*throughputs(tables, kind, tables.flat_out), ""]
        lines += shown(plots, f"throughput-{kind}", f"latency-{kind}", f"loss-{kind}")
        lines += ["Latency by load, in % of the subject's own throughput: p50 / p99 / p99.9 / max "
                  "in µs:", "", *latencies(tables, kind), ""]
        lines += ["Longest burst, back to back, without loss:", "", *bursts(tables, kind), ""]
    return lines


def shown(plots, *names):
    lines = [f"![{name}]({name}.svg)" for name in names if f"{name}.svg" in plots]
    return [*lines, ""] if lines else []


def cycles(tables, cpus, plots):
    if not tables.cycles:
        return []
    lines = ["## Without ports", "",
             "Runs of `pgn-node`: frames from arrays of 64 bytes, middle of nine runs, TSC "
             "cycles.", ""]  # fmt: skip
    rows = [
        [row["path"], f"{row['clients']:,}", f"{row['median']:.1f}",
         f"{row['min']:.1f}–{row['max']:.1f}", f"{row['mpps']:.1f}"]
        for row in tables.cycle_rows(workers=1)
    ]  # fmt: skip
    lines += [*table(["path", "clients", "cycles", "min–max", "Mpps"], rows), ""]
    lines += shown(plots, "cycles", "clients")
    many = [row for row in tables.cycle_rows() if row["workers"] > 1]
    rows = [
        [row["path"], row["workers"], row["spread"], ratio(row["ratio"]),
         f"{row['ratio_min']:.2f}–{row['ratio_max']:.2f}"]
        for row in many
    ]  # fmt: skip
    if rows:
        head = ["path", "workers", "spread", "of one worker", "min–max"]
        lines += [*table(head, rows), "", *shown(plots, "workers")]
    lines += [f"Several workers were not measured on ports: with {cpus} CPUs the generator has one "
              "and the node's worker the other." if cpus < 3 else
              "Several workers are measured here only: on ports the node has one.", ""]  # fmt: skip
    return lines


def machine(about):
    yes = {True: "yes", False: "no", None: "–"}
    changed = ", with changes" if about["changed"] else ""
    rows = [
        ["CPU", f"{about['cpu']}, {about['cpus']} CPUs, a VM: {yes[about['hypervisor']]}"],
        ["kernel", about["kernel"]],
        ["DPDK", about["dpdk"]],
        ["Peregrine", f"{about['peregrine']}, commit {about['commit']}{changed}"],
        ["compiler", f"{about['compiler']}, {about['buildtype']}, machine {about['machine']}"],
        ["begun", about["started"]],
    ]
    lines = ["## Machine", "", *table(["what", "here"], rows), ""]
    lines += ["`tools/doctor` before the run:", ""]
    checks = about["doctor"]["checks"]
    lines += table(["check", "verdict", "found"],
                   [[c["name"], c["status"], c["found"]] for c in checks])  # fmt: skip
    if "error" in about["doctor"]:
        lines += ["", about["doctor"]["error"]]
    return [*lines, ""]


def write(tables, asked, about, plots, missing):
    ends = asked["ports"]
    lines = [f"# Line rate over {ends}", "",
             f"RFC 2544 by `perf/line-rate/run{' --quick' if asked['quick'] else ''}`, "
             "[all trials](points.csv), [all there is](results.json).", ""]  # fmt: skip
    lines += [*best(tables), ""]
    if missing:
        lines += [f"**Not whole**: {len(missing)} points are missing, {', '.join(missing)}.", ""]
    lines += ["## How", "", *method(asked), "", *unconfirmed(tables), *disturbed(tables)]
    if not set(plan.TESTPMD) & {name for name, _, _ in tables.ports}:
        lines += ["testpmd is not in the comparison: there was none.", ""]
    lines += [*paths(tables, plots), *cycles(tables, about["cpus"], plots), *machine(about)]
    return "\n".join(lines).rstrip() + "\n"

