"""Cookie lines of other projects' tests, read by the built program as RFC 6265bis says.

The program tells whether it found its cookie in a line: no such cookie is `no_cookie`, a value that cannot be a token is
`malformed`, and a live token is a session. So each name that the lines hold is configured as the session cookie once.
"""

import concurrent.futures
import json
import re
import unittest

import corpora
from program import Program

LINES = corpora.load("cookie_lines.json")
TOKEN_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# What a reader finds that splits at commas, inside quotes or at the last equals sign.
MISREADINGS = {"baz", "b", "bar", "ppp"}


def pairs_of(line):
    """Name and value of each pair, and where the value stands (RFC 6265bis, 5.6): split at `;`, then at the first `=`,
    trimmed of spaces and tabs only; quotes mean nothing."""
    pairs, start = [], 0
    for part in line.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            stripped = value.strip(" \t")
            at = start + len(name) + 1 + (value.index(stripped) if stripped else 0)
            pairs.append((name.strip(" \t"), stripped, at))
        start += len(part) + 1
    return pairs


def with_token(line, pair, token):
    _, value, at = pair
    return line[:at] + token + line[at + len(value):]


def names():
    found = {name for entry in LINES for name, _, _ in pairs_of(entry["line"])} | MISREADINGS
    return sorted(name for name in found if TOKEN_NAME.fullmatch(name))


def seen(wire, line):
    """What the program says of a request with this Cookie line: "session", or the reason why there is none."""
    wire.send(b"GET /session HTTP/1.1\r\nHost: localhost\r\nCookie: " + line.encode() + b"\r\n\r\n")
    answer = wire.answer()
    if answer.status != 200:
        return answer.status
    body = json.loads(answer.body)
    return "session" if body["session"] else body["reason"]


def cases_for(name, token):
    """(line, what the program has to see in it when its cookie is called `name`)"""
    for entry in LINES:
        own = [pair for pair in pairs_of(entry["line"]) if pair[0] == name]
        yield entry["line"], "malformed" if own else "no_cookie"
        for pair in own:
            yield with_token(entry["line"], pair, token), "session"


def wrong_with(name):
    """What the program gets wrong, and how many cases there were, with its cookie called `name`."""
    with Program(store="memory:", settings={"cookie.name": name, "cookie.secure": False}) as program:
        status, _, body = program.request("POST", "/sessions", body={"userId": "u"}, port="control")
        assert status == 201, (status, body)
        cases = list(cases_for(name, json.loads(body)["session"]["token"]))
        with corpora.Wire(program.port) as wire:
            answers = [seen(wire, line) for line, _ in cases]
    return len(cases), [(name, line, wanted, got) for (line, wanted), got in zip(cases, answers) if wanted != got]


class CookieLines(unittest.TestCase):
    def test_every_name_is_found_where_it_stands_and_nowhere_else(self):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            results = list(pool.map(wrong_with, names()))
        print(f"cookie lines: {sum(count for count, _ in results)} cases with {len(results)} names")
        self.assertGreater(len(results), 25)
        self.assertEqual([wrong for _, wrongs in results for wrong in wrongs], [])

    def test_npm_cookie_reads_the_same_values(self):
        for entry in LINES:
            first = {}
            for name, value, _ in pairs_of(entry["line"]):
                first.setdefault(name, value)
            with self.subTest(entry["line"]):
                self.assertEqual(first, entry["npm_cookie"])


if __name__ == "__main__":
    unittest.main()
