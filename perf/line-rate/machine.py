# SPDX-License-Identifier: BSD-3-Clause
"""The machine that a run is of, the versions of what ran, and what tools/doctor says of both."""

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("app/peregrine", "perf/pgn-node", "perf/pgn-gen")
# Another way of measuring is another run; another report of the same points is not.
MEASURE = ("gen/bench.py", "gen/subjects.py", "line-rate/generator.py", "line-rate/measure.py",
           "line-rate/plan.py", "line-rate/ports.py", "line-rate/search.py")  # fmt: skip


def said(*command):
    """The first line that a command prints, None when there is no such command or it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    except (OSError, subprocess.CalledProcessError):
        return None
    return (done.stdout.strip().splitlines() or [""])[0]


def cpu():
    text = Path("/proc/cpuinfo").read_text()
    found = re.search(r"^(?:model name|Model|Hardware)\s*: (.*)$", text, re.MULTILINE)
    return found.group(1).strip() if found else platform.machine()


def hypervisor():
    """A VM's figures depend on its neighbours."""
    return bool(re.search(r"^flags\s*:.*\bhypervisor\b", Path("/proc/cpuinfo").read_text(), re.M))


def build_facts(build):
    """Compiler and options, as meson wrote them down."""
    facts = {"compiler": None, "machine": None, "buildtype": None}
    info = build / "meson-info"
    if (info / "intro-buildoptions.json").exists():
        options = json.loads((info / "intro-buildoptions.json").read_text())
        facts |= {option["name"]: option["value"] for option in options
                  if option["name"] in facts}  # fmt: skip
    if (info / "intro-targets.json").exists():
        for target in json.loads((info / "intro-targets.json").read_text()):
            for source in target.get("target_sources", []):
                if facts["compiler"] is None and source.get("language") == "c":
                    facts["compiler"] = said(source["compiler"][-1], "--version")
    return facts


def commit():
    """The commit that is checked out, and whether files that it has were changed."""
    name = said("git", "rev-parse", "--short=12", "HEAD")
    changed = said("git", "status", "--porcelain", "--untracked-files=no", "--", ".",
                   ":!perf/results")  # fmt: skip
    return {"commit": name, "changed": bool(changed)}


def digest(*paths):
    whole = hashlib.sha256()
    for path in paths:
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def dpdk():
    return said("pkg-config", "--modversion", "libdpdk")


def doctor(ports):
    """All its verdicts; for ports that are PCI devices of this machine as well."""
    words = [word for port in ports for word in ("--port", port)]
    done = subprocess.run([sys.executable, ROOT / "tools/doctor", "--json", *words],
                          capture_output=True, text=True, check=False)  # fmt: skip
    if not done.stdout:
        return {"verdict": "error", "checks": [], "error": done.stderr.strip()}
    return json.loads(done.stdout)


def identity(build):
    """What must be the same for a run to go on."""
    return {
        "cpu": cpu(),
        "cpus": os.cpu_count(),
        "kernel": platform.release(),
        "dpdk": dpdk(),
        "programs": {name: digest(build / name) for name in PROGRAMS},
        "scripts": digest(*(ROOT / "perf" / name for name in MEASURE)),
    }


def about(build, ports):
    """What the report says of the machine."""
    version = re.search(r"version: '([^']*)'", (ROOT / "meson.build").read_text())
    return {
        "cpu": cpu(),
        "cpus": os.cpu_count(),
        "hypervisor": hypervisor(),
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
        "dpdk": dpdk(),
        "peregrine": version.group(1) if version else None,
        **commit(),
        **build_facts(build),
        "gnuplot": said("gnuplot", "--version") if shutil.which("gnuplot") else None,
        "python": platform.python_version(),
        "doctor": doctor(ports),
    }
