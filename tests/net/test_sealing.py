# SPDX-License-Identifier: BSD-3-Clause
"""Sealed payloads: between our nodes and with peers, keys that change, and what does not open."""

import re
import signal
import time

from aes_gcm import OVERHEAD, seal, unseal
from host import Host
from lab import run
from node import Totals
from peer import Attached, PeerObu, PeerRsu
from protocol import Downstream, Upstream, decode, mac
from running import Pings, Stream
from test_start import bad_node, expect_refusal, place_with_wire
from testdata import vectors
from topology import RSU_IP, hidden_far_end, obu_ip, pair, shared_air
from traffic import (
    Sniffer,
    UdpFlood,
    expect_pings,
    ping,
    tcp_transfer,
    wait_for_ping,
    wait_until,
)

OLD, NEW, OTHER = bytes(range(32)), bytes(range(100, 132)), b"\x77" * 32
PEER_KEY = b"vigilant_parakeet_fixed_key_256!"
PEER_MAC, PEER_IP = mac("0a:00:00:00:00:09"), "10.0.0.9"
PING_FULL = 1436 - 28


def test_vectors():
    """aes_gcm.py is what peers do."""
    for name, sealed in vectors("aes-256-gcm.txt"):
        inner = bytes(i % 256 for i in range(int(name.rpartition("_")[2])))
        assert unseal(PEER_KEY, sealed) == inner, name
        assert seal(PEER_KEY, inner, sealed[:12]) == sealed, name
        assert unseal(PEER_KEY, sealed[:-1] + bytes([sealed[-1] ^ 1])) is None, name


def sealed_pair(lab, rsu=(OLD,), obu=(OLD,), **options):
    return pair(lab, rsu={"seal": rsu, **options}, obu={"seal": obu, **options})


def payloads(frames):
    """Of the data messages in frames."""
    messages = [message for frame in frames for message in decode(frame)]
    return [m.payload for m in messages if isinstance(m, (Upstream, Downstream))]


def reach_each_other(rsu, obu):
    expect_pings(obu.namespace, RSU_IP)
    expect_pings(rsu.namespace, obu_ip(1), size=PING_FULL, whole=True)
    expect_pings(obu.namespace, RSU_IP, size=5000)
    tcp_transfer(rsu.namespace, RSU_IP, obu.namespace, megabytes=4)
    tcp_transfer(obu.namespace, obu_ip(1), rsu.namespace, megabytes=4)


def test_hosts_reach_each_other(lab):
    rsu, obu = sealed_pair(lab)
    mark = b"plain words of a client" * 4
    with Sniffer(rsu.namespace, "air0") as air:
        reach_each_other(rsu, obu)
        command = ["ping", "-n", "-c", "5", "-i", "0.05", "-p", mark[:16].hex(), RSU_IP]
        obu.namespace.run(*command)
    sealed = payloads(air.frames)
    inners = [unseal(OLD, payload) for payload in sealed]
    assert len(sealed) > 100 and all(inners), "a payload does not open"
    assert not air.holding(mark[:16]), "plain text is on the wire"
    assert any(mark[:16] in inner for inner in inners), "the mark was not seen inside"
    assert len({payload[:12] for payload in sealed}) == len(sealed), "a nonce came twice"
    for node in (rsu, obu):
        assert not node.totals().get("drop.open_failed"), f"frames did not open: {node.totals()}"


def test_an_asynchronous_device(lab):
    rsu, obu = sealed_pair(lab, device="crypto_openssl")
    assert rsu.logged("crypto_openssl, asynchronous"), "the device is not the one that was asked for"
    reach_each_other(rsu, obu)


def test_a_stop_under_load(lab):
    """An asynchronous device has frames when its node stops."""
    nodes = sealed_pair(lab, device="crypto_openssl")
    with UdpFlood(nodes[0].namespace, obu_ip(1)), UdpFlood(nodes[1].namespace, RSU_IP):
        with UdpFlood(nodes[0].namespace, "10.0.0.255"):
            time.sleep(1)
            for node in nodes:
                node.stop()
    for node in nodes:
        moved = Totals.parse(node.output.read_text())["received"]
        assert moved > 100, f"{node.name} was hardly loaded: {moved} messages"


