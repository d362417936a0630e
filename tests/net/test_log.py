# SPDX-License-Identifier: BSD-3-Clause
"""Where log lines go, and that each has its severity there."""

import re
import select
import socket
import time

from node import START_SECONDS
from test_start import place_with_wire

DAEMON = 3  # the facility
NAMES = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")
# What there is of /dev, and a log beside it.
WITH_LOG = """
mount --rbind /dev /mnt && mount -t tmpfs none /dev && ln -s /mnt/* /dev &&
rm -f /dev/log && ln -s "$0" /dev/log && exec "$@"
"""


def lines_of(node):
    return node.errors.read_text().splitlines()


def test_stderr_is_the_journal(lab):
    node = lab.node(place_with_wire(lab), "rsu", start=False)
    node.errors.touch()
    is_ = node.errors.stat()
    node.prefix = ["env", f"JOURNAL_STREAM={is_.st_dev}:{is_.st_ino}"]
    node.start()
    for line in lines_of(node):
        found = re.fullmatch(r"<(\d)>peregrine: (\w+): .*", line)
        assert found and NAMES[int(found.group(1))] == found.group(2), line
    assert node.logged("<5>peregrine: notice: rsu is up") and node.logged("<6>peregrine: info: ")


def test_stderr_is_something_else(lab):
    """Of a program that was started by one whose stderr is the journal."""
    node = lab.node(place_with_wire(lab), "rsu", start=False, prefix=("env", "JOURNAL_STREAM=1:1"))
    node.start()
    assert all(line.startswith("peregrine: ") for line in lines_of(node)), lines_of(node)


def test_syslog(lab):
    path = lab.directory / "syslog"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(path))
        prefix = ("unshare", "--mount", "sh", "-c", WITH_LOG, path)
        node = lab.node(place_with_wire(lab), "rsu", start=False, prefix=prefix)
        node.config.write_text(node.config.read_text().replace("to = stderr", "to = syslog"))
        node.launch()
        said = ""
        end = time.monotonic() + START_SECONDS
        while "rsu is up" not in said:
            ready = select.select([server], [], [], max(0, end - time.monotonic()))[0]
            assert ready and node.running(), f"{said!r}, {lines_of(node)}"
            said = server.recv(4096).decode()
        node.stop()
    found = re.match(r"<(\d+)>.* peregrine\[(\d+)\]: rsu is up", said)
    assert found, said
    assert divmod(int(found.group(1)), 8) == (DAEMON, NAMES.index("notice")), said
    assert int(found.group(2)) == node.process.pid, said
    assert not lines_of(node), "it was logged to stderr as well"
