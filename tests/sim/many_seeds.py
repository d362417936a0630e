# SPDX-License-Identifier: BSD-3-Clause
"""Runs cases of pgn-sim with many seeds and sums up what came out.

    many_seeds.py PGN_SIM CASE[,CASE...] --seeds N [--periods N] [--jobs N]

A line a case: how many seeds held, and the middle and the worst of each number that has a bound.
A case that is named `all` stands for every case but city, city-ways and town, which take minutes. Exit code 1 when
an outcome did not hold. stdout is the same every time; what runs cost goes to stderr.
"""

import argparse
import concurrent.futures
import json
import re
import statistics
import subprocess
import sys

LARGE = ("city", "city-ways", "town")


def run_once(program, case, seed, periods):
    command = [program, "--case", case, "--seed", str(seed), "--json"]
    if periods:
        command += ["--periods", str(periods)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: exit {result.returncode}: {result.stderr.strip()}")
    return json.loads(result.stdout) | {"cost": cost_of(result.stderr)}


def cost_of(text):
    """What pgn-sim says of itself: ns in all, receptions, peak memory in kB, and the early one."""
    found = re.search(
        r"(\d+) ns a reception \((\d+)\), peak memory (\d+) kB, (\d+) kB after", text
    )
    ns, receptions, peak, early = map(int, found.groups())
    return ns * receptions, receptions, peak, early


def cost_line(case, results):
    ns, receptions, peak, early = zip(*(result["cost"] for result in results))
    return (
        f"{case}: {sum(ns) / sum(receptions):.0f} ns a reception, {statistics.mean(receptions):.0f}"
        f" receptions and {statistics.mean(ns) / 1e9:.1f} s a run, peak memory {max(peak)} kB,"
        f" after 100 periods {max(early)} kB"
    )


def worst(relation, values):
    return max(values) if relation == "at most" else min(values)


def summary(case, results):
    """The case's line, and a line for each seed whose outcome did not hold."""
    held = sum(result["holds"] for result in results)
    words = []
    for expected in zip(*(result["expected"] for result in results)):
        values = [each["value"] for each in expected]
        relation, bound = expected[0]["relation"], expected[0]["bound"]
        words.append(
            f"{expected[0]['metric']} {statistics.median(values):g},"
            f" worst {worst(relation, values):g} ({relation} {bound:g})"
        )
    lines = [f"{case}: {held} of {len(results)} seeds; " + "; ".join(words)]
    for result in results:
        for each in result["expected"]:
            if not each["holds"]:
                lines.append(
                    f"    MISS seed {result['seed']}: {each['metric']} {each['value']:g},"
                    f" {each['relation']} {each['bound']:g}"
                )
    return held == len(results), "\n".join(lines)


def all_cases(program):
    listing = subprocess.run([program, "--list"], capture_output=True, text=True, check=True)
    names = [line.split()[0] for line in listing.stdout.splitlines() if line.strip()]
    return [name for name in names if name not in LARGE]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("cases")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--periods", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    program = arguments.program
    cases = all_cases(program) if arguments.cases == "all" else arguments.cases.split(",")
    good = True
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for case in cases:
            seeds = range(1, arguments.seeds + 1)
            runs = [pool.submit(run_once, program, case, s, arguments.periods) for s in seeds]
            results = [run.result() for run in runs]
            held, text = summary(case, results)
            good = good and held
            print(text, flush=True)
            print(cost_line(case, results), file=sys.stderr, flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
