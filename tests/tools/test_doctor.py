#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""tools/doctor on made-up machines: a good box, what can be wrong with it, and a VM."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

DOCTOR = Path(__file__).resolve().parent.parent.parent / "tools" / "doctor"
PORT = "0000:03:00.0"
CPU = "sys/devices/system/cpu"
NODE = "sys/devices/system/node"
DEVICE = f"sys/bus/pci/devices/{PORT}"
HUGE = "hugepages/hugepages-2048kB"
GIGA = "hugepages/hugepages-1048576kB"
NO_2MB = {f"sys/kernel/mm/{HUGE}/{name}": None for name in ("nr_hugepages", "free_hugepages")}
CLOCK = "sys/devices/system/clocksource/clocksource0"
GOOD = {
    "proc/cpuinfo": "vendor_id\t: GenuineIntel\nflags\t\t: fpu sse4_2 avx2\n",
    "proc/irq/default_smp_affinity": "f",
    "proc/irq/9/smp_affinity_list": "0-3",  # without a handler
    "proc/irq/24/smp_affinity_list": "0-3",
    "proc/irq/24/effective_affinity_list": "0",
    "proc/irq/24/eth0/x": "",
    f"{CPU}/online": "0-3",
    f"{CPU}/isolated": "1",
    f"{CPU}/nohz_full": "1",
    f"{CPU}/cpu0/cpufreq/scaling_governor": "performance",
    f"{CPU}/cpu1/cpufreq/scaling_governor": "performance",
    f"{CPU}/cpu1/topology/thread_siblings_list": "1",
    f"{CPU}/vulnerabilities/meltdown": "Not affected",
    f"{NODE}/node0/cpulist": "0-1",
    f"{NODE}/node1/cpulist": "2-3",
    f"{NODE}/node0/{HUGE}/free_hugepages": "256",
    f"sys/kernel/mm/{HUGE}/nr_hugepages": "512",
    f"sys/kernel/mm/{HUGE}/free_hugepages": "256",
    "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never",
    f"{CLOCK}/current_clocksource": "tsc",
    f"{CLOCK}/available_clocksource": "tsc hpet",
    f"{DEVICE}/numa_node": "0",
    f"{DEVICE}/iommu_group/type": "DMA",
    f"{DEVICE}/current_link_speed": "8.0 GT/s PCIe",
    f"{DEVICE}/current_link_width": "8",
    f"{DEVICE}/max_link_speed": "8.0 GT/s PCIe",
    f"{DEVICE}/max_link_width": "8",
    f"{DEVICE}/net/eth0/speed": "25000",
}
AVX512 = "flags : sse4_2 avx2 avx512f avx512bw avx512dq avx512vl"
# check, status, part of the fix (None: none is given), what differs from GOOD (None: not there)
CASES = [
    ("lcores", "mend", "0,2,3", {f"{CPU}/online": "0,2-3"}),
    ("isolation", "mend", "nohz_full=1", {f"{CPU}/isolated": ""}),
    ("isolation", "mend", "isolcpus=managed_irq,domain,1", {f"{CPU}/nohz_full": "2"}),
    ("isolation", "mend", "isolcpus", {f"{CPU}/nohz_full": None}),
    ("governor", "mend", "echo performance > /sys/devices/system/cpu/cpu1/cpufreq",
     {f"{CPU}/cpu1/cpufreq/scaling_governor": "powersave"}),
    ("hugepages", "mend", "echo 256 > /sys/kernel/mm",
     {f"sys/kernel/mm/{HUGE}/nr_hugepages": "0", f"sys/kernel/mm/{HUGE}/free_hugepages": "0"}),
    ("hugepages", "mend", "echo 768 > /sys/kernel/mm",
     {f"sys/kernel/mm/{HUGE}/free_hugepages": "0"}),
    ("hugepages", "mend", f"echo 256 > /{NODE}/node0/{HUGE}/nr_hugepages",
     {f"{NODE}/node0/{HUGE}/free_hugepages": "0"}),
    ("hugepages", "mend", f"echo 384 > /{NODE}/node0/{HUGE}/nr_hugepages",
     {f"{NODE}/node0/{HUGE}/free_hugepages": "0", f"{NODE}/node0/{HUGE}/nr_hugepages": "128"}),
    ("hugepages", "mend", f"echo 4 > /sys/kernel/mm/{GIGA}/nr_hugepages",
     {**NO_2MB, f"sys/kernel/mm/{GIGA}/nr_hugepages": "3",
      f"sys/kernel/mm/{GIGA}/free_hugepages": "0"}),
    ("hugepages", "mend", f"echo 256 > /sys/kernel/mm/{HUGE}/nr_hugepages",
     {f"sys/kernel/mm/{HUGE}/nr_hugepages": "0", f"sys/kernel/mm/{HUGE}/free_hugepages": "0",
      "sys/kernel/mm/hugepages/hugepages-64kB/nr_hugepages": "0",
      f"sys/kernel/mm/{GIGA}/nr_hugepages": "0"}),
    ("huge-transparent", "mend", "echo madvise",
     {"sys/kernel/mm/transparent_hugepage/enabled": "[always] madvise never"}),
    ("iommu", "mend", "intel_iommu=on iommu=pt", {f"{DEVICE}/iommu_group/type": None}),
    ("iommu", "note", None, {f"{DEVICE}/iommu_group/type": None,
     "sys/module/vfio/parameters/enable_unsafe_noiommu_mode": "Y"}),
    ("numa", "mend", "from 2-3", {f"{DEVICE}/numa_node": "1"}),
    ("numa", "mend", "from one node",
     {f"{NODE}/node0/cpulist": "0", f"{NODE}/node1/cpulist": "1-3", f"{DEVICE}/numa_node": "1"}),
    ("irq-affinity", "mend", "for irq in 24; do echo 0,2,3 >",
     {"proc/irq/24/effective_affinity_list": "1"}),
    ("irq-affinity", "mend", "irq in 24;", {"proc/irq/24/effective_affinity_list": None}),
    ("smt", "mend", "echo 0 > /sys/devices/system/cpu/cpu3/online",
     {f"{CPU}/cpu1/topology/thread_siblings_list": "1,3"}),
    ("smt", "mend", "without 0", {f"{CPU}/cpu1/topology/thread_siblings_list": "0-1"}),
    ("smt", "ok", None, {f"{CPU}/cpu1/topology/thread_siblings_list": "1,7"}),
    ("vectors", "mend", "another CPU", {"proc/cpuinfo": "flags : fpu sse2"}),
    ("vectors", "note", "--force-max-simd-bitwidth=512", {"proc/cpuinfo": AVX512}),
    ("vectors", "unknown", None, {"proc/cpuinfo": "processor : 0"}),
    ("vectors", "ok", None, {"proc/cpuinfo": "Features : fp asimd"}),
    ("pcie", "mend", "lspci", {f"{DEVICE}/current_link_width": "4"}),
    ("pcie", "mend", "lspci", {f"{DEVICE}/net/eth0/speed": "100000"}),
    ("pcie", "ok", None, {f"{DEVICE}/net/eth0/speed": None}),
    ("pcie", "unknown", None, {f"{DEVICE}/current_link_speed": "Unknown"}),
    ("mitigations", "note", "mitigations=off",
     {f"{CPU}/vulnerabilities/meltdown": "Mitigation: PTI"}),
    ("clock", "mend", "echo tsc >", {f"{CLOCK}/current_clocksource": "hpet"}),
    ("clock", "mend", "tsc=reliable",
     {f"{CLOCK}/current_clocksource": "hpet", f"{CLOCK}/available_clocksource": "hpet"}),
]  # fmt: skip
VM = {
    "proc/cpuinfo": GOOD["proc/cpuinfo"],
    f"{CPU}/online": "0-1",
    f"{CPU}/isolated": "",
}


