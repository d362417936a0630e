# SPDX-License-Identifier: BSD-3-Clause
"""Traffic for tests: raw frames, pings, TCP with a checksum, UDP floods."""

import errno
import hashlib
import os
import re
import select
import socket
import threading
import time

ETH_P_ALL = 0x0003
PACKET_OUTGOING = 4
SOL_PACKET = 263
PACKET_IGNORE_OUTGOING = 23
SO_RCVBUFFORCE = 33


class RawLink:
    """Whole frames to and from an interface, its own outgoing ones not seen."""

    def __init__(self, namespace, interface):
        with namespace.inside():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
        self.socket.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        self.socket.bind((interface, ETH_P_ALL))
        self.mac = self.socket.getsockname()[4]

    def send(self, frame):
        self.socket.send(frame)

    def receive(self):
        """The next frame that came in; None for one that went out, or when the link is down."""
        try:
            frame, address = self.socket.recvfrom(65536)
        except OSError as error:
            if error.errno != errno.ENETDOWN:
                raise
            return None
        return None if address[2] == PACKET_OUTGOING else frame

    def close(self):
        self.socket.close()


class Sniffer:
    """Collects what comes in at an interface from now until the end of the with block."""

    def __init__(self, namespace, interface):
        self.link = RawLink(namespace, interface)
        self.frames = []
        self.running = True
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        while self.running:
            if select.select([self.link.socket], [], [], 0.02)[0]:
                frame = self.link.receive()
                if frame is not None:
                    self.frames.append(frame)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.running = False
        self.thread.join()
        self.link.close()

    def holding(self, mark):
        """The frames in which the bytes `mark` occur."""
        return [frame for frame in list(self.frames) if mark in frame]


def wait_until(check, timeout, what):
    """Poll until check() is true; AssertionError naming `what` after `timeout` seconds."""
    end = time.monotonic() + timeout
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {timeout} s: {what}")
        time.sleep(0.02)


def ping(namespace, address, count=5, interval=0.05, size=None, whole=False, patience=1):
    """Send `count` pings; how many came back? `size` is that of the IPv4 packet's payload."""
    command = ["ping", "-n", "-c", str(count), "-i", str(interval), "-W", str(patience)]
    if size is not None:
        command += ["-s", str(size)]
    if whole:
        command += ["-M", "do"]
    result = namespace.run(*command, address, check=False)
    found = re.search(r"(\d+) received", result.stdout)
    return int(found.group(1)) if found else 0


def wait_for_ping(namespace, address, timeout=15):
    wait_until(
        lambda: ping(namespace, address, count=1) == 1,
        timeout,
        f"an answer from {address} in {namespace.name}",
    )


def expect_pings(namespace, address, count=10, **options):
    received = ping(namespace, address, count, patience=5, **options)
    assert received == count, f"{received} of {count} pings to {address} came back"


def tcp_transfer(server, address, client, megabytes, timeout=60):
    """Send random bytes from client to server over TCP; both sides must hash the same."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with server.inside():
        listener = socket.create_server((address, 0), family=family)
    listener.settimeout(timeout)
    outcome = {}

    def serve():
        digest = hashlib.sha256()
        try:
            connection, _ = listener.accept()
            connection.settimeout(timeout)
            with connection:
                while data := connection.recv(65536):
                    digest.update(data)
        except OSError as error:
            outcome["error"] = error
        outcome["received"] = digest.hexdigest()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    block = os.urandom(1 << 20)
    digest = hashlib.sha256()
    with client.inside():
        sender = socket.socket(family, socket.SOCK_STREAM)
    with sender, listener:
        sender.settimeout(timeout)
        sender.connect((address, listener.getsockname()[1]))
        for _ in range(megabytes):
            sender.sendall(block)
            digest.update(block)
        sender.shutdown(socket.SHUT_WR)
        thread.join(timeout)
    assert "error" not in outcome, f"TCP to {address}: {outcome['error']}"
    assert outcome.get("received") == digest.hexdigest(), f"TCP to {address}: bytes differ"


class UdpFlood:
    """Sends UDP as fast as one thread can, for the time of the with block."""

    def __init__(self, namespace, address, size=1000):
        with namespace.inside():
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self.target = (address, 9)
        self.payload = bytes(size)
        self.sent = 0
        self.running = True
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        while self.running:
            try:
                self.socket.sendto(self.payload, self.target)
                self.sent += 1
            except OSError:
                time.sleep(0.001)  # the TAP's queue is full, the TAP is gone, or a port unreachable

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.running = False
        self.thread.join()
        self.socket.close()
