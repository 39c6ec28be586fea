"""A flow that tells of itself in a file, one line each moment, whoever reads it from outside.

  echo PORT FILE             gives back what comes, over any number of connections; says `ready` in the file
  talk ADDRESS PORT FILE     asks and waits for the answer, again and again: the count of answers
  pour ADDRESS PORT FILE     sends as fast as it may: `begun`
  drain PORT FILE            takes what comes over one connection: the count of bytes
The last line is `ended: ` and the reason.
"""
import os
import socket
import sys
import threading
import time

kind, *rest = sys.argv[1:]
path = rest[-1]
# Not through a rename: the reader outside looks at the same file.
file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)


def say(line):
    os.write(file, f"{line}\n".encode())


def listen(port):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("", int(port)))
    server.listen()
    say("ready")
    return server


def give_back(connection):
    try:
        while data := connection.recv(65536):
            connection.sendall(data)
    except OSError:
        pass


def run():
    if kind == "echo":
        server = listen(rest[0])
        while True:
            threading.Thread(target=give_back, args=(server.accept()[0],), daemon=True).start()
    if kind == "drain":
        connection = listen(rest[0]).accept()[0]
        total, told = 0, 0.0
        while data := connection.recv(1 << 18):
            total += len(data)
            if time.monotonic() - told > 0.05:
                told = time.monotonic()
                say(total)
        raise OSError("closed by the other side")
    connection = socket.create_connection((rest[0], int(rest[1])), 10)
    # A lost way is waited out as TCP does it; only a silence of minutes is an end.
    connection.settimeout(120)
    if kind == "pour":
        say("begun")
        block = bytes(1 << 16)
        while True:
            connection.sendall(block)
    count = 0
    while True:
        connection.sendall(b"x")
        if connection.recv(1) != b"x":
            raise OSError("closed by the other side")
        count += 1
        say(count)
        time.sleep(0.02)


try:
    run()
except OSError as reason:
    say(f"ended: {reason}")
