# SPDX-License-Identifier: BSD-3-Clause
"""Traffic that runs while things fail, and what it tells."""

import bisect
import ctypes
import re
import select
import signal
import socket
import struct
import subprocess
import threading
import time

from traffic import RawLink

SO_TIMESTAMPNS = 35
SO_ATTACH_FILTER = 26


class Pings:
    """A ping process; times are those of time.time()."""

    def __init__(self, namespace, address, interval, log):
        self.interval = interval
        self.log = log
        command = namespace.command("ping", "-D", "-n", "-i", str(interval), address)
        with open(log, "w") as output:
            self.process = subprocess.Popen(command, stdout=output, start_new_session=True)

    def answered(self):
        """When each request was sent that was answered, in order."""
        answer = r"^\[([\d.]+)\] .* icmp_seq=\d+ ttl=\d+ time=([\d.]+) ms$"
        found = re.findall(answer, self.log.read_text(), re.MULTILINE)
        return sorted(float(came) - float(took) / 1000 for came, took in found)

    def outage(self, since, until):
        """The longest time without a way, in s, to one interval more or less.

        A request that was answered shows that there was a way when it was sent.
        """
        answered = self.answered()
        first = max(bisect.bisect(answered, since) - 1, 0)
        times = [*answered[first : bisect.bisect(answered, until)], until]
        longest = max(after - before for before, after in zip(times, times[1:]))
        return max(longest - self.interval, 0)

    def duplicates(self):
        return self.log.read_text().count("(DUP!)")

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(10)


class Stream:
    """One TCP connection that a server echoes: numbers go out, and must come back in order."""

    NUMBERS = 256  # at once, of 8 bytes each
    PAUSE = 0.01

    def __init__(self, server, address, client):
        with server.inside():
            self.listener = socket.create_server((address, 0))
        with client.inside():
            self.client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.sent = 0
        self.echoed = 0
        self.error = None
        self.sending = True
        work = (self._echo, self._send, self._check)
        self.threads = [threading.Thread(target=self._guard, args=[part]) for part in work]
        for thread in self.threads:
            thread.daemon = True
        self.threads[0].start()
        self.client.connect((address, self.listener.getsockname()[1]))
        for thread in self.threads[1:]:
            thread.start()

    def _guard(self, work):
        try:
            work()
        except (OSError, AssertionError) as error:
            self.error = self.error or error

    def _echo(self):
        connection, _ = self.listener.accept()
        with connection:
            while data := connection.recv(65536):
                connection.sendall(data)

    def _send(self):
        while self.sending:
            numbers = range(self.sent, self.sent + self.NUMBERS)
            self.client.sendall(struct.pack(f">{self.NUMBERS}Q", *numbers))
            self.sent += self.NUMBERS
            time.sleep(self.PAUSE)
        self.client.shutdown(socket.SHUT_WR)

    def _check(self):
        rest = b""
        while data := self.client.recv(65536):
            data = rest + data
            count = len(data) // 8
            numbers = struct.unpack_from(f">{count}Q", data)
            expected = tuple(range(self.echoed, self.echoed + count))
            assert numbers == expected, f"the stream is not in order behind {self.echoed}"
            self.echoed += count
            rest = data[8 * count :]

    def check(self):
        assert self.error is None, f"the TCP connection broke: {self.error}"

    def stop(self):
        """All that was sent has come back by the same connection."""
        self.sending = False
        for thread in self.threads:
            thread.join(10)
        self.check()
        assert self.echoed == self.sent, f"TCP: {self.echoed} of {self.sent} numbers came back"

    def close(self):
        self.sending = False
        self.client.close()
        self.listener.close()


ECHO_REQUEST = 8
AT_SEQUENCE = 62  # of an echo request in an upstream frame


def only_echo_requests(link):
    """The kernel hands on those upstream frames only that hold an IPv4 echo request."""
    word, byte, if_equal, give = 0x20, 0x30, 0x15, 0x06
    program = [
        (word, 0, 0, 12),
        (if_equal, 0, 5, 0x30300100),
        (byte, 0, 0, 45),
        (if_equal, 0, 3, socket.IPPROTO_ICMP),
        (byte, 0, 0, 56),
        (if_equal, 0, 1, ECHO_REQUEST),
        (give, 0, 0, 64),
        (give, 0, 0, 0),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in program))
    filter_ = struct.pack("@HP", len(program), ctypes.addressof(code))
    link.socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, filter_)


class UpstreamWatch:
    """Which next hop each node sends a client's pings to, and when that changes.

    Pings are taken in the order of their sequence numbers: what waited in the queue of a wire
    without a carrier comes late, but was sent before.
    """

    PINGS_BEFORE = 10  # which of them came by a node show that it was in use

    def __init__(self):
        self.links = {}
        self.seen = {}
        self.running = True
        self.thread = threading.Thread(target=self._run, daemon=True)

    def add(self, sender, receiver, namespace, interface):
        """Frames that come in there are from `sender` to `receiver`, both names."""
        link = RawLink(namespace, interface)
        only_echo_requests(link)
        link.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        link.socket.setblocking(False)
        self.links[link.socket] = link, sender, receiver
        self.seen.setdefault(sender, [])

    def start(self):
        self.thread.start()

    def _run(self):
        while self.running:
            for ready in select.select(list(self.links), [], [], 0.05)[0]:
                _, sender, receiver = self.links[ready]
                for sequence, when in self._requests(ready):
                    self.seen[sender].append((sequence, when, receiver))

    @staticmethod
    def _requests(ready):
        while True:
            try:
                frame, ancillary, _, _ = ready.recvmsg(64, 64)
            except OSError:
                return  # no more, or the link went down
            for level, kind, data in ancillary:
                if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                    seconds, nanoseconds = struct.unpack("@ll", data[:16])
                    sequence = struct.unpack_from(">H", frame, AT_SEQUENCE)[0]
                    yield sequence, seconds + nanoseconds / 1e9

    def current(self, sender):
        return max(self.seen[sender])[2]

    def changes(self, since, until):
        """(when, sender, from, to) for each change, in order.

        Of a node that was not in use before, the first next hop is no change.
        """
        found = []
        before = [ping for seen in self.seen.values() for ping in list(seen) if ping[1] < since]
        first = max(before)[0] - self.PINGS_BEFORE
        for sender, seen in self.seen.items():
            seen = sorted(ping for ping in list(seen) if ping[0] >= first)
            for (_, _, before), (_, when, after) in zip(seen, seen[1:]):
                if before != after and since <= when < until:
                    found.append((when, sender, before, after))
        return sorted(found)

    def stop(self):
        self.running = False
        self.thread.join()
        for link, _, _ in self.links.values():
            link.close()
