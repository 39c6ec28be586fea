"""
Gives a command a terminal of this instance, and carries bytes between that and the streams outside.
    argv[1:] = ROWS COLUMNS COMMAND...
Descriptor 3 says each new size of the terminal as a line, ROWS COLUMNS. Its end means that the daemon is gone: the
terminal is hung up, and who is left of the session a second later is killed. Ends as the command does.
"""

import fcntl
import os
import resource
import select
import signal
import struct
import sys
import termios
import time

PIECE = 65536
# The kernel's numbers on the machines that we run on; Python's names for them are new.
TIOCGPTN = 0x80045430
TIOCSPTLCK = 0x40045431
IUTF8 = 0o40000
# After so many milliseconds without output the terminal of an ended command is done with, though somebody else holds
# it open; so is it after so many bytes, which are more than the kernel keeps.
QUIET = 100
LAST_WORDS = 4 * PIECE


def open_terminal():
    # Not openpty: older C libraries try to change the owner, who may not exist here.
    master = os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    fcntl.ioctl(master, TIOCSPTLCK, struct.pack("i", 0))
    (number,) = struct.unpack("i", fcntl.ioctl(master, TIOCGPTN, bytes(4)))
    slave = os.open(f"/dev/pts/{number}", os.O_RDWR | os.O_NOCTTY)
    modes = termios.tcgetattr(slave)
    modes[0] |= IUTF8
    termios.tcsetattr(slave, termios.TCSANOW, modes)
    return master, slave


def set_size(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def become(command, terminal):
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for number in range(3):
        os.dup2(terminal, number)
    # Python ignores these, and so would the command.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        os.write(2, os.fsencode(f"{command[0]}: {error.strerror}\n"))
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


def end_like(status):
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    sys.exit(os.WEXITSTATUS(status))


def session_of(pid):
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[3])
    except OSError:
        return None


class Relay:
    def __init__(self, command, size):
        self.master, self.slave = open_terminal()
        set_size(self.master, *size)
        # Readable when a child has ended.
        self.ended, wakes = os.pipe()
        os.set_blocking(wakes, False)
        signal.set_wakeup_fd(wakes)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.child = os.fork()
        if self.child == 0:
            become(command, self.slave)
        self.status = None
        self.input_open = True
        self.terminal_open = True
        # On their way to the terminal and from it.
        self.typed = b""
        self.shown = b""
        self.bytes_shown = 0
        self.half_line = b""

    def run(self):
        # Our own slave stays open until then: the terminal lives whatever the command does with its descriptors.
        while self.status is None:
            self.step(None)
            self.reap()
        os.close(self.slave)
        self.input_open = False
        self.typed = b""
        most = self.bytes_shown + LAST_WORDS
        while self.shown or (self.terminal_open and self.bytes_shown < most):
            if not self.step(QUIET) and not self.shown:
                break
        end_like(self.status)

    def step(self, patience):
        """Waits and carries what it can, nothing that would make it wait. False when nothing happened in that time."""
        poll = select.poll()
        poll.register(3, select.POLLIN)
        poll.register(self.ended, select.POLLIN)
        if self.input_open and not self.typed:
            poll.register(0, select.POLLIN)
        wanted = (select.POLLOUT if self.typed else 0) | (0 if self.shown else select.POLLIN)
        if self.terminal_open and wanted:
            poll.register(self.master, wanted)
        if self.shown:
            poll.register(1, select.POLLOUT)
        ready = dict(poll.poll(patience))
        if 3 in ready:
            self.hear_sizes()
        if self.ended in ready:
            os.read(self.ended, PIECE)
        if 0 in ready:
            self.hear_typing()
        events = ready.get(self.master, 0)
        if self.typed and events & select.POLLOUT:
            self.typed = self.typed[write(self.master, self.typed) :]
        if not self.shown and events & (select.POLLIN | select.POLLHUP):
            self.hear_terminal()
        if 1 in ready:
            self.shown = self.shown[write(1, self.shown) :]
        return bool(ready)

    def hear_sizes(self):
        heard = os.read(3, PIECE)
        if not heard:
            self.hang_up()
        *lines, self.half_line = (self.half_line + heard).split(b"\n")
        for line in lines:
            set_size(self.master, *map(int, line.split()))

    def hear_typing(self):
        self.typed = os.read(0, PIECE)
        if not self.typed:
            self.input_open = False
            self.typed = termios.tcgetattr(self.slave)[6][termios.VEOF]

    def hear_terminal(self):
        try:
            self.shown = os.read(self.master, PIECE)
        except BlockingIOError:
            pass
        except OSError:
            # Nobody but us has it open any more.
            self.terminal_open = False
        self.bytes_shown += len(self.shown)

    def reap(self):
        if self.status is None:
            pid, status = os.waitpid(self.child, os.WNOHANG)
            if pid == self.child:
                self.status = status

    def hang_up(self):
        """The kernel tells the first process of the session, and a shell its jobs."""
        os.close(self.master)
        late = time.monotonic() + 1
        while True:
            self.reap()
            left = [int(name) for name in os.listdir("/proc") if name.isdigit() and session_of(name) == self.child]
            if not left:
                sys.exit(128 + signal.SIGHUP)
            if time.monotonic() > late:
                for pid in left:
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)


def write(to, data):
    try:
        return os.write(to, data)
    except BlockingIOError:
        return 0


os.set_inheritable(3, False)
os.set_blocking(1, False)
Relay(sys.argv[3:], (int(sys.argv[1]), int(sys.argv[2]))).run()
