"""Holds the README to what it shows: its examples are the files that the tests run, its links lead somewhere."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
LANGUAGES = {"node.mjs": "js", "session.py": "python", "session.go": "go", "session.php": "php"}


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


class ReadmeTest(unittest.TestCase):
    def test_each_example_is_the_file_byte_for_byte(self):
        self.assertEqual({p.name for p in (ROOT / "examples").iterdir()}, set(LANGUAGES))
        for name, language in LANGUAGES.items():
            with self.subTest(example=name):
                self.assertEqual(blocks(language), [(ROOT / "examples" / name).read_text()])

    def test_every_link_to_a_file_leads_somewhere(self):
        links = re.findall(r"\]\(([^)#]+)\)", README)
        self.assertTrue(links)

        self.assertEqual([link for link in links if "://" not in link and not (ROOT / link).exists()], [])

    def test_every_folder_and_target_it_names_is_there(self):
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

        self.assertEqual(set(re.findall(r"^make ([\w-]+)", README, re.MULTILINE)) - set(targets), set())
        for folder in re.findall(r"^    (\w+)/ ", README, re.MULTILINE):
            self.assertTrue((ROOT / folder).is_dir(), folder)


if __name__ == "__main__":
    unittest.main()
