"""Holds the defects of `make mutate` to the code: each still applies and names tests that are there."""

import pathlib
import re
import tomllib
import unittest

import test_names

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEFECTS = tomllib.loads((ROOT / "tests/mutation/defects.toml").read_text())["defect"]


def cases():
    return {f"{path.parent.name}: {name}" for path in test_names.cpp_files()
            for macro, name in test_names.doctest_names(path.read_text()) if macro.startswith("TEST_CASE")}


class DefectsTest(unittest.TestCase):
    def test_each_line_stands_once_in_its_file_and_changes(self):
        for defect in DEFECTS:
            with self.subTest(defect=defect["name"]):
                self.assertEqual((ROOT / defect["file"]).read_text().count(defect["line"]), 1)
                self.assertNotEqual(defect["line"], defect["becomes"])

    def test_each_test_that_should_catch_one_is_there(self):
        named = {re.sub("<.*>$", "", test) for defect in DEFECTS for test in defect["caught_by"]}

        self.assertEqual(named - cases(), set())
        self.assertTrue(all(defect["caught_by"] for defect in DEFECTS))

    def test_no_two_defects_share_a_name(self):
        names = [defect["name"] for defect in DEFECTS]

        self.assertEqual(len(names), len(set(names)))


if __name__ == "__main__":
    unittest.main()