def run(files, *options):
    with tempfile.TemporaryDirectory(prefix="pgn-doctor-") as root:
        for name, text in files.items():
            if text is not None:
                path = Path(root, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text + "\n", encoding="utf-8")
        return subprocess.run(
            [sys.executable, DOCTOR, "--root", root, *options],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def rows(files, *options):
    """Exit code, and check -> its row; the verdict is held against the statuses."""
    done = run(files, "--json", *options)
    assert done.returncode in (0, 3), done.stderr
    report = json.loads(done.stdout)
    found = {row["name"]: row for row in report["checks"]}
    mend = any(row["status"] == "mend" for row in found.values())
    assert report["version"] == 1 and report["verdict"] == ("mend" if mend else "ok"), report
    assert done.returncode == (3 if mend else 0), done.returncode
    for row in found.values():
        assert row["found"] and row["why"], row
        assert row["status"] != "mend" or row["fix"], row
        assert row["status"] != "ok" or not row["fix"], row
    return found


def test_good():
    found = rows(GOOD, "--port", PORT)
    assert all(row["status"] == "ok" for row in found.values()), found
    text = run(GOOD, "--port", PORT).stdout
    assert text.splitlines()[-1] == "doctor: 13 of 13 ok", text


def test_each_fault():
    """One thing differs: its check says so, and no other check changes its mind."""
    for name, status, fix, changes in CASES:
        found = rows({**GOOD, **changes}, "--port", PORT)
        assert found[name]["status"] == status, (name, changes, found[name])
        fixes = found[name]["fix"]
        assert (not fixes) if fix is None else fix in "\n".join(fixes), (fix, fixes)
        others = {other for other, row in found.items() if row["status"] != "ok"} - {name}
        assert not others, (name, changes, others)
    lacking = {name for name in found} - {name for name, *_ in CASES}
    assert not lacking, f"no case for {lacking}"


def test_bad():
    """Everything at once, as text."""
    bad = dict(GOOD)
    for _, status, _, changes in CASES:
        if status == "mend" and f"{CPU}/online" not in changes:
            bad.update(changes)
    done = run(bad, "--port", PORT)
    lines = done.stdout.splitlines()
    assert done.returncode == 3 and "to mend: isolation, governor" in lines[-1], done.stdout
    marked = sum(line.startswith("mend ") for line in lines)
    assert marked > 9, done.stdout
    assert sum(line.startswith("        why: ") for line in lines) >= marked, done.stdout


def test_vm():
    """What a VM does not show is unknown, not a fault; without ports none is judged."""
    found = rows(VM)
    statuses = {name: row["status"] for name, row in found.items()}
    for name in ("iommu", "pcie"):
        assert statuses[name] == "ok" and "no PCI port" in found[name]["found"], found[name]
    for name in ("governor", "numa", "clock", "mitigations"):
        assert statuses[name] == "unknown", (name, statuses)
    assert {name for name, status in statuses.items() if status == "mend"} == {
        "isolation", "hugepages"
    }, statuses  # fmt: skip


def test_options():
    one = rows(GOOD, "--lcores", "1")
    assert one["lcores"]["status"] == "mend" and one["isolation"]["status"] == "ok", one
    more = rows(GOOD, "--lcores", "0-3")
    assert "2,3" in more["isolation"]["found"] and more["numa"]["status"] == "mend", more
    narrow = rows(GOOD, "--simd", "128")
    assert "=256" in narrow["vectors"]["fix"][0], narrow["vectors"]
    assert "peregrinectl ports" in narrow["vectors"]["why"], narrow["vectors"]
    wide = rows({**GOOD, "proc/cpuinfo": AVX512}, "--simd", "512")
    assert wide["vectors"]["status"] == "ok", wide["vectors"]


def test_errors():
    for options in (["--lcores", "x"], ["--lcores", ""], ["--lcores", "3-1"], ["--port", "eth0"],
                    ["--simd", "wide"], ["--colour"], ["left"]):  # fmt: skip
        done = run(GOOD, *options)
        assert done.returncode == 2 and done.stderr and not done.stdout, (options, done)
    assert run({}).returncode == 1
    done = run(VM, "--port", PORT)
    assert done.returncode == 1 and PORT in done.stderr and not done.stdout, done


def main():
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"ok {name}")


if __name__ == "__main__":
    main()
