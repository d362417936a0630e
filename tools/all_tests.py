# SPDX-License-Identifier: BSD-3-Clause
"""The steps of run-tests: builds, formatting, unit tests, fuzzing, namespaces, the demo."""

import concurrent.futures
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import hugepages

ROOT = Path(__file__).resolve().parent.parent
# Less optimised: a third less to compile.
SANITIZE = ["-Db_sanitize=address,undefined", "-Doptimization=1"]
SANITIZER_ENV = {
    "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
}
# name: build directory, compiler, meson options. One after the other, while what waits for the
# first of them goes on: nearly all of a run is compiling and namespace tests, and the latter leave
# two thirds of the cores idle.
BUILDS = {
    "gcc": ("build", "gcc", []),
    "sanitized": ("build-asan", "gcc", SANITIZE),
    "clang": ("build-clang", "clang", []),
    "aarch64": ("build-aarch64", "gcc", ["--cross-file", "build-aarch64/cross.ini"]),
    "fuzz": ("build-fuzz", "clang", ["-Dfuzz=true"]),
    "thread": ("build-tsan", "gcc", ["-Db_sanitize=thread"]),
}
# A fuzz target has all it needs built for itself. With ThreadSanitizer there are the tests in which
# workers and the control loop work on the same tables. The others are built whole.
FUZZ_TARGETS = sorted(f"tests/fuzz/{source.stem}" for source in ROOT.glob("tests/fuzz/fuzz_*.c"))
RACES = ("racing", "racing_snapshots")
TARGETS = {"fuzz": FUZZ_TARGETS, "thread": [f"tests/unit/fib/test_fib_{name}" for name in RACES]}
# Simulations and tools are the same whatever built them: once is enough. Perf programs are not
# built with sanitizers, what of them counts is among the units.
UNIT_OPTIONS = {
    "gcc": [],
    "sanitized": [],
    "clang": [],
    "aarch64": ["--timeout-multiplier", "4"],
    "thread": [f"fib {name}" for name in RACES],
}
LONG_RUNS = (("all", 20), ("city", 20), ("town", 1))  # with so many seeds
LONG_RECORD = ROOT / "tests" / "sim" / "long-run.txt"
CROSS_PROGRAMS = ("aarch64-linux-gnu-gcc", "qemu-aarch64")
NOT_TO_BE_HAD = 77  # what aarch64-sysroot says of packages
# Two halves of the namespace tests run side by side. What takes long and runs no code but what
# others run does so with the gcc build only; so do one_nic and links.af_xdp, for DPDK's af_xdp never
# gives back what libbpf allocated for a program of ours.
FIRST_HALF = r"(failover|flood|links|many|sealing|telemetry|trust)\."
HALVES = (f"^{FIRST_HALF}", f"^(?!{FIRST_HALF})")
HALVES_SANITIZED = (
    r"^(capture\.|control_socket\.|links\.(?!flapping|af_xdp)|sealing\.|stop\.|telemetry\.(?!health))",
    r"^(?!(capture|control_socket|drivers|failover|flood|links|many|one_nic|sealing|stop|telemetry"
    r"|trust)\.|workers\.(each|overload|map|bad|more|software|waits))",
)
FUZZ_SECONDS = int(os.environ.get("PGN_FUZZ_SECONDS", "20"))
STEP_SECONDS = 900
HUGEPAGES_MB = 1200  # two generators beside nodes, and what nodes of namespace tests take
TAIL_LINES = 40


class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.lock = threading.Lock()

    def add(self, passed=0, failed=0, skipped=0):
        with self.lock:
            self.passed += passed
            self.failed += failed
            self.skipped += skipped

    def line(self):
        text = f"{self.passed} passed, {self.failed} failed"
        return text + (f", {self.skipped} skipped" if self.skipped else "")


def say(text):
    print(text, flush=True)


def tail(path):
    lines = path.read_text(errors="replace").splitlines()[-TAIL_LINES:]
    say("".join(f"    {line}\n" for line in lines) + f"    all of it: {path}")


