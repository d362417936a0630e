# SPDX-License-Identifier: BSD-3-Clause
"""A node that only talks: telemetry and control sockets, schema 1, with counters the test sets."""
import copy
import json
import os
import re
import socket
import threading
import time
from pathlib import Path

MAX_OUTPUT = 16384
KINDS = ("heartbeat", "reply", "upstream", "downstream", "host", "unknown")
STARTED = 1_764_057_600_000_000_000  # 2025-11-25 08:00:00 UTC
DROPS = Path(__file__).resolve().parents[2] / "lib/stats/pgn_stats.h"


def drop_reasons():
    """Reasons as lib/stats has them."""
    text = DROPS.read_text().partition("define PGN_DROPS")[2].partition("enum pgn_drop")[0]
    return re.findall(r'X\([A-Z_]+,\s*"([a-z_]+)"', re.sub(r"\\\n", "", text))


def by_kind(**counts):
    return {kind: counts.get(kind, 0) for kind in KINDS}


def port(mac, up=1, rx=None, tx=None, missed=0):
    rx, tx = rx or {}, tx or {}
    return {
        "port": "net_fake", "mac": mac, "link_up": up, "link_downs": 1 - up, "reopened": 0,
        "rx_queues": 1, "tx_queues": 2, "frame_max_bytes": 1518, "spread": "none",
        "rx_burst_mode": "Vector AVX2", "tx_burst_mode": "-",
        "rx_messages": by_kind(**rx), "tx_messages": by_kind(**tx),
        "rx_bytes": by_kind(**{kind: 100 * n for kind, n in rx.items()}),
        "tx_bytes": by_kind(**{kind: 200 * n for kind, n in tx.items()}),
        "lost_missed": missed, "lost_no_buffer": 0, "lost_errors": 0,
    }  # fmt: skip


def lcore(number, does, rx, tx, busy, idle):
    return {
        "lcore": number, "does": does, "rx_messages": rx, "tx_messages": tx, "kept": 0,
        "dropped": 0, "polls": 1000, "polls_empty": 250, "cycles_busy": busy,
        "cycles_idle": idle, "cycles_rx": busy // 2, "cycles_role": busy // 4,
        "cycles_tx": busy // 4,
        "bursts": {"1": 10, "2_3": 20, "4_7": 0, "8_15": 0, "16_31": 0, "32_63": 70, "64": 0},
    }  # fmt: skip


def route(number):
    return {
        "node": f"02:00:00:00:01:{number % 256:02x}", "kind": "node",
        "next_hop": f"02:00:00:00:02:{number % 256:02x}", "wire": "air0", "hops": 1 + number % 3,
        "delivered_of_64": 64 - number % 8, "latency_us": 150 + number, "dead_in_ms": 2900,
        "state": "dead" if number == 3 else "live", "current": 1,
        "why": f"fewest hops, number {number}",
    }  # fmt: skip


def client(number):
    at_host = number % 10 == 9
    return {
        "mac": f"0a:00:00:00:{number // 256:02x}:{number % 256:02x}",
        "where": "host" if at_host else "obu", "obu": "" if at_host else "02:00:00:00:01:00",
    }  # fmt: skip


