# SPDX-License-Identifier: BSD-3-Clause
"""Captures: what is in the files, how many there are, and that traffic never waits for them."""

import contextlib
import ctypes
import os
import re
import stat
import sys
import time
from pathlib import Path

import pcapng
from lab import need, run, with_mount
from protocol import Downstream, Heartbeat, Upstream, decode, mac
from test_workers import with_two_workers
from topology import RSU_IP, obu_ip, pair
from traffic import (
    RawLink,
    Sniffer,
    UdpFlood,
    expect_pings,
    ping,
    wait_for_ping,
    wait_until,
)

sys.path.append(str(Path(__file__).resolve().parent.parent / "tools"))

from shark import fields, tshark  # noqa: E402  pylint: disable=wrong-import-position

MB = 1 << 20
DATA = (Upstream, Downstream)
NAME = r"_(In|Out|Both)_(\d{8}_\d{6})(_\d{1,3})?\.pcapng"


def begin(node, lab, port, direction, **keys):
    folder = lab.directory / "captures"
    folder.mkdir(exist_ok=True)
    keys.setdefault("directory", str(folder))
    node.told("capture_start", port=port, direction=direction, **keys)
    return folder


def finish(node):
    """Stop; returns the last status, when the last file is closed."""
    node.told("capture_stop")
    return wait_for_end(node)


def wait_for_end(node, timeout=5):
    wait_until(lambda: not node.told("capture_status")["running"], timeout, "the capture's end")
    return node.told("capture_status")


def frames_of(folder, port=""):
    return [f for path in sorted(folder.glob(f"*_{port}*.pcapng")) for f in pcapng.read(path)]


def check_status(status, folder):
    files = list(folder.iterdir())
    assert status["frames"] == len(frames_of(folder)), status
    assert status["bytes"] == sum(path.stat().st_size for path in files), status


def test_in_and_out(lab):
    """Byte for byte what passed the wire, each direction by itself."""
    rsu, obu = pair(lab)
    for direction, number in (("in", pcapng.IN), ("out", pcapng.OUT)):
        folder = lab.directory / direction
        folder.mkdir()
        place = rsu.namespace if direction == "in" else obu.namespace
        began = time.time()
        begin(rsu, lab, "air0", direction, directory=str(folder))
        with Sniffer(place, "air0") as wire:
            expect_pings(obu.namespace, RSU_IP, count=20)
            expect_pings(obu.namespace, RSU_IP, count=2, size=1400)
        status = finish(rsu)
        frames = frames_of(folder)
        check_status(status, folder)
        assert status["lost"] == 0 and status["ended"] == "", status
        assert {frame.direction for frame in frames} == {number}
        assert {frame.interface for frame in frames} == {"air0"}, frames[0]
        taken = {frame.bytes for frame in frames}
        assert len(wire.frames) >= 20 and set(wire.frames) <= taken, "the wire saw others"
        assert all(began - 0.1 < frame.time < time.time() for frame in frames), frames[0].time
        name = rf"{rsu.runtime.name}_air0" + NAME
        for path in folder.iterdir():
            found = re.fullmatch(name, path.name)
            assert found and found.group(1).lower() == direction, path.name
            assert stat.S_IMODE(path.stat().st_mode) == 0o640
            when = time.strftime("%Y%m%d_%H%M%S", time.gmtime(began + 1))
            assert found.group(2) <= when, f"{path.name}, it is {when}"


def test_both_of_all_ports(lab):
    rsu, obu = pair(lab)
    folder = begin(obu, lab, "all", "both")
    expect_pings(obu.namespace, RSU_IP)
    status = finish(obu)
    frames = frames_of(folder, "all_Both")
    ways = {(frame.interface, frame.direction) for frame in frames}
    names = ("air0", "tap")
    assert ways == {(name, way) for name in names for way in (pcapng.IN, pcapng.OUT)}, ways
    assert status["frames"] == len(frames) and rsu.running()