def logged(command, log, env=None):
    """Run with all output to the file `log`; True when it went well."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "a", encoding="utf-8") as output:
        try:
            result = subprocess.run(
                [str(word) for word in command],
                cwd=ROOT,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=STEP_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            output.write(f"\nnot done within {STEP_SECONDS} s\n")
            return False
    return result.returncode == 0


class Step:
    """Times a step and says how it ended."""

    def __init__(self, name):
        self.name = name
        self.begin = time.monotonic()

    def end(self, good, text=""):
        seconds = time.monotonic() - self.begin
        word = "ok  " if good else "FAIL"
        say(f"{word} {self.name}{': ' + text if text else ''} ({seconds:.0f} s)")


def build(name, tally):
    if name == "aarch64" and not aarch64_sysroot(tally):
        return False
    directory, compiler, options = BUILDS[name]
    step = Step(f"build {name} in {directory}/")
    path = ROOT / directory
    log = path / "run-tests-build.log"
    log.unlink(missing_ok=True)
    good = True
    if not (path / "build.ninja").exists():
        setup = ["meson", "setup", path, ROOT, *options]
        good = logged(setup, log, {"CC": compiler})
    good = good and logged(["ninja", "-C", path, *TARGETS.get(name, [])], log)
    step.end(good)
    if not good:
        tally.add(failed=1)
        tail(log)
    return good


def aarch64_sysroot(tally):
    """Make what the aarch64 build needs; False when there is nothing to build it with."""
    if platform.machine() == "aarch64":
        return False  # every build is one
    lacking = [program for program in CROSS_PROGRAMS if not shutil.which(program)]
    if lacking:
        say(f"skip aarch64: there is no {' and no '.join(lacking)}")
        tally.add(skipped=1)
        return False
    step = Step("aarch64 packages in build-aarch64/sysroot")
    made = subprocess.run(
        ["timeout", str(STEP_SECONDS), ROOT / "tools" / "aarch64-sysroot"],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    reason = made.stderr.strip()
    if made.returncode == NOT_TO_BE_HAD:
        say(f"skip aarch64: {reason}")
        tally.add(skipped=1)
        return False
    step.end(made.returncode == 0, reason)
    tally.add(failed=int(made.returncode != 0))
    return made.returncode == 0


def sources():
    """All our .c and .h files; outside a git checkout, all but those in build directories."""
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", "*.c", "*.h"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ) if shutil.which("git") else None  # fmt: skip
    if listing is not None and listing.returncode == 0:
        return sorted(path for path in listing.stdout.splitlines() if (ROOT / path).is_file())
    found = [path.relative_to(ROOT) for path in ROOT.rglob("*.[ch]")]
    return sorted(str(path) for path in found if not path.parts[0].startswith("build"))


def formatting(tally):
    step = Step("formatting")
    log = ROOT / "build" / "run-tests-format.log"
    log.unlink(missing_ok=True)
    files = sources()
    good = logged(["clang-format", "--dry-run", "-Werror", *files], log)
    step.end(good, f"{len(files)} files")
    tally.add(passed=int(good), failed=int(not good))
    if not good:
        tail(log)


def meson_tests(title, name, options, tally):
    step = Step(title)
    path = ROOT / BUILDS[name][0]
    log = path / f"run-tests-{title.replace(' ', '-').replace(',', '')}.log"
    log.unlink(missing_ok=True)
    record = path / "meson-logs" / f"{log.stem}.json"
    record.unlink(missing_ok=True)
    command = ["meson", "test", "-C", path, "--no-rebuild", "--print-errorlogs"]
    command += ["--logbase", log.stem, *options]
    good = logged(command, log, SANITIZER_ENV)
    results = []
    if record.exists():
        results = [json.loads(line) for line in record.read_text().splitlines()]
    skipped = [test for test in results if test["result"] == "SKIP"]
    failed = [test for test in results if test["result"] not in ("OK", "SKIP", "EXPECTEDFAIL")]
    passed = len(results) - len(skipped) - len(failed)
    unexplained = int(not good and not failed)
    tally.add(passed, len(failed) + unexplained, len(skipped))
    step.end(good, f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    for test in failed:
        say(f"    {test['result']} {test['name']}")
    for test in skipped:
        say(f"    skip {test['name']}: {test.get('stdout', '').strip() or 'no reason given'}")
    if not good:
        tail(log)


def fuzz(target, tally):
    step = Step(f"{target.name}, {FUZZ_SECONDS} s")
    log = target.parent / f"{target.name}.log"
    log.unlink(missing_ok=True)
    seeds = ROOT / "tests" / "data" / "corpus" / target.name.removeprefix("fuzz_")
    with tempfile.TemporaryDirectory(prefix="pgn-fuzz-") as corpus:  # new finds stay out of seeds
        command = [target, f"-max_total_time={FUZZ_SECONDS}", "-timeout=10", "-print_final_stats=1",
                   f"-artifact_prefix={target.parent}/", corpus, seeds]  # fmt: skip
        good = logged(command, log, SANITIZER_ENV)
    runs = re.search(r"stat::number_of_executed_units:\s*(\d+)", log.read_text(errors="replace"))
    step.end(good, f"{runs.group(1)} runs" if runs else "")
    tally.add(passed=int(good), failed=int(not good))
    if not good:
        tail(log)


def namespaces(name, half, tally):
    """Lines of the namespace suite are shown as they come; its last one is counted."""
    step = Step(f"namespace tests, {name}, half {half + 1}")
    pattern = (HALVES_SANITIZED if name == "sanitized" else HALVES)[half]
    program = ROOT / BUILDS[name][0] / "app" / "peregrine"
    command = ["timeout", "--kill-after=60", str(STEP_SECONDS), sys.executable]
    command += [ROOT / "tests" / "net" / "run", "--peregrine", program, "-k", pattern]
    last = ""
    with subprocess.Popen(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **SANITIZER_ENV},
    ) as suite:
        for line in suite.stdout:
            last = line.rstrip()
            say(f"    {last}")
    counts = re.fullmatch(r"(\d+) passed, (\d+) failed, (\d+) skipped", last)
    tally.add(*(map(int, counts.groups()) if counts else (0, 1)))
    step.end(suite.returncode == 0, last)


def demo(tally):
    step = Step("run-demo --batch")
    log = ROOT / "build" / "run-tests-demo.log"
    log.unlink(missing_ok=True)
    if os.geteuid() != 0:
        say("skip run-demo --batch: needs root")
        tally.add(skipped=1)
        return
    good = logged([ROOT / "tools" / "run-demo", "--batch"], log)
    lines = log.read_text().splitlines()
    step.end(good, lines[-1] if lines else "")
    tally.add(passed=int(good), failed=int(not good))
    if not good:
        tail(log)


def give_way():
    """The calling thread's programs get what the others leave of the cores."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


