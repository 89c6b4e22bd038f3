"""Holds docs/ to the code: reasons, settings, calls and links that it names are there, and none is missing."""

import fnmatch
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = sorted((ROOT / "docs").glob("*.md"))
TABLES = ("docs/integration.md", "docs/sessions.md")


def reasons_in_the_code():
    text = (ROOT / "include/sessgate/core/verdict.hpp").read_text()
    return set(re.findall(r"(\w+),", re.search(r"enum class Reason \{(.*?)\}", text, re.DOTALL)[1]))


def settings_in_the_readme():
    return set(re.findall(r"^\| `([a-z_.]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE))


def calls_in_the_contract():
    text = (ROOT / "openapi.yaml").read_text()
    paths = re.findall(r"^  (/\S*):\n(.*?)(?=^  /|^\w)", text, re.MULTILINE | re.DOTALL)
    return {f"{method.upper()} {path}" for path, block in paths
            for method in re.findall(r"^    (get|put|post|patch|delete):", block, re.MULTILINE)}


class DocsTest(unittest.TestCase):
    def test_each_table_of_reasons_names_all_reasons_and_no_other(self):
        for name in TABLES:
            rows = re.findall(r"^\| `(\w+)` \|", (ROOT / name).read_text(), re.MULTILINE)
            self.assertEqual(set(rows) & reasons_in_the_code(), reasons_in_the_code(), name)
            self.assertEqual([row for row in rows if row.islower() and row not in reasons_in_the_code()], [], name)

    def test_each_setting_that_is_named_is_one(self):
        groups = {key.split(".")[0] for key in settings_in_the_readme() if "." in key}
        for path in DOCS:
            named = {key for key in re.findall(r"`([a-z]+\.[a-z_]+)(?:`| = )", path.read_text())
                     if key.split(".")[0] in groups}
            self.assertEqual(named - settings_in_the_readme(), set(), path.name)

    def test_what_a_reload_changes_is_what_the_program_says_and_all_else_needs_a_restart(self):
        text = (ROOT / "docs/changing-settings.md").read_text()
        told = [set(re.findall(r"`([a-z_.]+\*?)`", paragraph)) for paragraph in
                re.findall(r"^\*\*What (?:a reload changes|needs a restart)\*\*:(.*?)\n\n", text, re.M | re.S)]
        self.assertEqual(len(told), 2)
        settings = re.findall(r"^\| `([\w.]+)` \|.*?( ↻)? \|$", (ROOT / "README.md").read_text(), re.M)
        self.assertGreater(len(settings), 50)
        for name, reloads in settings:
            fitting = [(len(each), place) for place, names in enumerate(told) for each in names
                       if fnmatch.fnmatchcase(name, each)]
            self.assertTrue(fitting, name)
            self.assertEqual(max(fitting)[1], 0 if reloads else 1, name)

    def test_each_call_that_is_named_is_in_the_contract(self):
        for path in DOCS:
            named = set(re.findall(r"`((?:GET|PUT|POST|PATCH|DELETE) /[^\s`?]+)", path.read_text()))
            self.assertEqual(named - calls_in_the_contract(), set(), path.name)

    def test_each_link_to_a_file_leads_somewhere(self):
        for path in DOCS:
            links = [link for link in re.findall(r"\]\(([^)#]+)", path.read_text()) if "://" not in link]
            self.assertEqual([link for link in links if not (path.parent / link).exists()], [], path.name)


if __name__ == "__main__":
    unittest.main()