def test_wire_that_comes_back(lab):
    """A file that was begun while a wire was away knows it by its name all the same."""
    rsu, obu = pair(lab)
    rsu.namespace.ip("link", "del", "air0")
    for node in (rsu, obu):
        wait_until(lambda node=node: len(node.ask("/ethdev/list")) == 1, 5, "the TAP alone")
    folders = [begin(node, lab, "all", "both") for node in (rsu, obu)]
    lab.wire(rsu.namespace, "air0", obu.namespace, "air0")
    wait_for_ping(obu.namespace, RSU_IP)
    with Sniffer(rsu.namespace, "air0") as wire:
        expect_pings(obu.namespace, RSU_IP)
    for node, folder in zip((rsu, obu), folders):
        finish(node)
        frames = [f for path in folder.glob(f"{node.runtime.name}_*") for f in pcapng.read(path)]
        ways = {(frame.interface, frame.direction) for frame in frames}
        wanted = {(name, way) for name in ("air0", "tap") for way in (pcapng.IN, pcapng.OUT)}
        assert ways == wanted, ways
        by_wire = {frame.bytes for frame in frames if frame.interface == "air0"}
        assert len(wire.frames) >= 10 and set(wire.frames) <= by_wire, "frames of the wire"
        assert all(decode(raw) for raw in by_wire), "a frame of the tap's as one of the wire's"


def test_of_several_workers(lab):
    """Each frame once, whoever received it, handed it over or sent it."""
    rsu, obus = with_two_workers(lab, "auto")
    folder = begin(rsu, lab, "air0", "both")
    for obu in obus:
        expect_pings(obu.namespace, RSU_IP, count=10)
    status = finish(rsu)
    check_status(status, folder)
    assert status["lost"] == 0, status
    frames = [f for f in frames_of(folder) for m in decode(f.bytes) if type(m) in DATA]
    assert len({frame.bytes for frame in frames}) == len(frames), "a frame was captured twice"
    for obu in obus:
        own = mac(obu.namespace.mac("air0"))
        for kind, way in ((Upstream, pcapng.IN), (Downstream, pcapng.OUT)):
            count = sum(f.direction == way and own in vars(m).values()
                        for f in frames for m in decode(f.bytes) if type(m) is kind)  # fmt: skip
            assert count >= 10, f"{count} {kind.__name__} of {obu.name}"


KINDS = {("control", "0"): "heartbeat", ("control", "1"): "reply",
         ("data", "0"): "upstream", ("data", "1"): "downstream"}  # fmt: skip
SHOWN = ["frame.number", *[f"peregrine.{name}" for name in (
    "control", "data", "id", "request_in", "sealed", "nonce", "short_sealed")], "icmp.seq"]


def of_air0(totals):
    """Messages received and sent there, by kind."""
    return {kind: totals.messages(f"rx.air0.{kind}") + totals.messages(f"tx.air0.{kind}")
            for kind in KINDS.values()}  # fmt: skip


def captured_whole(lab, rsu, obu):
    """A file of all messages between two standbys, and how many the counters say they are."""
    for node in (rsu, obu):
        node.told("mode", mode="standby")
    before = of_air0(rsu.settled_totals())
    folder = begin(rsu, lab, "air0", "both")
    for node in (rsu, obu):
        node.told("mode", mode="operate")
    wait_for_ping(obu.namespace, RSU_IP)
    expect_pings(obu.namespace, RSU_IP)
    for node in (rsu, obu):
        node.told("mode", mode="standby")
    after = of_air0(rsu.settled_totals())
    status = finish(rsu)
    assert status["lost"] == 0, status
    (path,) = folder.iterdir()
    return path, status["frames"], {kind: after[kind] - before[kind] for kind in after}


