"""Http11Probe's 215 tests against the built program. The rules of reading stand in the corpora's README."""

import concurrent.futures
import unittest

import corpora
from program import Program

ENTRIES = corpora.load("h11probe.json")
RANKS = {"Pass": 0, "Warn": 1, "Fail": 2}
NO_SUCH_RESOURCE = {404, 405, 415}  # "message accepted, no such resource": at best what 200 would be
REFUSED = {413, 414, 431}  # at best what 400 would be
CLOSES_BEHIND_AN_ANSWER = {"COMP-CONNECTION-CLOSE", "COMP-HTTP10-DEFAULT-CLOSE"}


def better(*verdicts):
    return min(verdicts, key=RANKS.__getitem__)


def verdict_by_table(entry, outcome):
    """Pass, Warn or Fail for a status, "close" or "timeout". In `A|B` the verdict looks at more than the status."""
    table = {key: better(*verdict.split("|")) for key, verdict in entry["verdicts"].items()}
    own = table.get(str(outcome), "Fail")
    if outcome in NO_SUCH_RESOURCE:
        return better(own, table["200"])
    if outcome in REFUSED:
        return better(own, table["400"])
    return own


def context_mistake(entry, wire, answer, payload):
    """What a verdict by status alone would not see: the close, the empty body, the field that `expect` names."""
    if entry["id"] in CLOSES_BEHIND_AN_ANSWER:
        return None if wire.answer() is None and wire.closed else "the connection was kept"
    if payload.startswith(b"HEAD "):
        return None if wire.answer() is None else "bytes came behind an answer to HEAD"
    if answer.status == 405 and not answer.field("allow"):
        return "405 without Allow"
    return None


def judge_single(entry, port):
    payload = corpora.payload_of(entry["payload_b64"], port)
    with corpora.Wire(port) as wire:
        wire.send(payload)
        answer = wire.answer(is_head=payload.startswith(b"HEAD "))
        if answer is None:
            return verdict_by_table(entry, "close" if wire.closed else "timeout"), "no answer"
        if entry["id"] == "COMP-DATE-HEADER":
            return ("Pass" if answer.field("date") else "Fail"), f"Date: {answer.field('date')}"
        mistake = context_mistake(entry, wire, answer, payload)
        return ("Fail", mistake) if mistake else (verdict_by_table(entry, answer.status), answer.status)


def judge_sequence(entry, port):
    """For level Must: the first step gets 400 or a close, and no further answer comes."""
    with corpora.Wire(port) as wire:
        for step in entry["steps"]:
            for part in step["parts"]:
                wire.send(corpora.payload_of(part["b64"], port))
        statuses = [answer.status for answer in wire.all_answers()]
    good = wire.closed and statuses in ([], [400])
    return ("Pass" if good else "Fail"), statuses


def judge(entry, port):
    return (judge_single if entry["kind"] == "single" else judge_sequence)(entry, port)


def is_judged(entry):
    """Sequences below Must ask for conditional requests on a page, which we do not have."""
    return entry["kind"] == "single" or entry["level"] == "Must"


class Http11Probe(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        judged = [entry for entry in ENTRIES if is_judged(entry)]
        with Program(store="memory:") as program, concurrent.futures.ThreadPoolExecutor(16) as pool:
            verdicts = pool.map(lambda entry: judge(entry, program.port), judged)
            cls.results = list(zip(judged, verdicts))

    def failed(self, wanted):
        return [f"{entry['id']}: {seen}" for entry, (verdict, seen) in self.results if verdict == "Fail" and wanted(entry)]

    def test_no_test_of_level_must_fails(self):
        self.assertEqual(self.failed(lambda entry: entry["level"] == "Must"), [])

    def test_the_whole_corpus_was_judged(self):
        self.assertEqual(len(ENTRIES), 215)
        self.assertEqual(len(self.results), 200)
        counts = {rank: sum(verdict == rank for _, (verdict, _) in self.results) for rank in RANKS}
        print(f"h11probe: {counts}; below Must, failed: {self.failed(lambda entry: entry['level'] != 'Must')}")


if __name__ == "__main__":
    unittest.main()
