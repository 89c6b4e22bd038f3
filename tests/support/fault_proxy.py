"""A gate between sessgate and Redis that delays, cuts, slices, drops, stalls, garbles or swaps what the server says, or
says that it refuses."""

import random
import select
import socket
import threading
import time

LATE_SECONDS_MAX = 0.02  # what a server of a set pace may be behind, and catch up with

# What a server does not know it does not do, and like any refusal it ends the transaction that it is in.
UNKNOWN, IS_UNKNOWN = b"*1\r\n$7\r\nrefused\r\n", b"-ERR unknown command "


def reply_end(data, start=0):
    """Where the first whole RESP2 reply from `start` ends, or None while it is not whole."""
    line_end = data.find(b"\r\n", start)
    if line_end < 0:
        return None
    end, kind = line_end + 2, data[start:start + 1]
    if kind not in (b"$", b"*"):
        return end
    size = int(data[start + 1:line_end])
    if size < 0:
        return end
    if kind == b"$":
        return end + size + 2 if len(data) >= end + size + 2 else None
    for _ in range(size):
        end = reply_end(data, end)
        if end is None:
            return None
    return end


def whole_ones(data):
    """The whole commands or replies that `data` begins with, and what is left."""
    ones, start = [], 0
    while start < len(data) and (end := reply_end(data, start)) is not None:
        ones.append(data[start:end])
        start = end
    return ones, data[start:]


class FaultProxy:
    """Forwards connections to `port` while the `with` block runs; its attributes may be changed at any time.

    delay: seconds before each piece of the server's is handed on. cut: close after so many bytes of a connection's
    answers. snap: the chance of each piece of the server's to be cut somewhere, and its connection closed. slice: hand
    answers on in pieces of so many bytes. drop: swallow answers. stall: forward nothing either way, accept and say
    nothing. garble: the chance of each answered byte to have one bit changed. swap: the chance of each pair of
    neighbouring replies to change places. refuse: close new connections at once. pace: seconds that the server needs
    for each reply, as one that cannot do more. refusal: the error that answers each command in refused_commands, which
    is not done.
    """

    def __init__(self, port, seed=1):
        self.target = port
        self.random = random.Random(seed)
        self.heal()
        self.faults = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.pairs = set()
        self.is_open = True

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}"

    def heal(self):
        """No faults from now on; connections that were broken stay so."""
        self.delay = self.garble = self.swap = self.snap = self.pace = 0
        self.cut = self.slice = None
        self.drop = self.stall = self.refuse = False
        self.refusal, self.refused_commands = "", ()

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.is_open = False
        self.listener.close()
        self.break_all()

    def break_all(self):
        """Closes every connection at once."""
        for pair in list(self.pairs):
            for each in pair:
                try:
                    each.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def accept(self):
        while self.is_open:
            try:
                client, _ = self.listener.accept()
                if self.refuse:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                if self.is_open:
                    client.close()
                    continue
                return
            for each in (client, server):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.forward, args=(client, server), daemon=True).start()

    def forward(self, client, server):
        pair = (client, server)
        self.pairs.add(pair)
        state = {"sent": 0, "held": b"", "asked": b"", "due": 0.0}
        try:
            while self.is_open:
                if self.stall:
                    time.sleep(0.01)
                    continue
                for ready in select.select(pair, [], [], 0.05)[0]:
                    if self.stall:
                        break
                    data = ready.recv(65536)
                    if not data:
                        return
                    if ready is client:
                        server.sendall(self.asked(data, state))
                    else:
                        self.answer(client, data, state)
        except (OSError, ConnectionError):
            pass
        finally:
            self.pairs.discard(pair)
            client.close()
            server.close()

    def asked(self, data, state):
        if not self.refused_commands:
            return data
        commands, state["asked"] = whole_ones(state["asked"] + data)
        return b"".join(UNKNOWN if self.is_refused(command) else command for command in commands)

    def is_refused(self, command):
        return command.split(b"\r\n", 3)[2].decode() in self.refused_commands

    def answer(self, client, data, state):
        if self.drop:
            self.faults += 1
            return
        if self.delay:
            self.faults += 1
            time.sleep(self.delay)
        if self.refused_commands:
            data = self.refused(data, state)
        if self.swap:
            data = self.swapped(data, state)
        if self.garble:
            data = self.garbled(data)
        if self.cut is not None and state["sent"] + len(data) > self.cut:
            self.faults += 1
            client.sendall(data[:max(0, self.cut - state["sent"])])
            raise ConnectionError
        if self.snap and self.random.random() < self.snap:
            self.faults += 1
            client.sendall(data[:self.random.randrange(len(data))])
            raise ConnectionError
        if self.pace:
            return self.hand_on_one_by_one(client, data, state)
        state["sent"] += len(data)
        if self.slice is None:
            return client.sendall(data)
        for start in range(0, len(data), self.slice):
            client.sendall(data[start:start + self.slice])

    def hand_on_one_by_one(self, client, data, state):
        data = state["held"] + data
        while (end := reply_end(data)) is not None:
            now = time.monotonic()
            state["due"] = max(state["due"] + self.pace, now - LATE_SECONDS_MAX)
            time.sleep(max(0.0, state["due"] - now))
            client.sendall(data[:end])
            data = data[end:]
        state["held"] = data

    def garbled(self, data):
        data = bytearray(data)
        for i in range(len(data)):
            if self.random.random() < self.garble:
                self.faults += 1
                data[i] ^= 1 << self.random.randrange(8)
        return bytes(data)

    def refused(self, data, state):
        replies, state["held"] = whole_ones(state["held"] + data)
        self.faults += sum(reply.startswith(IS_UNKNOWN) for reply in replies)
        refusal = f"-{self.refusal}\r\n".encode()
        return b"".join(refusal if reply.startswith(IS_UNKNOWN) else reply for reply in replies)

    def swapped(self, data, state):
        """Whole replies in another order; what is not whole waits for the rest of it."""
        replies, state["held"] = whole_ones(state["held"] + data)
        for i in range(len(replies) - 1):
            if self.random.random() < self.swap:
                self.faults += 1
                replies[i], replies[i + 1] = replies[i + 1], replies[i]
        return b"".join(replies)