def check_dissected(path, frames, counted, *options):
    """No frame is malformed, all messages are there, each reply is linked; returns the rows."""
    rows = fields(path, SHOWN, *options)
    assert len(rows) == frames, f"{len(rows)} rows of {frames} frames"
    bad = tshark(path, *options, "-Y", "_ws.expert.group == Malformed || peregrine.foreign")
    assert bad == "", bad
    found = {kind: sum(row[f"peregrine.{field}"].count(number) for row in rows)
             for (field, number), kind in KINDS.items()}  # fmt: skip
    assert found == counted and min(found.values()) >= 2, f"{found}, the counters say {counted}"
    replies = [row for row in rows if "1" in row["peregrine.control"]]
    for row in replies:
        assert row["peregrine.request_in"], f"no heartbeat is found for {row}"
        request = rows[int(row["peregrine.request_in"][0]) - 1]
        assert "0" in request["peregrine.control"], (row, request)
        assert set(request["peregrine.id"]) & set(row["peregrine.id"]), (row, request)
    return rows


def test_dissector_on_it(lab):
    need("tshark")
    rsu, obu = pair(lab)
    rows = check_dissected(*captured_whole(lab, rsu, obu))
    assert not any(row["peregrine.sealed"] for row in rows), "clear payloads, taken for sealed"
    assert sum(row["icmp.seq"] != [] for row in rows) >= 20, "pings within"


def test_dissector_on_it_sealed(lab):
    need("tshark")
    seal = {"seal": (bytes(range(32)),)}
    rsu, obu = pair(lab, rsu=seal, obu=seal)
    rows = check_dissected(*captured_whole(lab, rsu, obu), "-o", "peregrine.payloads:sealed")
    data = [row for row in rows if row["peregrine.data"]]
    assert all(row["peregrine.nonce"] and not row["peregrine.short_sealed"] for row in data), data
    assert len({nonce for row in data for nonce in row["peregrine.nonce"]}) == len(data)
    assert not any(row["icmp.seq"] for row in rows), "sealed pings that can be read"


def test_filters(lab):
    rsu, obu = pair(lab)
    folder = begin(rsu, lab, "air0", "both", kinds=["heartbeat"])
    expect_pings(obu.namespace, RSU_IP)
    finish(rsu)
    kinds = [type(message) for frame in frames_of(folder) for message in decode(frame.bytes)]
    assert set(kinds) == {Heartbeat}, kinds
    for path in folder.iterdir():
        path.unlink()
    host = obu.namespace.mac("tap0")
    begin(rsu, lab, "air0", "both", mac=host.upper())
    expect_pings(obu.namespace, RSU_IP)
    link = RawLink(obu.namespace, "air0")
    other = bytes([2, 9, 0, 0, 0, 1])
    link.send(Upstream(mac(rsu.namespace.mac("air0")), link.mac, link.mac, b"\2" * 6 + other
                       + bytes(50)).encode())  # fmt: skip
    link.close()
    finish(rsu)
    messages = [message for frame in frames_of(folder) for message in decode(frame.bytes)]
    assert {type(message) for message in messages} == {Upstream, Downstream}, messages
    assert len(messages) >= 20 and all(mac(host) in m.payload[:12] for m in messages)


def test_ring_of_files(lab):
    """Files of 1 MB, three at most: the oldest go, the newest stay, none is larger."""
    rsu, obu = pair(lab)
    folder = begin(rsu, lab, "air0", "both", size_mb=1, files=3)
    other = folder / "another_air0_Both_20200101_000000.pcapng"
    other.write_text("not ours")
    with UdpFlood(rsu.namespace, obu_ip(1), size=1400):
        wait_until(lambda: rsu.told("capture_status")["bytes"] > 5 * MB, 60, "5 MB")
        assert rsu.told("capture_status")["running"]
    status = finish(rsu)
    files = [path for path in folder.iterdir() if path != other]
    assert other.exists(), "a file of somebody else was deleted"
    assert len(files) == 3, files
    assert all(path.stat().st_size <= MB for path in files), files
    assert sorted(path.stat().st_size for path in files)[1] > 0.8 * MB, files
    newest = max(files, key=lambda path: path.stat().st_mtime_ns)
    assert status["file"] == str(newest)
    last = max(frame.time for frame in pcapng.read(newest))
    assert last == max(frame.time for path in files for frame in pcapng.read(path))


