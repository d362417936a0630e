# SPDX-License-Identifier: BSD-3-Clause
"""The plots of a report, by gnuplot, each as SVG and PNG. A point of the generator's is hollow."""

import shutil
import subprocess

import bench
import plan
from generator import limited
from tables import LINES_GBE, line_pps, loss_share, offered_pps

TERMINALS = {
    "svg": "svg size 760,460 dynamic font 'sans,13' background '#ffffff'",
    "png": "pngcairo size 1140,690 font 'sans,15' fontscale 1.1",
}
# Okabe and Ito's colours, told apart by all.
COLOURS = {
    plan.NODE: "#0072b2",
    "testpmd io": "#e69f00",
    "testpmd macswap": "#d55e00",
    plan.MACSWAP: "#009e73",
}
OTHERS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
COMMON = """set grid lc rgb '#cccccc' dt 1 lw 0.5
set key outside right top spacing 1.1
set border 3
set tics nomirror
"""
NONE = "NaN"


class Plot:
    """A gnuplot script that grows; data is inline."""

    def __init__(self, *settings):
        self.settings = [*settings]
        self.blocks = []
        self.parts = []

    def data(self, rows):
        name = f"$data{len(self.blocks)}"
        lines = [" ".join(str(value) for value in row) for row in rows]
        self.blocks.append("\n".join([f"{name} << EOD", *lines, "EOD"]))
        return name

    def line(self, rows, title, colour, dash=1, width=2):
        """A line without points, of (x, y)."""
        name = self.data(rows)
        style = f"lc rgb '{colour}' dt {dash} lw {width}"
        self.parts.append(f"{name} using 1:2 with lines {style} title '{title}'")

    def marked(self, rows, title, colour, dash=1):
        """A line with points, of (x, y, hollow)."""
        name = self.data((x, y, int(hollow)) for x, y, hollow in rows)
        style = f"lc rgb '{colour}'"
        self.parts += [
            f"{name} using 1:2 with lines {style} dt {dash} lw 2 title '{title}'",
            f"{name} using 1:($3==0?$2:NaN) with points {style} pt 7 notitle",
            f"{name} using 1:($3==1?$2:NaN) with points {style} pt 6 ps 1.3 lw 2 notitle",
        ]

    def script(self):
        plot = "plot " + ", \\\n\t".join(self.parts)
        return "\n".join([COMMON, *self.settings, *self.blocks, plot, ""])


def positive(value, unit):
    """For an axis of logarithms."""
    return value / unit if value and value > 0 else NONE


def throughput(tables, kind):
    plot = Plot(f"set title 'Throughput, {plan.PATHS[kind].title} (hollow: generator-limited)'",
                "set xlabel 'frame, bytes with FCS'", "set ylabel 'Mpps'",
                "set logscale x 2", "set logscale y",
                f"set xtics ({', '.join(str(size) for size in tables.sizes)})",
                f"set xrange [{tables.sizes[0] * 0.9}:{tables.sizes[-1] * 1.1}]")  # fmt: skip
    for gbe in LINES_GBE:
        rows = [(size, line_pps(gbe, size) / 1e6) for size in range(64, 1519, 8)]
        plot.line(rows, f"{gbe} GbE", "#999999", LINES_GBE.index(gbe) + 2, 1)
    ceiling = [(size, positive(tables.ceiling(kind, size), 1e6)) for size in tables.sizes]
    if any(pps != NONE for _, pps in ceiling):
        plot.line(ceiling, "generator", "#000000", 3)
    for figure, suffix, dash in ((tables.throughput, "", 1), (tables.flat_out, ", flat out", 2)):
        for subject in tables.subjects(kind):
            rows = []
            for size in tables.sizes:
                pps, hollow = figure(subject, kind, size) or (None, False)
                rows.append((size, positive(pps, 1e6), hollow))
            if any(row[1] != NONE for row in rows):
                plot.marked(rows, subject + suffix, COLOURS[subject], dash)
    return plot if tables.subjects(kind) else None


def latency(tables, kind):
    """The node's percentiles at the smallest size, and a yardstick's."""
    size = tables.sizes[0]
    plot = Plot(f"set title 'Latency, {plan.PATHS[kind].title}, {size} bytes'",
                "set xlabel 'load, % of its throughput'", "set ylabel 'µs'", "set logscale y",
                f"set xtics ({', '.join(str(load) for load in plan.LOADS)})",
                "set xrange [5:105]")  # fmt: skip
    wanted = ((plan.NODE, ("p50", "p99", "p99_9", "max"), 1),
              ("testpmd macswap", ("p50", "p99"), 2))  # fmt: skip
    for subject, names, dash in wanted:
        record = tables.record(subject, kind, size)
        for number, name in enumerate(names if record else ()):
            rows = [
                (row["load"], positive(row["trial"]["latency_ns"][name], 1e3), False)
                for row in record["latency"]
                if row["trial"]["latency_ns"]
            ]
            if rows:
                title = f"{subject} {name.replace('_', '.')}"
                plot.marked(rows, title, OTHERS[number], dash)
    return plot if plot.parts else None


