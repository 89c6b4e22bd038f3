"""Many live sessions, and their users, in a running program, made through its control port as fast as it takes them."""

import asyncio
import json
import sys

CONNECTIONS = 64


def create_sessions(program, count):
    """Creates `count` sessions, each of a user of its own: (their tokens, the session cookie's name)."""
    answers = asyncio.run(_ask_all(program.control, count, "sessions", lambda number: (
        "POST", "/sessions", {"userId": f"user-{number}"})))
    return [each["session"]["token"] for each in answers], answers[0]["setCookie"][0].split("=", 1)[0]


def put_users(program, count):
    """Gives each user of those sessions a record."""
    asyncio.run(_ask_all(program.control, count, "users", lambda number: (
        "PUT", f"/users/user-{number}", {"attributes": {"name": f"User {number}"}})))


async def _ask_all(control, count, what, request):
    numbers = iter(range(count))
    answers = []

    async def work():
        reader, writer = await _open(control)
        for number in numbers:
            answers.append(await _ask(reader, writer, *request(number)))
            _show_progress(what, len(answers), count)
        writer.close()

    await asyncio.gather(*(work() for _ in range(min(CONNECTIONS, count))))
    return answers


async def _open(address):
    if address.startswith("unix:"):
        return await asyncio.open_unix_connection(address.removeprefix("unix:"))
    host, port = address.rsplit(":", 1)
    return await asyncio.open_connection(host.strip("[]"), int(port))


async def _ask(reader, writer, method, path, value):
    body = json.dumps(value)
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: control\r\nContent-Type: application/json\r\n"
                 f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
    text = await reader.readexactly(length)
    if not head.startswith("http/1.1 20"):
        raise RuntimeError(f"{method} {path} was not answered well: {head}{text.decode()}")
    return json.loads(text)


def _show_progress(what, done, count):
    if sys.stderr.isatty() and (done % 256 == 0 or done == count):
        filled = 40 * done // count
        end = "\n" if done == count else ""
        print(f"\rcreating {what} [{'#' * filled}{' ' * (40 - filled)}] {done}/{count}", end=end, file=sys.stderr,
              flush=True)