def test_stops_when_full(lab):
    rsu, obu = pair(lab)
    folder = begin(rsu, lab, "air0", "out", size_mb=1, files=2, when_full="stop")
    with UdpFlood(rsu.namespace, obu_ip(1), size=1400):
        wait_for_end(rsu, 60)
        wait_for_ping(obu.namespace, RSU_IP)
    status = rsu.told("capture_status")
    assert "files as shall be are full" in status["ended"], status
    files = sorted(folder.iterdir())
    assert len(files) == 2 and 0.8 * MB < files[0].stat().st_size <= MB, files
    check_status(status, folder)
    assert rsu.logged("capture ends, as many files as shall be are full")


def test_started_and_stopped_under_load(lab):
    rsu, obu = pair(lab)
    folder = lab.directory / "captures"
    with UdpFlood(rsu.namespace, obu_ip(1)), UdpFlood(obu.namespace, RSU_IP):
        for _ in range(10):
            begin(rsu, lab, "all", "both")
            refused = rsu.tell({"do": "capture_start", "port": "tap", "direction": "in"})
            assert "stop it first" in refused["error"]
            time.sleep(0.1)
            status = finish(rsu)
            assert status["frames"] > 0, status
    assert frames_of(folder)
    assert not rsu.logged("not back"), rsu.logged("not back")
    begin(rsu, lab, "all", "both")
    with UdpFlood(rsu.namespace, obu_ip(1)):
        time.sleep(0.3)
        rsu.stop()
    assert frames_of(folder), "a file was not whole"
    assert len(rsu.logged("capture ends")) == 11


PTRACE_ATTACH, PTRACE_DETACH, WALL = 16, 17, 0x40000000


def ptrace(request, thread):
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.ptrace(request, thread, None, None) == 0, os.strerror(ctypes.get_errno())


@contextlib.contextmanager
def held(thread):
    """The thread stands still. Whatever happens it is let go: nobody could reap its process."""
    ptrace(PTRACE_ATTACH, thread)
    os.waitpid(thread, WALL)
    try:
        yield
    finally:
        ptrace(PTRACE_DETACH, thread)


def thread_of(node, name):
    tasks = Path(f"/proc/{node.process.pid}/task")
    return next(int(t.name) for t in tasks.iterdir() if name in (t / "comm").read_text())


def test_writer_that_hangs(lab):
    """As on a disk that does not answer: traffic and control go on, loss is counted."""
    rsu, obu = pair(lab)
    folder = begin(rsu, lab, "air0", "both", size_mb=40)
    writer = thread_of(rsu, "pgn-capture")
    wait_until(lambda: os.getpriority(os.PRIO_PROCESS, writer) > 0, 5, "a writer that gives way")
    with held(writer):
        with UdpFlood(rsu.namespace, obu_ip(1), size=64):
            wait_until(lambda: rsu.told("capture_status")["lost"] > 1000, 10, "loss")
            assert ping(obu.namespace, RSU_IP, count=20) >= 15
        rsu.told("capture_stop")
        expect_pings(obu.namespace, RSU_IP)
        again = rsu.tell({"do": "capture_start", "port": "all", "direction": "in"})
        assert "still being written" in again["error"], again
        assert rsu.told("capture_status")["running"] == 1
    status = wait_for_end(rsu)
    assert status["lost"] == rsu.totals()["capture.lost"] == rsu.ask("/peregrine/totals")["capture_lost"]
    assert status["frames"] == 2047
    check_status(status, folder)


