# SPDX-License-Identifier: BSD-3-Clause
"""What a machine should be like for a node: one check a function, all of them in CHECKS.

A check returns (status, what it found, commands that mend it). Statuses: ok; mend; note, which is
the operator's choice; unknown, which cannot be told here.
"""

import re

from doctor_box import CPUS, DEVICES, NODES, listed

OK, MEND, NOTE, UNKNOWN = "ok", "mend", "note", "unknown"
HUGE = "sys/kernel/mm/hugepages"
RESERVE_KB = 256 * 2048  # what is advised to be reserved
PAGE_LEAST_KB = 2048  # the smallest size that DPDK takes well; arm64 has 64 kB as well
GRUB = "add to GRUB_CMDLINE_LINUX in /etc/default/grub, run update-grub and reboot: "
VECTORS = ((512, {"avx512f", "avx512bw", "avx512dq", "avx512vl"}), (256, {"avx2"}),
           (128, {"sse4_2"}), (128, {"asimd"}))  # fmt: skip
ENCODED = {"2.5": 0.8, "5.0": 0.8, "5": 0.8}  # 8b/10b; faster links lose less than 2 %


def lcores(box):
    off = [cpu for cpu in box.lcores if cpu not in box.online()]
    if off:
        fix = [f"choose eal.lcores from {listed(box.online())}"]
        return MEND, f"lcores {listed(off)} are not online", fix
    if len(box.lcores) == 1:
        fix = ['give the node two lcores: eal { lcores = "0-1" }']
        return MEND, "the control loop and the worker share one lcore", fix
    return OK, f"control loop on {box.lcores[0]}, workers on {listed(box.workers)}", []


def isolation(box):
    isolated, quiet = box.cpus(f"{CPUS}/isolated"), box.cpus(f"{CPUS}/nohz_full")
    bare = [cpu for cpu in box.workers if cpu not in isolated]
    ticking = [cpu for cpu in box.workers if cpu not in quiet]
    if not bare and not ticking:
        return OK, f"workers {listed(box.workers)} are isolated and without a tick", []
    found = [f"not isolated: {listed(bare)}"] if bare else []
    found += [f"not in nohz_full: {listed(ticking)}"] if ticking else []
    cpus = listed(box.workers)
    fix = GRUB + f"isolcpus=managed_irq,domain,{cpus} nohz_full={cpus} rcu_nocbs={cpus}"
    return MEND, "; ".join(found), [fix]


def governor(box):
    paths = {cpu: f"{CPUS}/cpu{cpu}/cpufreq/scaling_governor" for cpu in box.lcores}
    found = {cpu: box.read(path) for cpu, path in paths.items()}
    if all(name is None for name in found.values()):
        return UNKNOWN, "no cpufreq here: the host or the firmware sets the clock", []
    slow = {cpu: name for cpu, name in found.items() if name not in ("performance", None)}
    if not slow:
        return OK, "performance", []
    fixes = [f"echo performance > /{paths[cpu]}" for cpu in slow]
    return MEND, ", ".join(f"lcore {cpu}: {name}" for cpu, name in slow.items()), fixes


def page_kb(name):
    return int(re.search(r"\d+", name).group())


