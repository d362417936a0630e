# SPDX-License-Identifier: BSD-3-Clause
"""A host of Ethernet frames without a kernel: answers ARP and ICMP echo, and can ping."""

import socket
import struct
import threading

from protocol import BROADCAST

ETHERTYPE_IPV4, ETHERTYPE_ARP = 0x0800, 0x0806
ARP_REQUEST, ARP_REPLY = 1, 2
ECHO_REQUEST, ECHO_REPLY = 8, 0


def ethernet(destination, source, ethertype, body):
    return destination + source + struct.pack(">H", ethertype) + body


def checksum(data):
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data[: len(data) & ~1]))
    if len(data) % 2:
        total += data[-1] << 8
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(source, destination, protocol, body):
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, protocol, 0)
    header += source + destination
    return header[:10] + struct.pack(">H", checksum(header)) + header[12:] + body


def icmp(kind, rest):
    message = struct.pack(">BBH", kind, 0, 0) + rest
    return message[:2] + struct.pack(">H", checksum(message)) + message[4:]


def arp(operation, sender_mac, sender_ip, target_mac, target_ip):
    fixed = struct.pack(">HHBBH", 1, ETHERTYPE_IPV4, 6, 4, operation)
    return fixed + sender_mac + sender_ip + target_mac + target_ip


class Host:
    """`send` is set by whoever connects the host; receive() takes the frames it is given."""

    def __init__(self, mac, address):
        self.mac = mac
        self.address = socket.inet_aton(address)
        self.send = None
        self.frames = []
        self.neighbours = {}
        self.replies = set()
        self.news = threading.Condition()

    def receive(self, frame):
        with self.news:
            self.frames.append(frame)
            self._take(frame)
            self.news.notify_all()

    def _take(self, frame):
        ethertype = struct.unpack_from(">H", frame, 12)[0]
        body = frame[14:]
        if ethertype == ETHERTYPE_ARP and body[24:28] == self.address:
            sender_mac, sender_ip = body[8:14], body[14:18]
            self.neighbours[sender_ip] = sender_mac
            if struct.unpack_from(">H", body, 6)[0] == ARP_REQUEST:
                answer = arp(ARP_REPLY, self.mac, self.address, sender_mac, sender_ip)
                self.send(ethernet(sender_mac, self.mac, ETHERTYPE_ARP, answer))
        elif ethertype == ETHERTYPE_IPV4 and body[16:20] == self.address and body[9] == 1:
            self._take_icmp(frame[6:12], body[: struct.unpack_from(">H", body, 2)[0]])

    def _take_icmp(self, from_mac, packet):
        message = packet[20:]
        if message[0] == ECHO_REQUEST:
            answer = ipv4(self.address, packet[12:16], 1, icmp(ECHO_REPLY, message[4:]))
            self.send(ethernet(from_mac, self.mac, ETHERTYPE_IPV4, answer))
        elif message[0] == ECHO_REPLY:
            self.replies.add(struct.unpack_from(">H", message, 6)[0])

    def ping(self, address, sequence, timeout=1.0):
        """Send one echo request (behind an ARP request when needed); was it answered?"""
        target = socket.inet_aton(address)
        with self.news:
            if target not in self.neighbours:
                request = arp(ARP_REQUEST, self.mac, self.address, b"\0" * 6, target)
                self.send(ethernet(BROADCAST, self.mac, ETHERTYPE_ARP, request))
                if not self.news.wait_for(lambda: target in self.neighbours, timeout):
                    return False
            echo = icmp(ECHO_REQUEST, struct.pack(">HH", 1, sequence) + bytes(56))
            packet = ipv4(self.address, target, 1, echo)
            self.send(ethernet(self.neighbours[target], self.mac, ETHERTYPE_IPV4, packet))
            return self.news.wait_for(lambda: sequence in self.replies, timeout)
