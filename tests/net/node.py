# SPDX-License-Identifier: BSD-3-Clause
"""A peregrine process: its node file, its start, its totals and its stop."""

import json
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

from traffic import wait_until

START_SECONDS = 20
STOP_SECONDS = 4  # the promise is 1; the rest is for a machine that others load
HELLO_MS = 200
LOG_LINES = 15


def lcores():
    cpus = sorted(os.sched_getaffinity(0))[:2]
    return ",".join(str(cpu) for cpu in cpus)


def check_balance(totals):
    """What came to be went somewhere."""
    gained = totals["received"] + totals["generated"] + totals["copied"]
    lost = totals["sent"] + totals["kept"] + totals["dropped"] + totals["in_flight"]
    assert gained == lost, f"identity broken: {gained} came to be, {lost} went: {totals}"


class Totals(dict):
    """A block of totals: `name` -> number, and `rx.PORT.KIND` -> (messages, bytes)."""

    @classmethod
    def parse(cls, text):
        totals = cls()
        for line in text.splitlines():
            traffic = re.fullmatch(r"([rt]x\.\S+) messages (\d+) bytes (\d+)", line)
            if traffic:
                totals[traffic.group(1)] = (int(traffic.group(2)), int(traffic.group(3)))
                continue
            plain = re.fullmatch(r"(\S+) (-?\d+)", line)
            if plain:
                totals[plain.group(1)] = int(plain.group(2))
        return totals

    def __str__(self):
        shown = [f"{name} {value}" for name, value in self.items() if not name.startswith("lcore.")]
        return ", ".join(shown)

    def drops(self):
        """Each non-zero drop reason."""
        return {name[5:]: count for name, count in self.items() if name.startswith("drop.")}

    def messages(self, name):
        return self.get(name, (0, 0))[0]

    def check_identity(self):
        check_balance(self)
        assert sum(self.drops().values()) == self["dropped"], f"drops do not add up: {self}"
        for side, total in (("rx.", "received"), ("tx.", "sent")):
            sums = sum(count[0] for name, count in self.items() if name.startswith(side))
            assert sums == self[total], f"{side}* add up to {sums}, {total} says {self[total]}"

    def check_stopped(self):
        self.check_identity()
        for name in ("unaccounted", "in_flight", "buffers_outstanding"):
            assert self.get(name) == 0, f"after the stop {name} is {self.get(name)}"


def drops_between(before, after, besides=()):
    """Which drop reasons grew, and by how much, besides those that always grow."""
    old, new = before.drops(), after.drops()
    grown = {name: new[name] - old.get(name, 0) for name in new if name not in besides}
    return {name: more for name, more in grown.items() if more}