def parts():
    """What a node that moved some messages says."""
    drops = {reason: 0 for reason in drop_reasons()}
    drops.update(not_for_us=1500, runt=500)
    return {
        "info": {
            "schema": 1, "version": "0.1.0", "name": "peregrine", "role": "rsu",
            "instance": "0123456789abcdef", "pid": os.getpid(), "started_utc_ns": STARTED,
            "uptime_ns": 100_000_000_000, "snapshot_utc_ns": STARTED + 100_000_000_000,
            "tsc_hz": 2_000_000_000, "identity": "02:00:00:00:00:01", "ethertype": 0x3030,
            "sealed": 1, "workers": 1, "mode": "operate",
        },
        "totals": {
            "received": 1_234_567, "generated": 100, "copied": 10, "sent": 1_200_000,
            "kept": 32_677, "dropped": 2000, "in_flight": 0, "unaccounted": 0,
            "clients_known": 40, "clients_learned": 45, "clients_refused": 2, "clients_late": 1,
        },
        "lcores": {
            "0": lcore(0, "control", 0, 100, 1_000_000_000, 199_000_000_000),
            "1": lcore(1, "worker", 1_234_567, 1_200_000, 90_000_000_000, 110_000_000_000),
        },
        "ports": {
            "air0": port("02:00:00:00:00:01", rx={"heartbeat": 100, "upstream": 900_000},
                         tx={"heartbeat": 100, "downstream": 300_000}, missed=77),
            "tap": port("02:00:00:00:00:11", up=0, rx={"host": 300_000}, tx={"host": 900_000}),
        },
        "pools": {
            "256": {"size": 4096, "in_use": 100, "gets": 5000, "hits": 4500, "refills": 30,
                    "fallbacks": 2, "failures": 1},
            "512": {"size": 2048, "in_use": 0, "gets": 0, "hits": 0, "refills": 0,
                    "fallbacks": 0, "failures": 0},
            "1500": {"size": 8192, "in_use": 8000, "gets": 900, "hits": 800, "refills": 3,
                     "fallbacks": 0, "failures": 0},
        },
        "drops": drops,
        "routes": [route(number) for number in range(5)],
        "clients": [client(number) for number in range(40)],
        "latency": {
            "residence_ns": {"count": 1000, "p50": 3071, "p90": 3583, "p99": 7167,
                             "p99_9": 1_048_575, "max": 1_048_575},
            "frames_up_to_ns": {"3071": 700, "3583": 200, "7167": 95, "1048575": 5},
        },
        "spread": {
            "workers": 2,
            "rings": {"1_2": {"from_lcore": 1, "to_lcore": 2, "frames": 5000, "overflowed": 4}},
            "queues": {"air0_0": {"port": "air0", "queue": 0, "lcore": 1, "frames": 900_100}},
        },
        "sealing": {"device": "crypto_aesni_gcm", "keys": 2, "failed_short": 1, "failed_authentication": 6,
                    "failed_device": 0, "key_age_s": 7260},
        "health": {"verdict": "okay", "reason": "", "since_utc_ns": STARTED,
                   "checks": {"lcores": "okay", "links": "okay", "keys": "okay"}},
        "config": {"file": "/etc/peregrine/rsu.conf", "node_role": "rsu",
                   "node_hello_history": "10"},
    }  # fmt: skip


