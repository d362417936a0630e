# SPDX-License-Identifier: BSD-3-Clause
"""What is measured, in which order, and how long that takes."""

from collections import namedtuple

SIZES = (64, 128, 256, 512, 1024, 1280, 1518)
QUICK_SIZES = (64, 512, 1518)
SECONDS = 10  # of a trial; RFC 2544 wants 60 for the final one, and lets trials before be shorter
QUICK_SECONDS = 0.5
QUICK_LIMIT_SECONDS = 15 * 60
CONFORMANT_SECONDS = 10
LOADS = (10, 50, 90, 100)  # per cent of the throughput, for latency

# path: what its frames are; the node's role; the ports that frames go in and come out by. A path
# in and out by one port is "loop", by two "through".
Path = namedtuple("Path", "kind title role enters leaves lane")
PATHS = {
    "upstream": Path("upstream", "air to host", "rsu", "wire", "tap", "through"),
    "host": Path("host", "host to air", "rsu", "tap", "wire", "through"),
    "downstream": Path("downstream", "relay", "obu", "wire", "wire", "loop"),
}
NODE, MACSWAP = "node", "macswap role"
TESTPMD = {"testpmd io": "io", "testpmd macswap": "macswap"}
# The macswap role serves one port.
YARDSTICKS = {"through": (*TESTPMD,), "loop": (*TESTPMD, MACSWAP)}

CLIENTS = 65536
NODES = 64
CLIENT_COUNTS = (1024, 65536, 1048576)
CYCLE_PATHS = ("io", "macswap", "relay", "air-to-host", "host-to-air", "hairpin", "group")
CLIENT_PATHS = ("air-to-host", "host-to-air")
WORKER_PATHS = ("relay", "air-to-host", "host-to-air")

# test: ceiling, ports or cycles. `kind` is a path's name, for yardsticks the lane's first one.
Point = namedtuple("Point", "test subject kind size words", defaults=((),))

START_SECONDS = 4  # a subject, and a generator that teaches it its clients
PAUSE_SECONDS = 0.35  # of a trial: what is not counted, and what is waited for
CYCLES_SECONDS = 2
TRIALS = 9 + len(LOADS) + 6  # a search, latency, a loss curve
BURSTS = 10


def key(point):
    """How a point is called in the store; one line for people as well."""
    what = f"{point.size} bytes" if point.size else " ".join(point.words)
    return " ".join(filter(None, (point.test, point.subject, point.kind, what)))


def lanes(kinds):
    """Each lane that the paths use, with the first path that does."""
    found = {}
    for kind in kinds:
        found.setdefault(PATHS[kind].lane, kind)
    return found


def port_points(kinds, sizes, yardsticks):
    """Ceilings first; then size by size what is to be compared side by side."""
    points = [
        Point("ceiling", "generator", kind, size)
        for size in sizes
        for kind in lanes(kinds).values()
    ]
    for size in sizes:
        for lane, first in lanes(kinds).items():
            here = [name for name in YARDSTICKS[lane] if name in yardsticks]
            points += [Point("ports", name, first, size) for name in here]
            points += [
                Point("ports", NODE, kind, size) for kind in kinds if PATHS[kind].lane == lane
            ]
    return points


def cycle_points(workers):
    """Runs of pgn-node, without ports: cycles a frame, by path, by clients, by workers."""
    points = [Point("cycles", "pgn-node", path, None) for path in CYCLE_PATHS]
    for path in CLIENT_PATHS:
        for clients in CLIENT_COUNTS:
            if clients != CLIENTS:
                points.append(
                    Point("cycles", "pgn-node", path, None, ("--clients", str(clients)))
                )
    count = 2
    while count <= workers:
        for path in WORKER_PATHS:
            for spread in ("queue", "software"):
                words = ("--workers", str(count), "--spread", spread)
                points.append(Point("cycles", "pgn-node", path, None, words))
        count *= 2
    return points


def estimate(point, seconds, repeats):
    """About how long a point takes, in seconds."""
    if point.test == "cycles":
        return CYCLES_SECONDS
    if point.test == "ceiling":
        return START_SECONDS + seconds + PAUSE_SECONDS
    trials = TRIALS + repeats
    bursts = BURSTS * repeats
    return (
        START_SECONDS
        + trials * (seconds + PAUSE_SECONDS)
        + bursts * (seconds / 4 + PAUSE_SECONDS)
    )


def sink(kind, yardsticks):
    """The subject that costs least, with which the generator's ceiling is measured."""
    return next((name for name in YARDSTICKS[PATHS[kind].lane] if name in yardsticks), NODE)


def setup(subject, kind):
    """Subjects that need no restart in between are the same setup."""
    path = PATHS[kind]
    return subject, path.role if subject == NODE else path.lane


def by_setup(points, yardsticks):
    """The same points, so that somebody who starts subjects by hand does it once for each."""

    def of(point):
        ceiling = point.test == "ceiling"
        return setup(sink(point.kind, yardsticks) if ceiling else point.subject, point.kind)

    on_ports = [point for point in points if point.test != "cycles"]
    setups = list(dict.fromkeys(of(point) for point in on_ports))
    on_ports.sort(key=lambda point: (setups.index(of(point)), point.test != "ceiling"))
    return on_ports + [point for point in points if point.test == "cycles"]
