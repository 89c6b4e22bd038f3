"""llhttp's own test requests against the built program. The rules of reading stand in the corpora's README."""

import concurrent.futures
import unittest

import corpora
from program import Program

ENTRIES = corpora.load("llhttp.jsonl")
REFUSALS = {400, 408, 501, 505}
TIMEOUTS = {"http.head_timeout": "1s", "http.body_timeout": "1s"}  # cut-off messages end in 408; ours is 5 s
DATA_AFTER_CLOSE = "Data after `Connection: close`"


def payload_of(entry, port):
    payload = corpora.payload_of(entry["raw_b64"], port)
    return payload if b"\r\n\r\n" in payload else payload + b"\r\n\r\n"


def outcome_of(entry, port):
    """The statuses that came, and whether the connection was closed."""
    with corpora.Wire(port) as wire:
        wire.send(payload_of(entry, port))
        statuses = [answer.status for answer in wire.all_answers(seconds=3)]
    return statuses, wire.closed


def mistake_in(entry, statuses, closed):
    if entry["reason"] == DATA_AFTER_CLOSE:
        return None if len(statuses) == 1 and closed else "not exactly one answer and a close"
    if statuses and statuses[0] not in REFUSALS:
        return "not refused"
    return None if closed and len(statuses) <= 1 else "read on behind a refusal"


class Llhttp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.invalid = [entry for entry in ENTRIES if entry["invalid"] and entry["strict"]]
        with Program(store="memory:", settings=TIMEOUTS) as program, concurrent.futures.ThreadPoolExecutor(32) as pool:
            cls.outcomes = list(pool.map(lambda entry: outcome_of(entry, program.port), cls.invalid))

    def test_what_a_strict_parser_refuses_is_refused(self):
        self.assertEqual(len(self.invalid), 55)
        for entry, (statuses, closed) in zip(self.invalid, self.outcomes):
            with self.subTest(entry["id"], statuses=statuses, closed=closed):
                self.assertIsNone(mistake_in(entry, statuses, closed))


if __name__ == "__main__":
    unittest.main()
