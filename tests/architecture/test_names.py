"""Holds that every test that was written is really run.

CMake splits a test's name at `;` into two names that match nothing, and doctest calls it a success when a name
matches nothing: such a test would pass for ever without running.
"""

import json
import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD_DIR = os.environ.get("SESSGATE_BUILD_DIR")

CPP_KINDS = ("unit", "contract", "component")
PYTHON_KINDS = ("architecture", "integration", "fault", "conformance", "proxy", "bench")

STRING = r'"((?:[^"\\\n]|\\.)*)"'
CASE = re.compile(r"\b(TEST_CASE\w*|SUBCASE|SCENARIO\w*|GIVEN|WHEN|THEN)\s*\(\s*(?:\w+\s*,\s*)?((?:" + STRING + r"\s*)+)")


def doctest_names(text):
    """Each (macro, name) in a C++ test file; neighbouring string literals are one name, as for the compiler."""
    return [(m[1], "".join(re.findall(STRING, m[2]))) for m in CASE.finditer(text)]


def python_names(text):
    return re.findall(r"^\s*(?:async )?def (test_\w+)", text, re.MULTILINE)


def cpp_files():
    return [p for kind in CPP_KINDS for p in sorted((ROOT / "tests" / kind).glob("*.cpp"))]


def python_files():
    return [p for kind in PYTHON_KINDS for p in sorted((ROOT / "tests" / kind).glob("test_*.py"))]


class NamesTest(unittest.TestCase):
    def test_no_doctest_name_holds_a_semicolon(self):
        self.assertTrue(cpp_files(), "no C++ test was found")
        bad = [f"{f.relative_to(ROOT)}: {name}" for f in sorted((ROOT / "tests").rglob("*.[ch]pp"))
               for _, name in doctest_names(f.read_text()) if ";" in name]

        self.assertEqual(bad, [])

    def test_no_python_test_file_holds_a_semicolon_in_its_name(self):
        self.assertTrue(python_files(), "no Python test was found")

        self.assertEqual([f.name for f in python_files() if ";" in f.name], [])

    def test_every_cpp_test_file_has_a_test_case(self):
        empty = [str(f.relative_to(ROOT)) for f in cpp_files()
                 if not any(macro.startswith("TEST_CASE") for macro, _ in doctest_names(f.read_text()))]

        self.assertEqual(empty, [])

    def test_every_python_test_file_has_a_test(self):
        self.assertEqual([str(f.relative_to(ROOT)) for f in python_files() if not python_names(f.read_text())], [])

    def test_no_two_test_cases_of_a_kind_share_a_name(self):
        for kind in CPP_KINDS:
            names = [name for f in cpp_files() if f.parent.name == kind
                     for macro, name in doctest_names(f.read_text()) if macro.startswith("TEST_CASE")]
            twice = sorted({name for name in names if names.count(name) > 1})

            self.assertEqual(twice, [], f"ctest keeps one of each in {kind}")


class ReaderTest(unittest.TestCase):
    """The reader finds what it is there to find."""

    def test_a_semicolon_is_found_in_each_kind_of_name(self):
        for text in ('TEST_CASE("a; b") {', 'SUBCASE("a; b") {', 'TEST_CASE_TEMPLATE("a; b", T, int) {',
                     'TEST_CASE_FIXTURE(Fixture, "a; b") {', 'TEST_CASE("a"\n          "; b") {'):
            with self.subTest(text=text):
                self.assertEqual([name for _, name in doctest_names(text)], ["a; b"])

    def test_an_escaped_quote_does_not_end_a_name(self):
        self.assertEqual(doctest_names(r'TEST_CASE("a \"b\"; c")'), [("TEST_CASE", r'a \"b\"; c')])


@unittest.skipUnless(BUILD_DIR, "SESSGATE_BUILD_DIR is not set")
class EntriesTest(unittest.TestCase):
    def test_every_ctest_entry_of_a_doctest_binary_runs_exactly_one_case(self):
        shown = subprocess.run(["ctest", "--show-only=json-v1"], cwd=BUILD_DIR, capture_output=True, check=True)
        commands = [test["command"] for test in json.loads(shown.stdout)["tests"] if "command" in test]
        cases = [command for command in commands if pathlib.Path(command[0]).name.endswith("_tests")]
        self.assertTrue(cases, "ctest knows no doctest case")

        wrong = [command for command in cases if self.cases_run_by(command) != 1]

        self.assertEqual(wrong, [])

    def cases_run_by(self, command):
        counted = subprocess.run(command + ["--count"], capture_output=True, text=True, check=True)
        return int(re.search(r"filters: (\d+)", counted.stdout)[1])


if __name__ == "__main__":
    unittest.main()
