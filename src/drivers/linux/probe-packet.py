"""Sends one frame from a guest's card and watches what becomes of it, in several networks at once.

Runs as root of the namespaces. We say {"begun": true}; the first line of standard input says what to do (JSON). We
answer {"ready": …} once all is watched that is to be seen, send the frame at the second line, and then tell what we see
until standard input ends; at any further line all that has happened until then, and {"told": true}.
What it means is the daemon's business.

A socket stays in the network in which it was made, so one process watches all of them.
"""
import ctypes
import fcntl
import json
import os
import select
import socket
import struct
import sys

CLONE_NEWNET = 0x40000000
NETLINK_NETFILTER, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, NFNLGRP_NFTRACE = 12, 270, 1, 9
SO_ATTACH_FILTER, SIOCGIFHWADDR, ETH_P_IP, ETH_P_ALL = 26, 0x8927, 0x0800, 0x0003
OUTGOING = 4
# A socket holds fewer messages than that.
MOST_WAITING = 10_000

libc = ctypes.CDLL(None, use_errno=True)


def enter(net):
    with open("/run/netns/" + net) as namespace:
        if libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error), net)


def tracer(net):
    """Hears of traced packets, and knows the names of links by their numbers."""
    enter(net)
    trace = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    trace.bind((0, 0))
    trace.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, NFNLGRP_NFTRACE)
    return trace, {str(index): name for index, name in socket.if_nameindex()}


def tap(net, steps):
    """Sees the frames of all links that a packet filter takes; a few that came before the filter are no harm."""
    enter(net)
    # Not of IP alone, which would be seen only after what rules of the guest's own let pass.
    frames = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    frames.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HL", len(steps), ctypes.addressof(code)))
    return frames


def card(sender, mac):
    """The link with this MAC; the guest may have given it another name. None when there is none."""
    for _, name in socket.if_nameindex():
        request = struct.pack("256s", name.encode())
        if fcntl.ioctl(sender.fileno(), SIOCGIFHWADDR, request)[18:24].hex(":") == mac:
            return name
    return None


def say(**words):
    print(json.dumps(words), flush=True)


def main():
    say(begun=True)
    wanted = json.loads(sys.stdin.readline())
    watched = {}
    links = []
    for place, net in enumerate(wanted["networks"]):
        trace, names = tracer(net)
        watched[trace] = lambda data, _, place=place: say(trace=[place, data.hex()])
        links.append(names)
    for place, net in enumerate(wanted["receivers"]):
        frames = tap(net, wanted["probeFilter"])
        watched[frames] = lambda data, kind, place=place: kind == OUTGOING or say(arrived=[place, data.hex()])
    for steps in wanted["answerFilters"]:
        frames = tap(wanted["sender"], steps)
        watched[frames] = lambda data, kind: kind == OUTGOING or say(answer=data.hex())
    enter(wanted["sender"])
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    name = card(sender, wanted["mac"])
    say(ready={"links": links})
    if not sys.stdin.readline():
        return
    try:
        if name is None:
            raise OSError("no link has the MAC of the card")
        sender.sendto(bytes.fromhex(wanted["frame"]), (name, ETH_P_IP))
        say(sent=True)
    except OSError as error:
        say(unsent=str(error))
    while True:
        readable, _, _ = select.select([sys.stdin, *watched], [], [])
        tell(watched, readable)
        if sys.stdin in readable:
            if not sys.stdin.readline():
                return
            # Whatever has happened by now is waiting to be read; more may come without end, of other packets.
            for _ in range(MOST_WAITING):
                readable, _, _ = select.select(list(watched), [], [], 0)
                if not readable:
                    break
                tell(watched, readable)
            say(told=True)


def tell(watched, readable):
    for one in readable:
        if one is sys.stdin:
            continue
        try:
            data, address = one.recvfrom(65536)
        except OSError:
            # More came than it could hold: what it did not hold is no evidence.
            continue
        watched[one](data, address[2] if len(address) > 2 else None)


main()
