"""The README's table of settings is the one that the program prints."""

import os
import pathlib
import re
import subprocess
import unittest

from program import clean_environment

ROOT = pathlib.Path(__file__).resolve().parents[2]


class ReadmeSettingsTest(unittest.TestCase):
    def test_the_table_is_the_one_that_the_program_prints(self):
        readme = (ROOT / "README.md").read_text()
        shown = re.search(r"<!-- settings -->\n(.*?)<!-- /settings -->", readme, re.DOTALL)[1]

        printed = subprocess.run([os.environ["SESSGATE_BINARY"], "check", "--print", "markdown"],
                                 env=clean_environment(), capture_output=True, text=True, check=True).stdout

        self.assertIn("| `listen` |", printed)
        self.assertEqual(shown.strip(), printed.strip(), "scripts/write-settings-table brings the README up to date")


if __name__ == "__main__":
    unittest.main()