def full_disk(lab, megabytes, **keys):
    """An RSU whose captures go to a small file system in a mount namespace of its own."""
    folder = lab.directory / "small"
    folder.mkdir()
    prefix = with_mount(f"-t tmpfs -o size={megabytes}m none {folder}")
    rsu, obu = pair(lab, rsu={"prefix": prefix})
    begin(rsu, lab, "air0", "both", directory=str(folder), **keys)
    inside = f"/proc/{rsu.process.pid}/root{folder}"
    return rsu, obu, Path(inside)


def test_full_disk_deletes_oldest(lab):
    rsu, obu, folder = full_disk(lab, 4, size_mb=1, files=100)
    with UdpFlood(rsu.namespace, obu_ip(1), size=1400):
        wait_until(lambda: rsu.told("capture_status")["bytes"] > 8 * MB, 60, "8 MB")
        wait_for_ping(obu.namespace, RSU_IP)
    status = finish(rsu)
    assert status["ended"] == "", status
    assert 2 <= len(list(folder.iterdir())) <= 5
    assert frames_of(folder)


def test_full_disk_stops(lab):
    rsu, obu, folder = full_disk(lab, 2, size_mb=40, when_full="stop")
    with UdpFlood(rsu.namespace, obu_ip(1), size=1400):
        wait_for_end(rsu, 60)
        wait_for_ping(obu.namespace, RSU_IP)
    status = rsu.told("capture_status")
    assert status["ended"] == "the disk is full" and status["lost"] > 0, status
    check_status(status, folder)


def test_a_limit_of_file_size(lab):
    """The kernel's signal about it ends no node."""
    rsu, obu = pair(lab)
    run("prlimit", "--pid", str(rsu.process.pid), f"--fsize={MB}")
    begin(rsu, lab, "air0", "out", size_mb=40)
    with UdpFlood(rsu.namespace, obu_ip(1), size=1400):
        wait_for_end(rsu, 60)
        wait_for_ping(obu.namespace, RSU_IP)
    assert "disk is full" in rsu.told("capture_status")["ended"]


BAD = (
    ({"direction": "in"}, "port: found nothing, allowed the name of a port, or all"),
    ({"port": "air9", "direction": "in"}, 'port: found "air9", allowed all, air0, tap'),
    ({"port": "all"}, "direction: found nothing, allowed in, out, both"),
    ({"kinds": []}, "kinds: found [], allowed a list of heartbeat, reply"),
    ({"kinds": ["ping"]}, 'kinds: found "ping", allowed heartbeat'),
    ({"mac": "1:2"}, 'mac: found "1:2", allowed such as'),
    ({"size_mb": 41}, "size_mb: found 41, allowed 1 to 40"),
    ({"size_mb": 0.5}, "size_mb: found 0.5, allowed 1 to 40"),
    ({"time_h": 0}, "time_h: found 0, allowed 1 to 48"),
    ({"files": 1001}, "files: found 1001, allowed 1 to 1000"),
    ({"directory": "here"}, 'directory: found "here", allowed a path from /'),
    ({"directory": "/no/such"}, "directory /no/such: No such file or directory"),
    ({"when_full": "beep"}, 'when_full: found "beep", allowed oldest, stop'),
)


def test_bad_requests(lab):
    rsu, _ = pair(lab)
    for keys, words in BAD:
        whole = keys if "port" in keys or "direction" in keys else {
            "port": "all", "direction": "both", **keys}  # fmt: skip
        reply = rsu.tell({"do": "capture_start", **whole})
        assert reply["done"] == 0 and words in reply["error"], f"{keys}: {reply}"
    assert "no capture runs" in rsu.tell({"do": "capture_stop"})["error"]
    status = rsu.told("capture_status")
    assert status == {"schema": 1, "done": 1, "running": 0, "file": "", "frames": 0, "bytes": 0,
                      "lost": 0, "ended": ""}, status  # fmt: skip