def units(built, tally):
    formatting(tally)
    for name, options in UNIT_OPTIONS.items():
        if built[name].result():
            meson_tests(f"unit tests, {name}", name, ["--suite", "unit", *options], tally)


def namespace_lane(built, tally, half):
    for name in ("gcc", "sanitized"):
        if built[name].result():
            namespaces(name, half, tally)


def fuzz_lane(built, tally):
    """One half of the namespace tests, then tools, fuzzing and simulations."""
    namespace_lane(built, tally, 0)
    if built["gcc"].result():
        meson_tests("tools", "gcc", ["--suite", "tools"], tally)
    if built["fuzz"].result():
        assert FUZZ_TARGETS, "the fuzz build made no target"
        for target in FUZZ_TARGETS:
            fuzz(ROOT / BUILDS["fuzz"][0] / target, tally)
    if built["gcc"].result():
        give_way()  # nothing comes after it here, while others may still run what counts time
        meson_tests("simulations", "gcc", ["--suite", "sim"], tally)


def demo_lane(built, tally):
    """The other half of the namespace tests, then the demo and perf tests."""
    namespace_lane(built, tally, 1)
    if built["gcc"].result():
        demo(tally)
        meson_tests("perf tests", "gcc", ["--suite", "perf"], tally)


def long_runs(tally):
    """Outcomes must be those in LONG_RECORD, to the byte; lines with "# ", what it cost, need not."""
    runner, program = ROOT / "tests/sim/many_seeds.py", ROOT / BUILDS["gcc"][0] / "tests/sim/pgn-sim"
    outcomes, costs = [], []
    for cases, seeds in LONG_RUNS:
        step = Step(f"simulations, {cases}, seeds: {seeds}")
        command = [sys.executable, runner, program, cases, "--seeds", seeds]
        result = subprocess.run(
            [str(word) for word in command], capture_output=True, text=True, check=False
        )
        good = result.returncode == 0
        say("".join(f"    {line}\n" for line in result.stdout.splitlines()) + f"    {result.stderr}")
        outcomes += result.stdout.splitlines()
        costs += [f"# {line}" for line in result.stderr.splitlines() if cases != "all"]
        tally.add(passed=int(good), failed=int(not good))
        step.end(good)
    step = Step(f"simulations as in {LONG_RECORD.relative_to(ROOT)}")
    made = ROOT / "build" / LONG_RECORD.name
    made.write_text("\n".join(outcomes + costs) + "\n")
    known = LONG_RECORD.read_text().splitlines() if LONG_RECORD.exists() else []
    good = [line for line in known if not line.startswith("# ")] == outcomes
    tally.add(passed=int(good), failed=int(not good))
    step.end(good, f"what came out is in {made.relative_to(ROOT)}")


def main():
    tally = Tally()
    with (
        hugepages.reserved(HUGEPAGES_MB),
        concurrent.futures.ThreadPoolExecutor(1, initializer=give_way) as compiling,
        concurrent.futures.ThreadPoolExecutor() as waiting,
    ):
        built = {name: compiling.submit(build, name, tally) for name in BUILDS}
        running = [
            compiling.submit(units, built, tally),
            waiting.submit(fuzz_lane, built, tally),
            waiting.submit(demo_lane, built, tally),
        ]
    for lane in running:
        lane.result()
    if sys.argv[1:] == ["--long"] and built["gcc"].result():
        long_runs(tally)
    say(tally.line())
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
