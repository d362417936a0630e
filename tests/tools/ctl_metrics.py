# SPDX-License-Identifier: BSD-3-Clause
"""OpenMetrics text, read strictly: families with their comments in order, no sample twice."""
import re

SUFFIXES = {"counter": {"_total"}, "gauge": {""}, "info": {"_info"}, "histogram": {"_bucket"}}
SAMPLE = re.compile(r'([a-z][a-z0-9_]*)(?:\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)+)\})? (\S+)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


class Family:
    def __init__(self, name):
        self.name = name
        self.type = self.unit = self.help = None
        self.samples = {}  # (suffix, labels as sorted pairs): value


def read(text):
    """Families by name; asserts the rules."""
    *lines, end = text.removesuffix("\n").split("\n")
    assert end == "# EOF" and text.endswith("\n"), end
    families, family = {}, None
    for line in lines:
        if line.startswith("# "):
            _, what, name, value = line.split(" ", 3)
            if family is None or name != family.name:
                assert name not in families, f"{name} comes twice"
                assert what == "TYPE", line
                family = families[name] = Family(name)
            assert getattr(family, what.lower()) is None and not family.samples, line
            setattr(family, what.lower(), value)
        else:
            take_sample(family, line)
    for family in families.values():
        assert family.type in SUFFIXES and family.help, family.name
        assert family.unit is None or family.name.endswith("_" + family.unit), family.name
    return families


def take_sample(family, line):
    match = SAMPLE.fullmatch(line)
    assert match, line
    name, labels, value = match.groups()
    assert name.startswith(family.name), line
    suffix = name.removeprefix(family.name)
    assert suffix in SUFFIXES[family.type], line
    key = suffix, tuple(sorted(LABEL.findall(labels or "")))
    assert key not in family.samples, line
    family.samples[key] = float(value)


def value(families, name, /, **labels):
    """Of a sample, by the name it has with its suffix."""
    for family in families.values():
        for (suffix, found), number in family.samples.items():
            if family.name + suffix == name and dict(found) == labels:
                return number
    raise AssertionError(f"no sample {name}{labels}")