def obus_reach_each_other(lab, **options):
    rsu, first, second = shared_air(lab, 2, seal=(OLD,), **options)
    with Sniffer(rsu.namespace, "air0") as up, Sniffer(second.namespace, "air0") as air:
        expect_pings(first.namespace, obu_ip(2))
        expect_pings(second.namespace, obu_ip(1), size=PING_FULL)
        tcp_transfer(first.namespace, obu_ip(1), second.namespace, megabytes=4)
    went = {m.payload for frame in air.frames for m in decode(frame) if isinstance(m, Downstream)}
    came = {m.payload for frame in up.frames for m in decode(frame) if isinstance(m, Upstream)}
    passed_on = [payload for payload in went if len(payload) > 60]
    assert passed_on, "nothing came down"
    assert all(unseal(OLD, payload) for payload in passed_on), "a payload does not open"
    return len(came & went), len(went)


def test_hairpin_and_groups(lab):
    """Frames from OBU to OBU go on as they came, byte for byte; ARP requests find their way."""
    same, went = obus_reach_each_other(lab)
    assert same > went / 2, f"{same} of {went} payloads are those that came up"


def test_hairpin_with_an_asynchronous_device(lab):
    same, went = obus_reach_each_other(lab, device="crypto_openssl")
    assert same > went / 2, f"{same} of {went} payloads are those that came up"


def test_relays_need_no_key(lab):
    rsu, relay, far = [lab.namespace(name) for name in ("rsu", "obu1", "obu2")]
    lab.medium((rsu, "air0", "middle"), (relay, "air0", "all"), (far, "air0", "middle"))
    lab.node(rsu, "rsu", ip=f"{RSU_IP}/24", seal=(OLD,))
    node = lab.node(relay, "obu", ip=f"{obu_ip(1)}/24", seal=(OTHER,))
    lab.node(far, "obu", ip=f"{obu_ip(2)}/24", seal=(OLD,))
    wait_for_ping(far, RSU_IP)
    expect_pings(far, RSU_IP, size=PING_FULL, whole=True)
    assert node.totals().messages("tx.air0.upstream") >= 10, f"nothing was relayed: {node.totals()}"


def test_behind_a_relay(lab):
    _, _, far = hidden_far_end(lab, seal=(OLD,))
    expect_pings(far.namespace, RSU_IP)
    tcp_transfer(far.namespace, obu_ip(2), lab.nodes[0].namespace, megabytes=2)


class Flood(Pings):
    """Pings each 2 ms; all must be answered, but for the last, which ping does not wait for."""

    def __init__(self, namespace, address, log):
        super().__init__(namespace, address, 0.002, log)

    def stop(self):
        """How many were answered; none between them was not."""
        super().stop()
        output = self.log.read_text()
        answered = {int(number) for number in re.findall(r"icmp_seq=(\d+) ttl", output)}
        sent = int(re.search(r"(\d+) packets transmitted", output).group(1))
        lost = set(range(1, sent)) - answered
        assert not lost, f"of {sent} pings {sorted(lost)} were not answered"
        return len(answered)


def rotate(lab, **options):
    """Add the new key second on all nodes, make it first, remove the old one; no reply is lost."""
    rsu, obu = sealed_pair(lab, **options)
    flood = Flood(obu.namespace, RSU_IP, lab.directory / "flood")
    stream = Stream(rsu.namespace, RSU_IP, obu.namespace)
    for keys in ((OLD, NEW), (NEW, OLD), (NEW,)):
        for node in (rsu, obu):
            time.sleep(0.4)
            node.rekey(keys)
    time.sleep(0.4)
    answered = flood.stop()
    stream.stop()
    assert answered > 300, f"only {answered} pings in 2.8 s"
    with Sniffer(rsu.namespace, "air0") as air:
        expect_pings(obu.namespace, RSU_IP)
    assert all(unseal(NEW, payload) for payload in payloads(air.frames)), "the old key still seals"
    for node in (rsu, obu):
        assert not node.totals().get("drop.open_failed"), f"frames did not open: {node.totals()}"


