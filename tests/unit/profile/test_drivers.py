#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Every profile's drivers, PCI ids and devargs are known to the installed drivers.

What drivers say of themselves lies in their files as PMD_INFO_STRING, which dpdk-pmdinfo.py reads
as well. Debian's dpdk-dev lacks that program.
"""

import json
import re
import sys
from pathlib import Path

SKIP = 77
MARK = re.compile(rb"PMD_INFO_STRING= ([^\0]+)\0")
LIST = r"\{([^}]*)\}"
ANY = 0xFFFF
# What ethdev calls a driver is not always what its file says; no parameters of these are there.
OTHER_NAME = {"mlx5_pci": "mlx5_eth"}


def installed(directory):
    """{name: what it says} of each network driver."""
    found = {}
    for path in sorted(directory.glob("librte_net_*.so.*")):
        for text in MARK.findall(path.read_bytes()):
            said = json.loads(text)
            found[said["name"]] = said
    return found


def listed(text, key):
    """The values of a key that is given as a list or as one value, unquoted."""
    found = re.search(rf"\b{key} = (?:{LIST}|(\S+))", text)
    if found is None:
        return []
    return [word.strip().strip('"') for word in (found[1] or found[2]).split(",")]


def check(path, drivers):
    """Faults of a profile; None when its driver is not installed."""
    text = re.sub(r"^#.*$", "", path.read_text(), flags=re.MULTILINE)
    names = [OTHER_NAME.get(name, name) for name in listed(text, "driver")]
    known = [drivers[name] for name in names if name in drivers]
    if not known:
        return None
    faults = [f"no driver is called {name}" for name in names if name not in drivers]
    ids = {(vendor, device) for said in known for vendor, device, *_ in said.get("pci_ids", [])}
    for pci in listed(text, "pci"):
        vendor, device = (int(number, 16) for number in pci.split(":"))
        if (vendor, device) not in ids and (vendor, ANY) not in ids:
            faults.append(f"its driver does not take {pci}")
    parameters = re.findall(r"([\w-]+)=", " ".join(said.get("params", "") for said in known))
    for devarg in listed(text, "devargs"):
        key = devarg.partition("=")[0]
        if key not in parameters:
            faults.append(f"its driver has no argument {key}, but {', '.join(parameters)}")
    return faults


def main(profiles, directory):
    drivers = installed(directory)
    assert listed("driver = {net_a, net_b}", "driver") == ["net_a", "net_b"]
    missing, failed, checked = [], 0, 0
    for path in sorted(profiles.glob("*.conf")):
        faults = check(path, drivers)
        if faults is None:
            missing.append(path.stem)
            continue
        checked += 1
        failed += bool(faults)
        for fault in faults:
            print(f"{path.name}: {fault}")
    print(f"{checked} profiles held against {len(drivers)} drivers in {directory}")
    if missing:
        print(f"skipped {len(missing)}, their drivers are not installed: {', '.join(missing)}")
    if failed or not list(profiles.glob("*.conf")):
        return 1
    return SKIP if missing else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
