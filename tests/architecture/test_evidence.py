"""Holds docs/evidence.md to its tables, and the tables to the tests that are there."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "evidence"))

import evidence  # noqa: E402
import names  # noqa: E402


class EvidenceTest(unittest.TestCase):
    rows = [row for table in evidence.tables() for row in table["row"]]

    def test_every_test_that_is_named_exists(self):
        there = names.all_tests()

        self.assertEqual([test for row in self.rows for test in row.get("tests", []) if test not in there], [])

    def test_every_row_has_tests_or_says_why_it_has_none(self):
        for row in self.rows:
            with self.subTest(what=row["what"]):
                self.assertNotEqual("tests" in row and len(row["tests"]) > 0, "open" in row)

    def test_no_row_is_there_twice(self):
        for table in evidence.tables():
            told = [row.get("id", row["what"]) for row in table["row"]]
            self.assertEqual(len(told), len(set(told)), table["title"])

    def test_the_document_is_up_to_date(self):
        self.assertEqual(evidence.DOCUMENT.read_text(), evidence.document(), "scripts/write-evidence makes it anew")


if __name__ == "__main__":
    unittest.main()