class FakeNode:
    """Serves until closed. `part` may be changed any time; `broken` names a way to answer badly."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.page = 3
        self.part = parts()
        self.broken = None
        self.advance = {}  # what grows by how much with each snapshot: ("totals", "received"): 7
        self.asked = []
        self.done = []  # what came over the control socket
        self.refusal = None
        self.capture = {"running": 0, "file": "", "frames": 0, "bytes": 0, "lost": 0,
                        "ended": ""}  # fmt: skip
        self.sockets = []
        self.open()

    @property
    def telemetry(self):
        return str(self.folder / "dpdk_telemetry.v2")

    def open(self):
        self.closing = threading.Event()
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, talk in (("dpdk_telemetry.v2", self.answer), ("peregrine.ctl", self.control)):
            server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            server.bind(str(self.folder / name))
            server.listen(10)
            self.sockets.append(server)
            threading.Thread(target=self.serve, args=(server, talk), daemon=True).start()

    def close(self):
        self.closing.set()
        for name in ("dpdk_telemetry.v2", "peregrine.ctl"):
            (self.folder / name).unlink(missing_ok=True)
        for one in self.sockets:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # not connected any more
            one.close()
        self.sockets.clear()

    def restart(self):
        """Gone, and back with counters from 0 and another instance."""
        self.close()
        self.part = parts()
        self.part["info"].update(instance="fedcba9876543210", uptime_ns=5_000_000_000,
                                 started_utc_ns=STARTED + 3600_000_000_000)  # fmt: skip
        self.part["totals"].update(received=11)
        self.open()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def serve(self, server, talk):
        closing = self.closing
        while not closing.is_set():
            try:
                connection, _ = server.accept()
            except OSError:
                return
            self.sockets.append(connection)
            threading.Thread(target=talk, args=(connection, closing), daemon=True).start()

    def answer(self, connection, closing):
        hello = {"version": "DPDK 22.11.7", "pid": os.getpid(), "max_output_len": MAX_OUTPUT}
        if self.broken == "greeting":
            hello = {"hello": 1}
        try:
            connection.send(json.dumps(hello).encode())
            while request := connection.recv(1024):
                command = request.decode()
                self.asked.append(command)
                if self.broken == "silent":
                    closing.wait(10)
                    return
                if self.broken == "closes" and command != "/peregrine/info":
                    connection.close()
                    return
                connection.send(self.reply(command))
        except OSError:
            pass  # the reader went away, or the node does

    def reply(self, command):
        name, _, parameter = command.partition(",")
        text = json.dumps({name: self.data(name, parameter)}, separators=(",", ":"))
        if self.broken == "cut" and name != "/peregrine/info":
            return text[:-7].encode()
        if self.broken == "not JSON":
            return b"segmentation fault\n"
        if self.broken == "too long":
            return (text[:-1] + " " * (2 * MAX_OUTPUT) + "}").encode()
        if self.broken == "another":
            return b'{"/peregrine/other":{}}'
        return text.encode()

    def data(self, name, parameter):
        part = name.removeprefix("/peregrine/")
        if part == "info":
            self.grow()
        if part == "lcores":
            return [int(number) for number in self.part["lcores"]]
        if part == "lcore":
            return copy.deepcopy(self.part["lcores"].get(parameter))
        if part == "client":
            found = [one for one in self.part["clients"] if one["mac"] == parameter]
            return {"mac": parameter, "known": len(found), "where": "", "obu": "",
                    **(found[0] if found else {})}  # fmt: skip
        if part in ("routes", "clients"):
            offset = int(parameter)
            rows = self.part[part][offset : offset + self.page]
            more = offset + self.page < len(self.part[part])
            return {part: {str(n): one for n, one in enumerate(rows)}, "offset": offset,
                    "total": len(self.part[part]), "next": (offset + self.page) * more}
        if part == "spread" and {"queues", "rings"} <= set(self.part[part]):
            return self.spread_page(int(parameter))
        return copy.deepcopy(self.part.get(part))

    def spread_page(self, offset):
        whole = copy.deepcopy(self.part["spread"])
        rows = [(kind, name) for kind in ("queues", "rings") for name in whole[kind]]
        for kind, name in rows[:offset] + rows[offset + self.page :]:
            del whole[kind][name]
        more = offset + self.page < len(rows)
        return {**whole, "offset": offset, "total": len(rows), "next": (offset + self.page) * more}

    def grow(self):
        for path, step in self.advance.items():
            *way, last = path
            place = self.part
            for key in way:
                place = place[key]
            place[last] += step

    def control(self, connection, _closing):
        try:
            while request := connection.recv(65536):
                connection.send(json.dumps(self.act(json.loads(request))).encode())
        except OSError:
            pass  # the reader went away, or the node does

    def act(self, request):
        self.done.append(request)
        if self.refusal is not None:
            return self.refusal
        if request["do"] == "capture_status":
            return {"schema": 1, "done": 1, **self.capture}
        return {"schema": 1, "done": 1}

    def wait_asked(self, count, seconds=10):
        """Until so many snapshots were begun."""
        end = time.monotonic() + seconds
        while self.asked.count("/peregrine/info") < count:
            assert time.monotonic() < end, self.asked
            time.sleep(0.01)
