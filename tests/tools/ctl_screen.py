# SPDX-License-Identifier: BSD-3-Clause
"""A terminal: starts a program in it and keeps what its screen shows (what ncurses sends xterm)."""
import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

SEQUENCE = re.compile(r"\x1b(?:\[([?>!]?)([0-9;]*)([@-~])|[()][0-9A-B]|[=>78Mc])")


class Screen:
    def __init__(self, words, environment, rows=30, columns=100):
        self.rows, self.columns = rows, columns
        self.clear()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.clear()
            os.environ.update(environment)
            time.sleep(0.2)  # until the size is set
            os.execv(words[0], words)
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.rest, self.all, self.status = "", "", None
        self.resize(rows, columns)

    def clear(self):
        self.cells = [[" "] * self.columns for _ in range(self.rows)]
        self.y = self.x = 0

    def resize(self, rows, columns):
        """What a terminal's window does; the program is told by SIGWINCH."""
        self.rows, self.columns = rows, columns
        self.clear()
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def text(self):
        return "\n".join("".join(line).rstrip() for line in self.cells)

    def read(self, seconds):
        """Take in what comes for so long; False when the program ended."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.fd], [], [], left)[0]:
                break
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                return False
            if not data:
                return False
            text = self.decoder.decode(data)
            self.all += text
            self.feed(text)
        return True

    def wait(self, good, seconds=15):
        """Until good(text of the screen)."""
        end = time.monotonic() + seconds
        while not good(self.text()):
            assert time.monotonic() < end, self.text()
            assert self.read(0.05) or good(self.text()), self.text()
        return self.text()

    def send(self, keys):
        os.write(self.fd, keys)

    def signal(self, number):
        os.kill(self.pid, number)

    def ended(self, seconds=10):
        """The exit status, once it ended."""
        end = time.monotonic() + seconds
        while self.status is None:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            assert self.status is not None or time.monotonic() < end, "it did not end"
        return self.status

    def close(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)

    def feed(self, text):
        text = self.rest + text
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                match = SEQUENCE.match(text, at)
                if match is None:
                    break  # the rest of it is still to come
                self.sequence(*match.groups())
                at = match.end()
            else:
                self.letter(text[at])
                at += 1
        self.rest = text[at:]
        assert len(self.rest) < 32, f"unknown sequence {self.rest!r}"

    def letter(self, letter):
        if letter == "\r":
            self.x = 0
        elif letter == "\n":
            self.y = min(self.y + 1, self.rows - 1)
        elif letter == "\b":
            self.x = max(self.x - 1, 0)
        elif letter >= " ":
            if self.x < self.columns and self.y < self.rows:
                self.cells[self.y][self.x] = letter
            self.last = letter
            self.x += 1

    def sequence(self, private, numbers, final):
        if private or final is None:
            return
        given = [int(number or 0) for number in numbers.split(";")] if numbers else []
        first = given[0] if given else 0
        step = max(first, 1)
        if final == "H":
            self.y, self.x = (max(n, 1) - 1 for n in (given + [1, 1])[:2])
        elif final == "d":
            self.y = step - 1
        elif final == "G":
            self.x = step - 1
        elif final in "ABCD":
            down, right = {"A": (-1, 0), "B": (1, 0), "C": (0, 1), "D": (0, -1)}[final]
            self.y, self.x = self.y + down * step, self.x + right * step
        elif final == "b":
            for _ in range(step):
                self.letter(self.last)
        elif final == "J":
            self.erase(self.y * self.columns + self.x if first == 0 else 0)
        elif final in "KX":
            end = {("K", 0): self.columns, ("K", 1): self.x + 1}.get((final, first), self.x + step)
            for x in range(0 if (final, first) == ("K", 1) else self.x, min(end, self.columns)):
                self.cells[self.y][x] = " "
        elif final == "P":
            line = self.cells[self.y]
            del line[self.x : self.x + step]
            line.extend(" " * (self.columns - len(line)))
        elif final == "@":
            line = self.cells[self.y]
            line[self.x : self.x] = " " * step
            del line[self.columns :]
        elif final in "LM":
            for _ in range(step):
                blank = [" "] * self.columns
                if final == "L":
                    self.cells.insert(self.y, blank)
                    self.cells.pop()
                else:
                    self.cells.pop(self.y)
                    self.cells.append(blank)
        else:
            assert final in "mhlrtn", f"unknown sequence {numbers}{final}"

    def erase(self, start):
        for place in range(start, self.rows * self.columns):
            self.cells[place // self.columns][place % self.columns] = " "