def test_keys_are_rotated(lab):
    rotate(lab)


def test_keys_are_rotated_with_an_asynchronous_device(lab):
    rotate(lab, device="crypto_openssl")


def test_many_rotations_in_a_row(lab):
    """SIGHUP upon SIGHUP: some may find earlier keys in use, none harms traffic."""
    rsu, obu = sealed_pair(lab)
    flood = Flood(obu.namespace, RSU_IP, lab.directory / "flood")
    for number in range(200):
        rsu.write_keys((OLD, NEW) if number % 2 else (OLD,))
        rsu.process.send_signal(signal.SIGHUP)
        time.sleep(0.002)
    assert flood.stop() > 100, "hardly a ping"
    assert rsu.logged("keys read again"), "no key file was read"


def test_a_bad_file_changes_nothing(lab):
    rsu, obu = sealed_pair(lab)

    def reread(words):
        seen = len(rsu.logged(words))
        rsu.process.send_signal(signal.SIGHUP)
        wait_until(lambda: len(rsu.logged(words)) > seen, 5, f"{words!r} in the log")
        expect_pings(obu.namespace, RSU_IP, count=3)

    rsu.write_keys((NEW,), mode=0o644)
    reread("found mode 0644, allowed 0600 or 0400; the old keys stay")
    rsu.write_keys((NEW[:31],))
    reread(f"{rsu.key_file}:1: found 62 characters, allowed 64 hexadecimal digits; the old keys")
    rsu.key_file.unlink()
    reread("cannot open: No such file or directory; the old keys stay")
    for key in (OLD, NEW):
        assert key.hex()[:16] not in rsu.errors.read_text(), "a key is in the log"
        assert key.hex()[:16] not in rsu.output.read_text(), "a key is in the output"


def test_no_key_is_told(lab):
    """To whom asks telemetry, in a dump, or in the log at its most talkative."""
    rsu, obu = sealed_pair(lab, rsu=(PEER_KEY,), obu=(PEER_KEY,))
    rsu.told("log_level", level="debug")
    rsu.rekey((PEER_KEY, NEW))
    expect_pings(obu.namespace, RSU_IP)
    commands = rsu.ask("/")
    assert "/peregrine/sealing" in commands and "/peregrine/config" in commands, commands
    said = [rsu.ask_raw(f"{command}{parameter}") for command in commands
            for parameter in ("", ",0", ",1")]  # fmt: skip
    assert rsu.routes() and rsu.totals(), "no dump"
    said += [rsu.output.read_bytes(), rsu.errors.read_bytes()]
    assert str(rsu.key_file).encode() in b"".join(said), "not even the file is named"
    for key in (PEER_KEY, NEW):
        for part in (key[:8], key[12:20], key[24:]):
            for form in (part, part.hex().encode(), part.hex().upper().encode()):
                found = [text for text in said if form in text]
                assert not found, f"a key is in {found[0]!r}"


def test_no_key_file_to_read(lab):
    rsu, obu = pair(lab)
    rsu.process.send_signal(signal.SIGHUP)
    wait_until(lambda: rsu.logged("no aead.key_file"), 5, "a word about it")
    expect_pings(obu.namespace, RSU_IP)


def test_bad_starts(lab):
    node = bad_node(lab, place_with_wire(lab), "rsu", seal=(OLD,))
    place_of_key = f"{node.config}:4: aead.key_file: {node.key_file}"
    node.key_file.chmod(0o604)
    expect_refusal(node, f"{place_of_key}: ", "0604", "0600")
    node.key_file.unlink()
    expect_refusal(node, f"{place_of_key}: ", "No such file")
    checked = run(lab.peregrine, "-c", str(node.config), "--check", check=False)
    assert checked.stderr.startswith(f"{place_of_key}: cannot open"), checked
    node.write_keys((OLD, NEW, OLD))
    expect_refusal(node, f"{place_of_key}:3: ", "line 1")
    place = node.namespace
    other = bad_node(lab, place, "rsu", seal=(OLD,), device="crypto_none", name="other")
    expect_refusal(other, f'{other.config}:4: aead.device: found "crypto_none"')