def loss(tables, kind):
    plot = Plot(f"set title 'Frame loss, {plan.PATHS[kind].title} (hollow: generator-limited)'",
                "set xlabel 'offered, Mpps'", "set ylabel 'lost or pushed back, %'",
                "set xrange [0:]", "set yrange [0:]")  # fmt: skip
    for subject, dash in ((plan.NODE, 1), ("testpmd macswap", 2)):
        for number, size in enumerate(tables.sizes):
            record = tables.record(subject, kind, size)
            if record is None:
                continue
            rows = [
                (offered_pps(row["trial"]) / 1e6, 100 * loss_share(row["trial"]),
                 limited(row["trial"], record["ceiling_pps"]))
                for row in record["loss"]
            ]  # fmt: skip
            plot.marked(rows, f"{subject}, {size}", OTHERS[number % len(OTHERS)], dash)
    return plot if plot.parts else None


def cycles(tables):
    rows = tables.cycle_rows(clients=plan.CLIENTS, workers=1)
    if not rows:
        return None
    plot = Plot(f"set title 'Cycles a frame (group: a copy), {plan.CLIENTS} clients, no ports'",
                "set ylabel 'TSC cycles'", "set yrange [0:]", "set boxwidth 0.6",
                "set style fill solid 0.8", "unset key", "set xtics rotate by -20")  # fmt: skip
    name = plot.data((f'"{row["path"]}"', row["median"], row["min"], row["max"]) for row in rows)
    plot.parts = [
        f"{name} using 0:2:xtic(1) with boxes lc rgb '{OTHERS[0]}'",
        f"{name} using 0:2:3:4 with yerrorbars lc rgb '#000000' pt 0",
    ]
    return plot


def clients(tables):
    plot = Plot("set title 'Cycles a frame by clients, in random order, no ports'",
                "set xlabel 'clients'", "set ylabel 'TSC cycles'", "set logscale x",
                "set xtics ('1k' 1024, '64k' 65536, '1M' 1048576)", "set xrange [700:1500000]",
                "set yrange [0:]")  # fmt: skip
    for path, colour in zip(plan.CLIENT_PATHS, OTHERS):
        rows = tables.cycle_rows(path=path, workers=1)
        points = sorted((row["clients"], row["median"], False) for row in rows)
        if points:
            plot.marked(points, path, colour)
    return plot if plot.parts else None


def workers(tables):
    plot = Plot("set title 'Speed by workers, one worker is 1, no ports'", "set xlabel 'workers'",
                "set ylabel 'times as fast'", "set xtics 1", "set yrange [0:]")  # fmt: skip
    many = [row for row in tables.cycle_rows() if row["workers"] > 1]
    for number, path in enumerate(plan.WORKER_PATHS):
        for spread, dash in (("queue", 1), ("software", 2)):
            rows = [row for row in many if (row["path"], row["spread"]) == (path, spread)]
            if rows:
                points = sorted((row["workers"], row["ratio"], False) for row in rows)
                plot.marked([(1, 1, False), *points], f"{path}, {spread}", OTHERS[number], dash)
    if not plot.parts:
        return None
    most = max(row["workers"] for row in many)
    plot.line([(1, 1), (most, most)], "ideal", "#999999", 3, 1)
    return plot


def draw(directory, tables):
    """Make all there is data for; the names of the SVGs, None without gnuplot."""
    if shutil.which("gnuplot") is None:
        return None
    drawn = {}
    for kind in tables.kinds:
        drawn[f"throughput-{kind}"] = throughput(tables, kind)
        drawn[f"latency-{kind}"] = latency(tables, kind)
        drawn[f"loss-{kind}"] = loss(tables, kind)
    drawn |= {"cycles": cycles(tables), "clients": clients(tables), "workers": workers(tables)}
    names = [name for name, plot in drawn.items() if plot is not None]
    for name in names:
        for suffix, terminal in TERMINALS.items():
            gnuplot(directory / f"{name}.{suffix}", terminal, drawn[name].script())
    return [f"{name}.svg" for name in names]


def gnuplot(path, terminal, script):
    text = f"set encoding utf8\nset terminal {terminal}\nset output '{path.name}'\n{script}"
    done = subprocess.run(["gnuplot"], input=text, capture_output=True, text=True, check=False,
                          cwd=path.parent)  # fmt: skip
    if done.returncode != 0:
        raise bench.Broken(f"gnuplot, {path.name}: {done.stderr.strip()[-400:]}")
