"""Memory of the program itself: at its start, for each session of the near-cache, for each connection that is idle.

    scripts/bench-memory [--sessions 60000] [--connections 6000]

What the kernel keeps for a socket comes on top, and so does what it keeps of the embedded store's file.
"""

import argparse
import pathlib
import re
import socket
import tempfile

from certificates import authority, client_context, signed
from live_sessions import create_sessions
from program import Program
from redis_memory import read_all

SETTINGS = {"threads": 1, "store.deadline": "60s", "store.near_cache_max_age": "1h", "http.idle_timeout": "1h"}
REQUEST = "GET /session HTTP/1.1\r\nHost: x\r\nCookie: {cookie}={token}\r\n\r\n"


def own_memory(program, kind="Anonymous"):
    """Bytes of the process that no file holds as well; `Rss`: all that it has in memory."""
    rollup = pathlib.Path(f"/proc/{program.process.pid}/smaps_rollup").read_text()
    return 1024 * int(re.search(rf"^{kind}: +(\d+) kB", rollup, re.MULTILINE)[1])


def measure_sessions(count):
    with Program("lmdb", SETTINGS) as program:
        print(f"at its start {own_memory(program) / 1e6:.1f} MB, with its program and libraries "
              f"{own_memory(program, 'Rss') / 1e6:.1f} MB")
        tokens, cookie = create_sessions(program, count)
        read_all(program, cookie, tokens[:count // 3])
        before = own_memory(program)
        read_all(program, cookie, tokens[count // 3:])
        taken = own_memory(program) - before
        print(f"with {count:,} sessions read {own_memory(program) / 1e6:.1f} MB: "
              f"{taken / (count - count // 3):,.0f} bytes for each")


def measure_connections(name, count, settings, wrap):
    """Each has asked once. The first third pays for what all of them share."""
    with Program("lmdb", SETTINGS | settings) as program:
        (token,), cookie = create_sessions(program, 1)
        request = REQUEST.format(cookie=cookie, token=token).encode()
        first = [connect(program, request, wrap) for _ in range(count // 3)]
        before = own_memory(program)
        others = [connect(program, request, wrap) for _ in range(count - count // 3)]
        taken = own_memory(program) - before
        print(f"{name}: {taken / len(others):,.0f} bytes for each of {count:,} idle connections")
        for stream in first + others:
            stream.close()


def connect(program, request, wrap):
    host, port = program.listen.rsplit(":", 1)
    stream = wrap(socket.create_connection((host, int(port)), timeout=60))
    stream.sendall(request)
    assert stream.recv(65536).startswith(b"HTTP/1.1 200 ")
    return stream


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=60_000)
    parser.add_argument("--connections", type=int, default=6_000)
    options = parser.parse_args()
    measure_sessions(options.sessions)
    measure_connections("plain", options.connections, {}, lambda stream: stream)
    with tempfile.TemporaryDirectory() as folder:
        ours = authority(pathlib.Path(folder))
        pair, context = signed(pathlib.Path(folder), "server", ours), client_context(ours)
        settings = {"tls.certificate_file": pair.certificate, "tls.key_file": pair.key}
        measure_connections("TLS", options.connections, settings,
                            lambda stream: context.wrap_socket(stream, server_hostname="127.0.0.1"))


if __name__ == "__main__":
    main()
