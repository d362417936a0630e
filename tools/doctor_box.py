# SPDX-License-Identifier: BSD-3-Clause
"""What /sys and /proc of a machine, or of a made-up tree, say."""

import re
from pathlib import Path

CPUS = "sys/devices/system/cpu"
NODES = "sys/devices/system/node"
DEVICES = "sys/bus/pci/devices"
LIST = re.compile(r"\d+(-\d+)?(,\d+(-\d+)?)*")
PCI = re.compile(r"[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")


def parse_list(text):
    """CPUs of a list as the kernel and EAL's -l write it; ValueError when it is none."""
    if text == "":
        return []
    if not LIST.fullmatch(text):
        raise ValueError(f"not a list of CPUs: {text}")
    cpus = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if int(last or first) < int(first):
            raise ValueError(f"not a list of CPUs: {text}")
        cpus.update(range(int(first), int(last or first) + 1))
    return sorted(cpus)


def listed(cpus):
    return ",".join(str(cpu) for cpu in cpus)


class Box:
    def __init__(self, root, lcores, ports, simd):
        self.root = Path(root)
        self.lcores = lcores  # as in eal.lcores: the first one runs the control loop
        self.ports = ports
        self.simd = simd

    @property
    def workers(self):
        return self.lcores[1:] or self.lcores

    def read(self, path):
        """A file's text without the end of line, None where there is none."""
        try:
            return (self.root / path).read_text(errors="replace").strip()
        except OSError:
            return None

    def cpus(self, path):
        """CPUs that a file lists; none where there is no such file, or one without a list."""
        try:
            return parse_list(self.read(path) or "")
        except ValueError:
            return []

    def names(self, path):
        try:
            return sorted(entry.name for entry in (self.root / path).iterdir())
        except OSError:
            return []

    def cpu_flags(self):
        found = re.search(r"^(?:flags|Features)\s*:(.*)$", self.read("proc/cpuinfo") or "", re.M)
        return set(found.group(1).split()) if found else set()

    def online(self):
        return self.cpus(f"{CPUS}/online")

    def others(self):
        """Online CPUs that are no workers: where everything else can go."""
        return [cpu for cpu in self.online() if cpu not in self.workers]

    def node_of(self, cpu):
        for name in self.names(NODES):
            if re.fullmatch(r"node\d+", name) and cpu in self.cpus(f"{NODES}/{name}/cpulist"):
                return int(name[4:])
        return None

    def port(self, port, name):
        return self.read(f"{DEVICES}/{port}/{name}")