class Node:
    def __init__(self, lab, namespace, role, *, wires=("air0",), tap="tap0", ip=None, mtu=1436,
                 lan="own", memory=0, keys=None, seal=(), device="auto", name=None, prefix=(),
                 log="info", workers="", group="", dumpcap="no",
                 port="net_af_packet_{wire},iface={wire},qdisc_bypass=1"):  # fmt: skip
        self.lab = lab
        self.namespace = namespace
        self.role = role
        self.name = name or namespace.name.split("-", 2)[2]
        self.tap = tap
        self.prefix = list(prefix)
        self.process = None
        self.config = lab.directory / f"{self.name}.conf"
        self.output = lab.directory / f"{self.name}.out"
        self.errors = lab.directory / f"{self.name}.err"
        self.runtime = Path("/var/run/dpdk", f"pgn-{os.getpid()}-{self.name}")
        names = {"role": role, "name": self.runtime.name, "hello_periodicity": HELLO_MS}
        node_keys = {**names, **(keys or {})}
        settings = " ".join(f"{key} = {value}" for key, value in node_keys.items())
        address = f'ip = "{ip}"' if ip else ""
        lines = [f"node {{ {settings} }}"]
        for wire in wires:
            lines.append(f'wire {wire} {{ port = "{port.format(wire=wire)}" }}')
        lines.append(f'tap {{ port = "net_tap0,iface={tap}" {address} mtu = {mtu} lan = {lan} }}')
        self.key_file = lab.directory / f"{self.name}.keys"
        if seal:
            self.write_keys(seal)
            lines.append(f'aead {{ key_file = "{self.key_file}" device = "{device}" }}')
        lines.append(f'eal {{ lcores = "{lcores()}" memory = {memory} options = "" }}')
        if workers:
            lines.append(f"workers {{ {workers} }}")
        if group:
            lines.append(f"control {{ group = {group} }}")
        lines.append(f"capture {{ dumpcap = {dumpcap} }}")
        lines.append(f"log {{ to = stderr level = {log} }}")
        self.config.write_text("\n".join(lines) + "\n")

    def write_keys(self, keys, mode=0o600):
        """A new file in the place of the old one, as an operator should do it."""
        new = self.key_file.with_suffix(".new")
        new.write_text("".join(f"{key.hex()}\n" for key in keys))
        new.chmod(mode)
        new.rename(self.key_file)

    def rekey(self, keys):
        """The node has other keys from now on."""
        seen = len(self.logged("keys read again"))
        self.write_keys(keys)
        self.process.send_signal(signal.SIGHUP)
        wait_until(lambda: len(self.logged("keys read again")) > seen, 5, f"new keys at {self.name}")

    def launch(self):
        """Start the process without waiting for it to be ready."""
        command = self.namespace.command(*self.prefix, self.lab.peregrine, "-c", str(self.config))
        with open(self.output, "w") as output, open(self.errors, "w") as errors:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,  # a Ctrl-C is for the test run, which then stops nodes
            )

    def start(self):
        """Start, and wait until the node says that it is up: ports, log, sockets."""
        self.launch()
        wait_until(self._ready, START_SECONDS, f"node {self.name} being ready")

    def _ready(self):
        assert self.running(), f"node {self.name} ended at its start, exit {self.process.returncode}"
        return self.logged(f"notice: {self.role} is up")

    def takes(self, number):
        """Does the process catch, or wait for, the signal?"""
        with open(f"/proc/{self.process.pid}/status") as status:
            masks = re.findall(r"^Sig(?:Cgt|Blk):\s*(\S+)", status.read(), re.MULTILINE)
        return any(int(mask, 16) >> (number - 1) & 1 for mask in masks)

    def run_to_end(self, timeout=15):
        """Start a node that is expected to end by itself; returns exit code and stderr."""
        self.launch()
        return self.process.wait(timeout), self.errors.read_text()

    def running(self):
        return self.process is not None and self.process.poll() is None

    def totals(self):
        """The totals of this moment, from the running process."""
        seen = len(self._blocks())
        self.process.send_signal(signal.SIGUSR2)
        wait_until(lambda: len(self._blocks()) > seen, 3, f"totals of node {self.name}")
        return Totals.parse(self._blocks()[-1])

    def ask_raw(self, command):
        """What telemetry says to a command, as it is sent."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
            connection.settimeout(5)
            connection.connect(str(self.runtime / "dpdk_telemetry.v2"))
            json.loads(connection.recv(1 << 16))
            connection.send(command.encode())
            return connection.recv(1 << 16)

    def ask(self, command):
        """What telemetry says to a command, without the command."""
        return json.loads(self.ask_raw(command))[command.partition(",")[0]]

    def health(self):
        told = self.ask("/peregrine/health")
        return told["verdict"], told["reason"]

    def connect(self):
        """A connection to its control socket."""
        address = str(self.runtime / "peregrine.ctl")
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        wait_until(lambda: connection.connect_ex(address) == 0, 5, f"{self.name} listening")
        connection.settimeout(5)
        return connection

    def tell(self, request):
        """What it replies to a request: a dict, or bytes as they are."""
        with self.connect() as connection:
            connection.send(request if isinstance(request, bytes) else json.dumps(request).encode())
            return json.loads(connection.recv(1 << 16))

    def told(self, do, **keys):
        """What it replies to a request that it must do."""
        reply = self.tell({"schema": 1, "do": do, **keys})
        assert reply.get("done") == 1, f"{do} {keys}: {reply}"
        return reply

    def routes(self):
        """The table of routes of this moment, as it is printed."""
        seen = len(self._blocks("routes"))
        self.process.send_signal(signal.SIGUSR1)
        wait_until(lambda: len(self._blocks("routes")) > seen, 3, f"routes of node {self.name}")
        return self._blocks("routes")[-1]

    def logged(self, words):
        """The lines of its log so far that hold the words."""
        return [line for line in self.errors.read_text().splitlines() if words in line]

    def _blocks(self, name="totals"):
        return re.findall(rf"^--- {name}\n(.*?)^--- end$", self.output.read_text(), re.M | re.S)

    def settled_totals(self):
        """Totals twice the same but for the node's own heartbeats: all that came in is counted."""
        last = self.totals()

        def same():
            nonlocal last
            previous, last = last, self.totals()
            return previous["received"] == last["received"] and last["unaccounted"] == 0

        wait_until(same, 15, f"quiet at node {self.name}")
        return last

    def stop(self, number=signal.SIGTERM, started=True):
        """Stop in good order and check what it says; returns the totals.

        A node that had not started yet prints no totals.
        """
        begin = time.monotonic()
        self.process.send_signal(number)
        try:
            code = self.process.wait(10)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"node {self.name} did not stop within 10 s") from None
        seconds = time.monotonic() - begin
        # It looks for leaks while threads of the EAL end, and trips over a stack that is gone.
        if self.logged("LeakSanitizer has encountered a fatal error"):
            print(f"    node {self.name}: not looked for leaks", flush=True)
        else:
            assert code == 0, f"node {self.name} stopped with exit code {code}"
        assert seconds < STOP_SECONDS, f"node {self.name} took {seconds:.2f} s to stop"
        totals = self.last_totals()
        if started or totals:
            assert "received" in totals, f"node {self.name} printed no totals at its stop"
            totals.check_stopped()
        assert self.tap not in self.namespace.interfaces(), f"{self.tap} outlived {self.name}"
        assert not self.runtime.exists(), f"{self.runtime} outlived {self.name}"
        return totals

    def last_totals(self):
        """What it printed at its stop."""
        text = self.output.read_text() if self.output.exists() else ""
        return Totals.parse(text.rpartition("--- end\n")[2])

    def kill(self):
        """As a power cut does it."""
        if self.running():
            self.process.kill()
            self.process.wait()

    def state(self):
        """The end of its log, and its counters of now or of its stop."""
        log = self.errors.read_text().splitlines()[-LOG_LINES:] if self.errors.exists() else []
        code = self.process.poll() if self.process else None
        lines = [f"--- {self.name}, {'running' if code is None else f'exit {code}'}", *log]
        try:
            lines += [str(self.totals() if self.running() else self.last_totals())]
        except AssertionError as error:
            lines.append(str(error))
        return "\n    ".join(lines) + "\n"