def talk_past_each_other(lab, rsu, obu):
    """ARP requests of the OBU's host, for which there is no answer; returns the RSU."""
    node, sender = pair(lab, wait=False, rsu={"seal": rsu}, obu={"seal": obu})
    wait_until(lambda: "upstream" in sender.routes(), 5, "an upstream")

    def some_sent():
        ping(sender.namespace, RSU_IP, count=2, interval=0.2)
        return node.totals().messages("rx.air0.upstream") >= 5

    wait_until(some_sent, 15, "frames at the RSU")
    assert ping(sender.namespace, RSU_IP, count=2) == 0, "a ping was answered"
    return node


def test_a_wrong_key(lab):
    totals = talk_past_each_other(lab, (OLD,), (OTHER,)).settled_totals()
    came = totals.messages("rx.air0.upstream")
    assert totals.get("drop.open_failed") == came, f"not all that came were refused: {totals}"
    assert totals.messages("tx.tap.host") == 0, f"something got through: {totals}"


def test_clear_frames_at_a_node_that_seals(lab):
    totals = talk_past_each_other(lab, (OLD,), ()).settled_totals()
    came = totals.messages("rx.air0.upstream")
    refused = totals.get("drop.open_failed", 0) + totals.get("drop.sealed_short", 0)
    assert refused == came, f"not all that came were refused: {totals}"
    assert totals.messages("tx.tap.host") == 0, f"something got through: {totals}"


def test_sealed_frames_at_a_clear_node(lab):
    """About half look like frames from a group; the others reach the host as noise."""
    totals = talk_past_each_other(lab, (), (OLD,)).settled_totals()
    came = totals.messages("rx.air0.upstream")
    refused = totals.get("drop.bad_inner_source", 0)
    assert refused + totals.messages("tx.tap.host") == came, f"neither, nor: {totals}"


def test_host_behind_a_peer_obu(lab):
    here, there = lab.namespace("rsu"), lab.namespace("peer")
    lab.wire(here, "air0", there, "air0")
    rsu = lab.node(here, "rsu", ip=f"{RSU_IP}/24", seal=(PEER_KEY,))
    host = Host(PEER_MAC, PEER_IP)
    obu = Attached(PeerObu, there, "air0", host, key=PEER_KEY)
    wait_for_ping(here, PEER_IP)
    expect_pings(here, PEER_IP, size=1372)
    assert host.ping(RSU_IP, 1), "no echo from our RSU's host"
    sealed = payloads(obu.frames)
    obu.stop()
    assert sealed and all(unseal(PEER_KEY, payload) for payload in sealed), "clear payloads"
    assert min(map(len, sealed)) >= 14 + OVERHEAD
    assert not rsu.totals().get("drop.open_failed"), f"frames did not open: {rsu.totals()}"


def test_host_behind_a_peer_rsu(lab):
    here, one, two = [lab.namespace(name) for name in ("peer", "obu1", "obu2")]
    lab.medium((here, "air0", "all"), (one, "air0", "all"), (two, "air0", "all"))
    lab.node(one, "obu", ip="10.0.0.2/24", seal=(PEER_KEY,))
    lab.node(two, "obu", ip="10.0.0.3/24", seal=(PEER_KEY,))
    host = Host(PEER_MAC, PEER_IP)
    rsu = Attached(PeerRsu, here, "air0", host, key=PEER_KEY)
    for place in (one, two):
        wait_for_ping(place, PEER_IP)
    expect_pings(one, PEER_IP, size=1372)
    wait_for_ping(one, "10.0.0.3")
    expect_pings(one, "10.0.0.3")
    assert host.ping("10.0.0.2", 1), "no echo from our OBU's host"
    rsu.stop()
