"""Requests to sessgate as Traefik and Envoy write them, byte for byte, and what it answers.

Each file in exchanges/ holds the request, an empty line, and the answer. {…} stands for what differs from run to run.
`test_exchanges.py --write` makes the answers anew; look at what changed.
"""

import pathlib
import re
import socket
import sys
import unittest

from matrix import Sessgate

FOLDER = pathlib.Path(__file__).parent / "exchanges"
SETTINGS = {"authz.login_url": "/login", "authz.return_allow": "https://app.example.org"}


def parts_of(path):
    """(request, answer), each with its lines as the file has them and without the empty line at its end."""
    request, _, answer = path.read_text().partition("\n\n")
    return request, answer.rstrip("\n")


def exchange(port, request):
    """The answer's head. The answer has no body, and the connection that it came by is kept."""
    with socket.create_connection(("127.0.0.1", port), 10) as sock:
        for _ in range(2):
            sock.sendall((request + "\n\n").replace("\n", "\r\n").encode())
            answer = b""
            while not answer.endswith(b"\r\n\r\n"):
                more = sock.recv(4096)
                assert more, answer
                answer += more
    return answer.decode().replace("\r\n", "\n").rstrip("\n")


class Exchanges:
    """A sessgate, and the words for what differs."""

    def __init__(self):
        self.sessgate = Sessgate()
        self.sessgate.program.settings |= SETTINGS

    def __enter__(self):
        self.sessgate.__enter__()
        session, idle = self.sessgate.sign_in(), self.sessgate.idle_token()
        self.words = {"token": session["token"], "session_id": session["sessionId"], "idle_token": idle,
                      "idle_session_id": idle.split(".")[0], "revoked_token": self.sessgate.revoked_token()}
        return self

    def __exit__(self, *error):
        return self.sessgate.__exit__(*error)

    def run(self, request):
        for name, word in self.words.items():
            request = request.replace("{" + name + "}", word)
        answer = exchange(self.sessgate.program.port, request)
        answer = re.sub(r"(?m)^Date: .*", "Date: {date}", answer)
        answer = re.sub(r"X-Session-Expires: \d+", "X-Session-Expires: {expires}", answer)
        answer = re.sub(r"=[a-z2-7]{20}\.[\w-]{43};", "={successor};", answer)
        answer = re.sub(r"Max-Age=\d+", "Max-Age={max_age}", answer)
        for name in ("session_id", "idle_session_id"):
            answer = answer.replace(self.words[name], "{" + name + "}")
        return answer


class ExchangesTest(unittest.TestCase):
    def test_each_is_answered_as_it_is_written_down(self):
        files = sorted(FOLDER.glob("*.http"))
        self.assertGreater(len(files), 10)
        with Exchanges() as exchanges:
            for path in files:
                with self.subTest(exchange=path.stem):
                    request, answer = parts_of(path)
                    self.assertEqual(exchanges.run(request), answer)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        unittest.main()
    with Exchanges() as made:
        for file in sorted(FOLDER.glob("*.http")):
            asked, _ = parts_of(file)
            file.write_text(f"{asked}\n\n{made.run(asked)}\n")
