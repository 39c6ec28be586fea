"""Sockets in one guest's network, told what to do by lines of JSON on standard input, one answer line each."""
import json
import os
import socket
import sys
import threading
import time

received = []
frames = []
streams = {}
sunk = {}
lock = threading.Lock()


def keep(where, item):
    with lock:
        where.append(item)


def listen_udp(port, echo):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("0.0.0.0", port))

    def serve():
        while True:
            data, sender = server.recvfrom(65535)
            keep(received, {"port": port, "text": data.decode(), "from": sender[0], "fromPort": sender[1]})
            if echo:
                server.sendto(data, sender)

    threading.Thread(target=serve, daemon=True).start()


def listen_tcp(port):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("0.0.0.0", port))
    server.listen(1024)

    def tick(connection):
        try:
            while True:
                connection.sendall(b".")
                time.sleep(0.02)
        except OSError:
            return

    def answer(connection, sender):
        while True:
            try:
                data = connection.recv(65536)
                if not data:
                    return
                if data == b"tick":
                    threading.Thread(target=tick, args=(connection,), daemon=True).start()
                    continue
                keep(received, {"port": port, "text": data.decode(), "from": sender[0], "fromPort": sender[1]})
                connection.sendall(data)
            except OSError:
                return

    def serve():
        while True:
            connection, sender = server.accept()
            threading.Thread(target=answer, args=(connection, sender), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()


def send_udp(to, port, text, from_port=0, source=None):
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if source is not None:
        client.setsockopt(socket.IPPROTO_IP, 15, 1)  # IP_FREEBIND
    client.bind((source or "0.0.0.0", from_port))
    client.connect((to, port))
    client.send(text.encode())
    client.settimeout(0.05)
    try:
        client.recv(1)
    except socket.timeout:
        return "silent"
    except ConnectionRefusedError:
        return "refused"
    finally:
        client.close()
    return "answered"


def connect(name, to, port, timeout, from_port=0):
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    client.bind(("0.0.0.0", from_port))
    client.settimeout(timeout)
    try:
        client.connect((to, port))
    except socket.timeout:
        return "silent"
    except ConnectionRefusedError:
        return "refused"
    except OSError as error:
        return os.strerror(error.errno or 0)
    streams[name] = client
    return "connected"


def exchange(name, text, timeout):
    client = streams[name]
    client.settimeout(timeout)
    try:
        client.sendall(text.encode())
        heard = b""
        while len(heard) < len(text.encode()):
            piece = client.recv(65536)
            if not piece:
                return None
            heard += piece
        return heard.decode()
    except OSError:
        return None


def say(name, text):
    streams[name].sendall(text.encode())


def hears(name, seconds):
    """Whether anything comes in the time, after what is there already."""
    client = streams[name]
    client.setblocking(False)
    try:
        while client.recv(65536):
            pass
    except BlockingIOError:
        pass
    client.settimeout(seconds)
    try:
        return client.recv(65536) != b""
    except OSError:
        return False


def sink(port):
    """Takes all that comes over TCP and counts it."""
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("0.0.0.0", port))
    server.listen(16)
    sunk[port] = 0

    def swallow(connection):
        while True:
            data = connection.recv(1 << 18)
            if not data:
                return
            with lock:
                sunk[port] += len(data)

    def serve():
        while True:
            connection, _ = server.accept()
            threading.Thread(target=swallow, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()


def pour(name):
    """Sends over a connection as fast as it takes."""
    client = streams[name]
    client.settimeout(None)

    def serve():
        try:
            while True:
                client.sendall(bytes(1 << 16))
        except OSError:
            return

    threading.Thread(target=serve, daemon=True).start()


def hang_up(name):
    streams.pop(name).shutdown(socket.SHUT_RDWR)


def rate(port, seconds):
    """Bits a second of payload that arrive in the time."""
    with lock:
        before, begun = sunk[port], time.monotonic()
    time.sleep(seconds)
    with lock:
        return (sunk[port] - before) * 8 / (time.monotonic() - begun)


def sniff():
    tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    tap.bind(("eth0", 0))

    def serve():
        while True:
            data, where = tap.recvfrom(65535)
            if where[2] != 4:  # not what we send ourselves
                keep(frames, data.hex())

    threading.Thread(target=serve, daemon=True).start()


def send_frame(frame):
    tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    tap.bind(("eth0", 0))
    tap.send(bytes.fromhex(frame))
    tap.close()


def take(where):
    with lock:
        return list(where)


ACTIONS = {
    "listenUdp": listen_udp,
    "listenTcp": listen_tcp,
    "sendUdp": send_udp,
    "connect": connect,
    "exchange": exchange,
    "say": say,
    "hears": hears,
    "sink": sink,
    "pour": pour,
    "rate": rate,
    "hangUp": hang_up,
    "sniff": sniff,
    "sendFrame": send_frame,
    "received": lambda: take(received),
    "frames": lambda: take(frames),
}

for line in sys.stdin:
    action, arguments = json.loads(line)
    try:
        answer = {"result": ACTIONS[action](*arguments)}
    except Exception as error:  # told to the test, which fails by it
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
