"""Runs a command on a terminal of its own, for tests: stdin and stdout of this program are that terminal's other side."""

import fcntl
import os
import pty
import struct
import sys
import termios

os.environ.setdefault("TERM", "xterm-256color")


def read(descriptor):
    return os.read(descriptor, 4096)


def main():
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        os.execvp(sys.argv[1], sys.argv[1:])
    try:
        pty._copy(terminal, read, read)
    except OSError:
        pass
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


sys.exit(main())
