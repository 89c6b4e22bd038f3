"""Clients that take as long as they may: those that slowhttptest knows as slow headers, slow body and slow read.

    slow_clients.py HOST PORT COUNT TOKEN MODE...

TOKEN is that of a session whose answer is large, for those who read slowly. Keeps COUNT connections open, the MODEs
(head, body, read) taking turns, and a new one in the place of each that is closed. Twice a second it prints a line {"held": …, "closed": …, "refused": …}. Ends with its standard input.
"""

import collections
import errno
import json
import os
import resource
import select
import socket
import sys
import time

TURN_SECONDS = 0.001  # so that clients come one by one, as those of many machines do
OPENED_EACH_SECOND, OPENED_AT_ONCE = 2500, 250
PAUSE_SECONDS = 2  # between two pieces of a connection
READER_SECONDS = 5.5  # what it has not read yet keeps a reader from seeing that the server has closed
PORTS_EACH = 20000  # of one source address; the next one is used then

BEGINNINGS = {
    "head": b"GET /session HTTP/1.1\r\nHost: a\r\n",
    "body": b"POST /set-session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4096\r\n\r\n{",
}
PIECES = {"head": b"X-a: b\r\n", "body": b" "}
# Segments as they are on the way through the internet: the server's buffers grow with them.
WINDOW_BYTES, SEGMENT_BYTES, READ_BYTES = 1024, 536, 16
LARGE_ANSWERS = 40  # asked for at once: more than the server's buffers take


class Crowd:
    def __init__(self, address, count, token, modes):
        self.address, self.count, self.modes = address, count, modes
        question = f"GET /session HTTP/1.1\r\nHost: a\r\nCookie: __Host-session={token}\r\n\r\n".encode()
        self.beginnings = BEGINNINGS | {"read": LARGE_ANSWERS * question}
        self.poll, self.held, self.begun = select.epoll(), {}, {}
        self.due = collections.deque()  # (when, number, since when it is that client's) in the order of time
        self.opened = self.closed = self.refused = 0
        self.turned, self.allowed = time.monotonic(), 0

    def open(self):
        mode = self.modes[self.opened % len(self.modes)]
        stream = socket.socket()
        stream.setblocking(False)
        stream.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
        stream.bind((f"127.0.1.{1 + self.opened // PORTS_EACH % 200}", 0))
        if mode == "read":
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW_BYTES)
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT_BYTES)
        self.opened += 1
        if stream.connect_ex(self.address) not in (0, errno.EINPROGRESS):
            return stream.close()
        self.poll.register(stream, select.EPOLLOUT)
        self.held[stream.fileno()] = (stream, mode)

    def begin(self, number):
        stream, mode = self.held[number]
        try:
            stream.send(self.beginnings[mode])
        except OSError:
            return self.close(number)
        # What there is to read does not interest a slow reader; its end does.
        self.poll.modify(number, select.EPOLLRDHUP if mode == "read" else select.EPOLLIN | select.EPOLLRDHUP)
        self.begun[number] = now = time.monotonic()
        self.due.append((now + PAUSE_SECONDS, number, now))

    def close(self, number):
        stream, mode = self.held.pop(number)
        self.begun.pop(number, None)
        self.closed += 1
        try:
            self.refused += mode != "read" and stream.recv(64).startswith(b"HTTP/1.1 503 ")
        except OSError:
            pass
        stream.close()

    def trickle(self, now):
        while self.due and self.due[0][0] <= now:
            _, number, begun = self.due.popleft()
            if self.begun.get(number) == begun:
                self.trickle_one(number, now)

    def trickle_one(self, number, now):
        stream, mode = self.held[number]
        if mode == "read" and now - self.begun[number] > READER_SECONDS:
            return self.close(number)
        try:
            stream.recv(READ_BYTES) if mode == "read" else stream.send(PIECES[mode])
        except BlockingIOError:
            pass
        except OSError:
            return self.close(number)
        self.due.append((now + PAUSE_SECONDS, number, self.begun[number]))

    def turn(self):
        begun, before = time.monotonic(), self.turned
        self.turned = begun
        self.allowed = min(self.allowed + OPENED_EACH_SECOND * (begun - before), OPENED_AT_ONCE)
        while self.allowed >= 1 and len(self.held) < self.count:
            self.allowed -= 1
            self.open()
        until = begun + TURN_SECONDS
        while (now := time.monotonic()) < until:
            for number, event in self.poll.poll(until - now, 512):
                self.begin(number) if event == select.EPOLLOUT else self.close(number)
        self.trickle(now)

    def figures(self):
        return {"held": len(self.begun), "closed": self.closed, "refused": self.refused}


def main(host, port, count, token, *modes):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    os.nice(19)  # what it takes to be ten thousand clients is theirs, on their machines
    crowd, told = Crowd((host, int(port)), int(count), token, modes), 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        crowd.turn()
        if time.monotonic() - told > 0.5:
            told = time.monotonic()
            print(json.dumps(crowd.figures()), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
