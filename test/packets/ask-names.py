"""Carries a message of DNS, given in hexadecimal, and prints the answer: ask-names.py udp|tcp SERVER HEX [PORT].

Prints the address that the answer came from and its bytes. Datagrams are received from anybody, so an answer that came
from another address than the one asked shows itself."""
import socket
import struct
import sys

kind, server, message = sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3])
# Another port than that of names is one where nobody answers.
port, patience = (int(sys.argv[4]), 1) if len(sys.argv) > 4 else (53, 5)
if kind == "udp":
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(patience)
    sock.sendto(message, (server, port))
    answer, sender = sock.recvfrom(65535)
    print(sender[0], answer.hex())
else:
    sock = socket.create_connection((server, port), patience)
    sock.settimeout(patience)
    framed = struct.pack("!H", len(message)) + message
    # In two pieces, and the same again at once: two answers on one connection.
    sock.sendall(framed[:5])
    sock.sendall(framed[5:] + framed)
    stream = sock.makefile("rb")
    answers = [stream.read(struct.unpack("!H", stream.read(2))[0]) for _ in range(2)]
    assert answers[0] == answers[1], answers
    print(server, answers[0].hex())
