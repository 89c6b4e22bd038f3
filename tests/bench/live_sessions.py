"""Many live sessions in a running program, made through its control port as fast as it takes them."""

import asyncio
import json
import sys

CONNECTIONS = 64


def create_sessions(program, count):
    """Creates `count` sessions, each of a user of its own: (their tokens, the session cookie's name)."""
    return asyncio.run(_create_all(program.control, count))


async def _create_all(control, count):
    numbers = iter(range(count))
    tokens = []
    names = set()

    async def work():
        reader, writer = await _open(control)
        for number in numbers:
            answer = await _create(reader, writer, f"user-{number}")
            tokens.append(answer["session"]["token"])
            names.add(answer["setCookie"][0].split("=", 1)[0])
            _show_progress(len(tokens), count)
        writer.close()

    await asyncio.gather(*(work() for _ in range(min(CONNECTIONS, count))))
    return tokens, names.pop()


async def _open(address):
    if address.startswith("unix:"):
        return await asyncio.open_unix_connection(address.removeprefix("unix:"))
    host, port = address.rsplit(":", 1)
    return await asyncio.open_connection(host.strip("[]"), int(port))


async def _create(reader, writer, user):
    body = json.dumps({"userId": user})
    writer.write(f"POST /sessions HTTP/1.1\r\nHost: control\r\nContent-Type: application/json\r\n"
                 f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
    text = await reader.readexactly(length)
    if " 201 " not in head.split("\r\n", 1)[0]:
        raise RuntimeError(f"a session could not be created: {head}{text.decode()}")
    return json.loads(text)


def _show_progress(done, count):
    if sys.stderr.isatty() and (done % 256 == 0 or done == count):
        filled = 40 * done // count
        end = "\n" if done == count else ""
        print(f"\rcreating sessions [{'#' * filled}{' ' * (40 - filled)}] {done}/{count}", end=end, file=sys.stderr,
              flush=True)
