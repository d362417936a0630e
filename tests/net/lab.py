# SPDX-License-Identifier: BSD-3-Clause
"""Network namespaces, wires between them and the nodes in them; nothing outlives a Lab."""

import contextlib
import ctypes
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from node import Node

NETNS_DIR = Path("/run/netns")
CLONE_NEWNET = 0x40000000
WIRE_MTU = 1500

_libc = ctypes.CDLL(None, use_errno=True)


class Skip(Exception):
    """Something a test needs is not on this machine."""


def run(*command, check=True):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if check and result.returncode:
        output = (result.stderr or result.stdout).strip()
        raise RuntimeError(f"{' '.join(command)}: {output}")
    return result


def need(program):
    if shutil.which(program) is None:
        raise Skip(f"no program {program}")


def need_hugepages(pages):
    path = Path("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages")
    free = int(path.read_text()) if path.exists() else 0
    if free < pages:
        raise Skip(f"{free} hugepages of 2 MB are free, {pages} needed")


def with_mount(arguments):
    """A prefix for a command: it runs in a mount namespace of its own, with this mounted."""
    return ["unshare", "--mount", "sh", "-c", f'mount {arguments} && exec "$@"', "sh"]


def why_no_namespaces():
    """None when this process may make network namespaces, else the reason."""
    if shutil.which("ip") is None:
        return "no program ip (package iproute2)"
    probe = f"pgn-{os.getpid()}-probe"
    result = run("ip", "netns", "add", probe, check=False)
    if result.returncode:
        return f"no network namespaces: {result.stderr.strip()}"
    run("ip", "netns", "del", probe)
    return None


class Namespace:
    def __init__(self, name):
        self.name = name
        run("ip", "netns", "add", name)
        run("ip", "-n", name, "link", "set", "lo", "up")

    @contextlib.contextmanager
    def inside(self):
        """The calling thread is in this namespace: sockets it makes here stay here."""
        with open("/proc/thread-self/ns/net") as home, open(NETNS_DIR / self.name) as there:
            _enter(there)
            try:
                yield
            finally:
                _enter(home)

    def command(self, *command):
        return ["ip", "netns", "exec", self.name, *command]

    def run(self, *command, check=True):
        return run(*self.command(*command), check=check)

    def ip(self, *arguments, check=True):
        return run("ip", "-n", self.name, *arguments, check=check)

    def write_sysctl(self, path, value):
        with self.inside():
            with contextlib.suppress(FileNotFoundError):
                Path("/proc/sys/net", path).write_text(f"{value}\n")

    def interfaces(self):
        return re.findall(r"^\d+: ([^:@]+)", self.ip("-o", "link").stdout, re.MULTILINE)

    def mac(self, interface):
        output = self.ip("-o", "link", "show", interface).stdout
        return re.search(r"link/ether (\S+)", output).group(1)

    def delete(self):
        delete_namespace(self.name)


def _enter(file):
    if _libc.setns(file.fileno(), CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def delete_namespace(name):
    """Kill what runs in the namespace, then delete it: it would live on with its processes."""
    for pid in run("ip", "netns", "pids", name, check=False).stdout.split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
    run("ip", "netns", "del", name, check=False)


def sweep():
    """Delete namespaces and directories whose lab was killed before it could."""
    for entry in [*NETNS_DIR.glob("pgn-*"), *Path(tempfile.gettempdir()).glob("pgn-*")]:
        found = re.fullmatch(r"pgn-(\d+)-.*", entry.name)
        if found is None or Path("/proc", found.group(1)).exists():
            continue
        if entry.parent == NETNS_DIR:
            delete_namespace(entry.name)
        else:
            shutil.rmtree(entry)


class Lab:
    def __init__(self, peregrine):
        self.peregrine = str(peregrine)
        self.namespaces = []
        self.nodes = []
        self.directory = None

    def __enter__(self):
        self.directory = Path(tempfile.mkdtemp(prefix=f"pgn-{os.getpid()}-"))
        self.directory.chmod(0o755)
        return self

    def __exit__(self, *_):
        for node in self.nodes:
            node.kill()
        for namespace in self.namespaces:
            namespace.delete()
        shutil.rmtree(self.directory)

    def namespace(self, name, ipv6=False):
        """IPv6 is off unless asked for: the kernel's own frames would blur exact counts."""
        namespace = Namespace(f"pgn-{os.getpid()}-{name}")
        self.namespaces.append(namespace)
        if not ipv6:
            namespace.write_sysctl("ipv6/conf/all/disable_ipv6", 1)
            namespace.write_sysctl("ipv6/conf/default/disable_ipv6", 1)
        return namespace

    def wire(self, a, a_interface, b, b_interface, mtu=WIRE_MTU):
        """A veth pair from one namespace to another."""
        # fmt: off
        a.ip("link", "add", a_interface, "mtu", str(mtu), "type", "veth",
             "peer", "name", b_interface, "mtu", str(mtu), "netns", b.name)
        # fmt: on
        a.ip("link", "set", a_interface, "up")
        b.ip("link", "set", b_interface, "up")

    def medium(self, *members):
        """A bridge as the air that all hear: (namespace, interface, hears) for each member.

        Members with hears = "middle" hear only those with hears = "all".
        """
        air = self.namespace("air")
        air.ip("link", "add", "air", "type", "bridge", "mcast_snooping", "0")
        air.ip("link", "set", "air", "up")
        for number, (namespace, interface, hears) in enumerate(members):
            port = f"port{number}"
            self.wire(namespace, interface, air, port)
            air.ip("link", "set", port, "master", "air")
            if hears == "middle":
                run("bridge", "-n", air.name, "link", "set", "dev", port, "isolated", "on")
        return air

    def node(self, namespace, role, start=True, **options):
        """A node, started; its options are those of Node."""
        node = Node(self, namespace, role, **options)
        self.nodes.append(node)
        if start:
            node.start()
        return node

    def stop_all(self):
        """Stop every node that still runs; each must stop in good order."""
        for node in self.nodes:
            if node.running():
                node.stop()

    def logs(self):
        """The ends of all nodes' logs and their counters, for a failure report."""
        return "".join(node.state() for node in self.nodes)