def hugepages(box):
    sizes = [name for name in box.names(HUGE) if re.fullmatch(r"hugepages-\d+kB", name)]
    sizes.sort(key=page_kb)

    def pages(folder, name):
        return {size: int(box.read(f"{folder}/{size}/{name}") or 0) for size in sizes}

    def more(folder):
        """Beside those that are there: a smaller number would take some away."""
        size = next((size for size in sizes if page_kb(size) >= PAGE_LEAST_KB), sizes[-1])
        count = pages(folder, "nr_hugepages")[size] + -(-RESERVE_KB // page_kb(size))
        return [f"echo {count} > /{folder}/{size}/nr_hugepages"]

    if not sizes:
        return MEND, "the kernel has no hugepages", ["use a kernel with CONFIG_HUGETLBFS"]
    free, total = pages(HUGE, "free_hugepages"), sum(pages(HUGE, "nr_hugepages").values())
    node = box.node_of(box.workers[0])
    if not total:
        return MEND, "none reserved", more(HUGE)
    if not any(free.values()):
        return MEND, f"all {total} are in use", more(HUGE)
    here = f"{NODES}/node{node}/hugepages"
    if node is not None and box.names(here):
        free = pages(here, "free_hugepages")
        if not any(free.values()):
            found = f"none free on NUMA node {node}, where the workers are"
            return MEND, found, more(here)
    text = ", ".join(f"{count} of {size[10:]}" for size, count in free.items() if count)
    return OK, f"free: {text}", []


def huge_transparent(box):
    text = box.read("sys/kernel/mm/transparent_hugepage/enabled")
    if text is None:
        return OK, "the kernel has none", []
    if "[always]" in text:
        fix = ["echo madvise > /sys/kernel/mm/transparent_hugepage/enabled"]
        return MEND, "always", fix
    return OK, re.sub(r".*\[(\w+)\].*", r"\1", text), []


def iommu(box):
    if not box.ports:
        return OK, "no PCI port was named, and only those need one", []
    bare = [port for port in box.ports if not box.names(f"{DEVICES}/{port}/iommu_group")]
    if not bare:
        return OK, "every port is in an IOMMU group", []
    if box.read("sys/module/vfio/parameters/enable_unsafe_noiommu_mode") == "Y":
        return NOTE, "no IOMMU, vfio runs without: a port can write to any memory", []
    intel = "GenuineIntel" in (box.read("proc/cpuinfo") or "")
    return MEND, f"no IOMMU group: {', '.join(bare)}", [
        "turn VT-d, AMD-Vi or SMMU on in the firmware",
        GRUB + ("intel_iommu=on " if intel else "") + "iommu=pt",
    ]


def numa(box):
    nodes = {cpu: box.node_of(cpu) for cpu in box.lcores}
    known = {node for node in nodes.values() if node is not None}
    if not known:
        return UNKNOWN, "the kernel shows no NUMA nodes", []
    found, fixes = [], []
    if len(known) > 1:
        found.append(", ".join(f"lcore {cpu} on node {node}" for cpu, node in nodes.items()))
        fixes.append(f"choose eal.lcores from one node: /{NODES}/node*/cpulist")
    for port in box.ports:
        node = int(box.port(port, "numa_node") or -1)
        if node >= 0 and node != nodes[box.workers[0]]:
            found.append(f"{port} on node {node}, worker on node {nodes[box.workers[0]]}")
            fixes.append(f"choose eal.lcores from {box.read(f'{NODES}/node{node}/cpulist')}")
    if found:
        return MEND, "; ".join(found), fixes
    return OK, f"all on node {listed(sorted(known))}", []


def irq_affinity(box):
    """Interrupts that have a handler, which shows as a folder beside the files."""
    hit = []
    for irq in box.names("proc/irq"):
        folder = f"proc/irq/{irq}"
        handled = any((box.root / folder / name).is_dir() for name in box.names(folder))
        if not irq.isdigit() or not handled:
            continue
        effective = box.cpus(f"{folder}/effective_affinity_list")
        where = effective or box.cpus(f"{folder}/smp_affinity_list")
        if set(where) & set(box.workers):
            hit.append(irq)
    if not hit:
        return OK, "no interrupt goes to a worker", []
    if not box.others():
        return MEND, f"interrupts {', '.join(hit)} go to workers", ["leave a CPU to the kernel"]
    to = listed(box.others())
    fixes = [f"for irq in {' '.join(hit)}; do echo {to} > /proc/irq/$irq/smp_affinity_list; done"]
    return MEND, f"interrupts {', '.join(hit)} go to workers", fixes


def smt(box):
    shared, fixes = [], []
    for cpu in box.workers:
        siblings = box.cpus(f"{CPUS}/cpu{cpu}/topology/thread_siblings_list")
        for other in siblings:
            if other == cpu or other not in box.online():
                continue
            shared.append(f"worker {cpu} with {other}")
            if other in box.lcores:
                fixes.append(f"choose eal.lcores without {other}")
            else:
                fixes.append(f"echo 0 > /{CPUS}/cpu{other}/online")
    if shared:
        return MEND, "cores are shared: " + ", ".join(shared), fixes
    return OK, "no worker shares its core", []


def vectors(box):
    flags = box.cpu_flags()
    offered = max((bits for bits, needed in VECTORS if needed <= flags), default=0)
    if not flags:
        return UNKNOWN, "/proc/cpuinfo names no features", []
    if offered == 0:
        return MEND, "no SSE4.2 or ASIMD: Debian's DPDK does not start", ["use another CPU"]
    if box.simd < min(offered, 256):
        fix = [f'eal {{ options = "--force-max-simd-bitwidth={min(offered, 256)}" }}']
        return MEND, f"the CPU has {offered} bits, EAL may use {box.simd}", fix
    if box.simd < offered:
        fix = [f'to try it: eal {{ options = "--force-max-simd-bitwidth={offered}" }}']
        return NOTE, f"the CPU has {offered} bits (AVX-512), EAL may use {box.simd}", fix
    return OK, f"the CPU has {offered} bits, EAL may use {box.simd}", []


def pcie(box):
    if not box.ports:
        return OK, "no PCI port was named", []
    texts, found, fixes, hidden = [], [], [], False
    for port in box.ports:
        now, most = (
            [(box.port(port, f"{which}_link_{what}") or "").split(" ")[0]
             for what in ("speed", "width")]
            for which in ("current", "max")
        )  # fmt: skip
        if not all(re.fullmatch(r"\d+(\.\d+)?", text) and float(text) > 0 for text in now):
            texts.append(f"{port}: not shown")
            hidden = True
            continue
        gbits = float(now[0]) * float(now[1]) * ENCODED.get(now[0], 128 / 130)
        text = f"{port}: {now[0]} GT/s x{now[1]}, {gbits:.0f} Gbit/s"
        speeds = [box.port(port, f"net/{name}/speed") for name in
                  box.names(f"{DEVICES}/{port}/net")]  # fmt: skip
        link = max((int(speed) / 1000 for speed in speeds if speed and int(speed) > 0), default=0)
        text += f", link {link:g} Gbit/s" if link else ", link not shown"
        texts.append(text)
        narrow = all(most) and now != most and most[0] != "Unknown"
        if narrow or link > gbits:
            found.append(text + (f", the card can {most[0]} GT/s x{most[1]}" if narrow else ""))
            fixes.append(f"move the card to a faster slot; see: lspci -vv -s {port} | grep Lnk")
    if found:
        return MEND, "; ".join(found), fixes
    return UNKNOWN if hidden else OK, "; ".join(texts), []


def mitigations(box):
    folder = f"{CPUS}/vulnerabilities"
    states = {name: box.read(f"{folder}/{name}") or "" for name in box.names(folder)}
    on = [name for name, text in states.items() if text.startswith("Mitigation")]
    if not states:
        return UNKNOWN, "the kernel does not say", []
    if not on:
        return OK, "none is on", []
    fix = GRUB + "mitigations=off (only where nobody else's code runs)"
    return NOTE, "on: " + ", ".join(on), [fix]


def clock(box):
    folder = "sys/devices/system/clocksource/clocksource0"
    current = box.read(f"{folder}/current_clocksource")
    if current is None:
        return UNKNOWN, "the kernel does not say", []
    if current in ("tsc", "arch_sys_counter"):
        return OK, current, []
    if "tsc" in (box.read(f"{folder}/available_clocksource") or "").split():
        return MEND, current, [f"echo tsc > /{folder}/current_clocksource"]
    return MEND, f"{current}; tsc is not offered", [GRUB + "tsc=reliable clocksource=tsc"]


# check: why it matters
CHECKS = {
    lcores: "the worker polls all the time: it needs an lcore of its own",
    isolation: "what else the kernel runs on a worker's CPU, its tick included, stops the polling",
    governor: "other governors lower the clock, and cycles a frame become more time",
    hugepages: "without them each buffer may miss the TLB, and PCI ports need an IOMMU",
    huge_transparent: "with always, khugepaged moves pages of running programs and stops them",
    iommu: "vfio-pci gives a port to a program only behind an IOMMU",
    numa: "memory and ports of another node cost each frame a way across the machine",
    irq_affinity: "an interrupt on a worker's CPU costs it microseconds: rings overflow meanwhile",
    smt: "two threads of a core share its units: a worker gets about half",
    vectors: "PMDs take vector paths as wide as CPU and EAL allow; peregrinectl ports says which",
    pcie: "a slot narrower than the link loses frames whatever the program does",
    mitigations: "they make system calls dearer: of TAP and af_packet ports, not of PCI ports",
    clock: "with a clock other than tsc, reading the time is a system call or an exit to the host",
}


def run_all(box):
    rows = []
    for check, why in CHECKS.items():
        status, found, fixes = check(box)
        name = check.__name__.replace("_", "-")
        rows.append({"name": name, "status": status, "found": found, "why": why, "fix": fixes})
    return rows
