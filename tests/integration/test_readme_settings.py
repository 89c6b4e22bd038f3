"""The README's table of settings is the one that the program prints."""

import pathlib
import re
import unittest

from program import clean_environment, run_program

ROOT = pathlib.Path(__file__).resolve().parents[2]


class ReadmeSettingsTest(unittest.TestCase):
    def test_the_table_is_the_one_that_the_program_prints(self):
        readme = (ROOT / "README.md").read_text()
        shown = re.search(r"<!-- settings -->\n(.*?)<!-- /settings -->", readme, re.DOTALL)[1]

        printed = run_program(["check", "--print", "markdown"], env=clean_environment(), check=True).stdout

        self.assertIn("| `listen` |", printed)
        self.assertEqual(shown.strip(), printed.strip(), "scripts/write-settings-table brings the README up to date")


if __name__ == "__main__":
    unittest.main()
