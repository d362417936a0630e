# SPDX-License-Identifier: BSD-3-Clause
"""The control socket: who may, what is refused, standby and back."""

import grp
import os
import stat
import subprocess
import time

from node import HELLO_MS
from running import Pings
from test_start import bad_node, expect_refusal, place_with_wire
from topology import RSU_IP, pair
from traffic import expect_pings, ping, wait_for_ping, wait_until

GROUP = "games"  # of every Debian
# An RSU that operates and sends no heartbeat for so long is critical: a look a second finds it.
SILENT_S = 3 * HELLO_MS / 1000 + 1 + 2
BAD = (
    (b"{", "no JSON"),
    (b"[1]", "found [1], allowed one JSON object"),
    (b'{"do":"mode","do":"mode"}', "no JSON"),
    (b'{"schema":2,"do":"reload_keys"}', "schema: found 2, allowed 1"),
    (b"{}", "do: found nothing, allowed reload_keys, log_level, mode"),
    (b'{"do":"reboot"}', 'do: found "reboot", allowed'),
    (b'{"do":"mode"}', "mode: found nothing, allowed operate, standby"),
    (b'{"do":"mode","mode":1}', "mode: found 1, allowed operate, standby"),
    (b'{"do":"mode","mode":"operate","now":1}', 'found key "now", allowed schema, do, mode'),
    (b'{"do":"log_level","level":"loud"}', 'level: found "loud", allowed emergency'),
    (b'{"do":"reload_keys"}', "no aead.key_file"),
    (b"\xff" * 4096, "no JSON"),
    (b" " * 5000, "found 5000 bytes, allowed 4096"),
    (b'{"do":"' + b"x" * 4000 + b'"}', "do: found"),
)  # fmt: skip


def one(lab, **options):
    place = place_with_wire(lab)
    node = lab.node(place, "rsu", ip=f"{RSU_IP}/24", **options)
    node.connect().close()
    return node


def test_who_may(lab):
    rsu = one(lab)
    path = rsu.runtime / "peregrine.ctl"
    assert stat.S_IMODE(path.stat().st_mode) == 0o660, oct(path.stat().st_mode)
    assert path.stat().st_gid == os.getegid()
    rsu.stop()
    assert not path.exists(), "the socket outlived the node"


def as_user(user, groups, node, request):
    """What a user of these groups is replied, or the error's name."""
    code = (
        "import os, socket, sys\n"
        f"os.setgroups({groups}); os.setgid(65534); os.setuid({user})\n"
        "s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
        "try:\n"
        f"    s.connect({str(node.runtime / 'peregrine.ctl')!r})\n"
        f"    s.send({request!r}); print(s.recv(9999).decode())\n"
        "except OSError as error: print(type(error).__name__)\n"
    )
    return subprocess.run(["python3", "-c", code], stdout=subprocess.PIPE, text=True).stdout


def test_group(lab):
    group = grp.getgrnam(GROUP).gr_gid
    rsu = one(lab, group=GROUP)
    assert (rsu.runtime / "peregrine.ctl").stat().st_gid == group
    request = b'{"do":"log_level","level":"debug"}'
    assert '"done":1' in as_user(65534, [group], rsu, request)
    assert as_user(65534, [], rsu, request) == "PermissionError\n"
    assert rsu.logged("log.level is debug"), "it was not logged"


def test_no_such_group(lab):
    node = bad_node(lab, place_with_wire(lab), "rsu", group="no_such_group")
    expect_refusal(node, f'{node.config}:5: control.group: found "no_such_group", allowed')


def test_bad_requests(lab):
    rsu = one(lab)
    for request, words in BAD:
        reply = rsu.tell(request)
        assert reply["schema"] == 1 and reply["done"] == 0, f"{request}: {reply}"
        assert words in reply["error"], f"{request}: {reply['error']!r} lacks {words!r}"
    assert rsu.told("log_level", level="debug") == {"schema": 1, "done": 1}


def test_who_is_slow_or_silent(lab):
    """Neither holds the node up, nor keeps others out."""
    rsu, obu = pair(lab)
    silent = [rsu.connect() for _ in range(20)]
    deaf = rsu.connect()
    deaf.setblocking(False)
    try:
        for _ in range(5000):
            deaf.send(b'{"do":"mode","mode":"operate"}')
    except OSError:
        pass
    assert rsu.told("mode", mode="operate")
    expect_pings(obu.namespace, RSU_IP)
    alive = [connection for connection in silent if is_open(connection)]
    assert len(alive) <= 4, f"{len(alive)} connections at once"
    assert len(os.listdir(f"/proc/{rsu.process.pid}/fd")) < 100
    for connection in [*silent, deaf]:
        connection.close()


def is_open(connection):
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


def test_left_over_by_a_kill(lab):
    rsu = one(lab)
    rsu.kill()
    rsu.start()
    assert rsu.told("mode", mode="operate")


def test_standby_and_back(lab):
    rsu, obu = pair(lab)
    assert rsu.ask("/peregrine/info")["mode"] == "operate"
    rsu.told("mode", mode="standby")
    assert rsu.ask("/peregrine/info")["mode"] == "standby"
    before = rsu.settled_totals()
    assert ping(obu.namespace, RSU_IP, count=3) == 0, "a node that stands by relays"
    time.sleep(4 * HELLO_MS / 1000)
    after = rsu.settled_totals()
    assert after["sent"] == before["sent"], f"it sent: {before}, {after}"
    assert after.drops()["standby"] - before.drops().get("standby", 0) >= 3
    after.check_identity()
    time.sleep(SILENT_S)
    assert rsu.health() == ("other", "standby, as it was told"), rsu.health()
    assert not rsu.logged("no heartbeat was sent"), "standby was taken for a fault"
    rsu.told("mode", mode="operate")
    wait_for_ping(obu.namespace, RSU_IP)
    expect_pings(obu.namespace, RSU_IP)
    assert rsu.logged("stands by") and rsu.logged("operates")
    wait_until(lambda: rsu.health() == ("okay", ""), 5, "the RSU being okay again")


def test_standby_of_an_obu(lab):
    rsu, obu = pair(lab)
    obu.told("mode", mode="standby")
    time.sleep(HELLO_MS / 1000)
    before = obu.settled_totals()
    host = Pings(obu.namespace, RSU_IP, 0.05, lab.directory / "pings")
    time.sleep(4 * HELLO_MS / 1000)
    host.stop()
    after = obu.settled_totals()
    assert after["sent"] == before["sent"] and after["generated"] == before["generated"]
    assert after.messages("rx.air0.heartbeat") > before.messages("rx.air0.heartbeat")
    assert not host.answered()
    obu.told("mode", mode="operate")
    wait_for_ping(obu.namespace, RSU_IP)
    assert rsu.running()
