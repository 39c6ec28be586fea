"""
A person at a terminal: opens one, starts a program at it, and does what lines of JSON say.
    argv[1:] = ROWS COLUMNS PROGRAM...
    {"type": TEXT}  {"size": [ROWS, COLUMNS]}  {"signal": NAME}  {"modes": true}  {"reset": true}  {"close": true}
Says lines of JSON: {"shown": HEX}, {"modes": [...]} and at last {"ended": STATUS}, as waitpid gives it.
"""

import fcntl
import json
import os
import select
import signal
import struct
import sys
import termios


def say(**words):
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def set_size(rows, columns):
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


master, slave = os.openpty()
first_modes = termios.tcgetattr(slave)
set_size(int(sys.argv[1]), int(sys.argv[2]))
child = os.fork()
if child == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for number in range(3):
        os.dup2(slave, number)
    os.execvp(sys.argv[3], sys.argv[3:])

half_line = b""
end = os.pidfd_open(child)
watched = [0, master, end]
while True:
    ready = select.select(watched, [], [])[0]
    if master in ready:
        say(shown=os.read(master, 65536).hex())
    elif end in ready:
        say(ended=os.waitpid(child, 0)[1])
        watched.remove(end)
        child = 0
    if 0 in ready:
        heard = os.read(0, 65536)
        if not heard:
            break
        *lines, half_line = (half_line + heard).split(b"\n")
        for line in lines:
            wish = json.loads(line)
            if "type" in wish:
                os.write(master, wish["type"].encode())
            if "size" in wish:
                set_size(*wish["size"])
            if "signal" in wish:
                os.kill(child, getattr(signal, wish["signal"]))
            if "modes" in wish:
                say(modes=termios.tcgetattr(slave)[:4])
            if "reset" in wish:
                termios.tcsetattr(slave, termios.TCSANOW, first_modes)
            if "close" in wish:
                watched.remove(master)
                os.close(master)
if child:
    os.kill(child, signal.SIGKILL)
