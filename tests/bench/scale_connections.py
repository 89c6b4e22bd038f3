"""Cost by the number of connections: memory while they are idle, CPU time while they ask."""

import contextlib
import resource
import socket
from pathlib import Path

import load_tool
from load_tool import Request
from measurement import measure
from results import medians

SIZES = (1, 64, 1000, 10_000, 15_000, 50_000)
IDLE_MIN = 10_000  # fewer are lost in the room that the process has anyway
FILES_BESIDE = 100  # that the load tool and this program have open for other things


def connections(options, surroundings):
    """On a unix socket, so that the number of ports does not bound them. Memory is what the process grows by, beside the
    kernel's own for each socket."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    room = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - FILES_BESIDE
    subject = surroundings.subject("sessgate-many")
    rows, failed = [], 0
    # Before any load, which leaves room behind that idle connections would be given.
    idle = idle_bytes(subject, [size for size in SIZES if IDLE_MIN <= size <= min(room, options.connections_max)])
    for size in (size for size in SIZES if size <= options.connections_max):
        if size > room:
            rows.append({"connections": f"{size:,}", "CPU µs a request": f"this machine allows {room:,}",
                         "requests a second": "", "p99 µs": "", "bytes of memory for each that is idle": ""})
            continue
        load_tool.run(subject, Request(), options.seconds, surroundings.load_cores, connections=size)
        done = medians([measure(surroundings, subject, Request(), options.seconds, connections=size)
                        for _ in range(options.rounds)])
        failed += done["failed"]
        rows.append({"connections": f"{size:,}", "CPU µs a request": f"{done['cpu_us']:.2f}",
                     "requests a second": f"{done['rate']:,.0f}", "p99 µs": f"{done['p99']:,.0f}",
                     "bytes of memory for each that is idle": f"{idle[size]:,.0f}" if size in idle else ""})
    return rows, failed


def idle_bytes(subject, sizes):
    """{size: bytes for each of so many connections that have asked once and stay open}. sizes: growing."""
    request = f"GET /session HTTP/1.1\r\nHost: a\r\nCookie: {subject.cookie_name}={subject.tokens[0]}\r\n\r\n".encode()
    grown = {}
    with contextlib.ExitStack() as stack:
        open_another(stack, subject.address, request)
        before = resident_bytes(subject.pids[0])
        for size, smaller in zip(sizes, [0, *sizes]):
            for _ in range(size - smaller):
                open_another(stack, subject.address, request)
            grown[size] = (resident_bytes(subject.pids[0]) - before) / size
    return grown


def open_another(stack, address, request):
    connection = stack.enter_context(socket.socket(socket.AF_UNIX))
    connection.connect(address.removeprefix("unix:"))
    connection.sendall(request)
    if not connection.recv(65536).startswith(b"HTTP/1.1 200 "):
        raise RuntimeError("a connection was not answered")


def resident_bytes(pid):
    return 1024 * int(Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1].split()[0])
