"""Holds CONTRIBUTING.md to the code: each step of the walk is a name that the code has, each path it names is there."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()


def walk():
    """The names in the first column of "The walk of a request"."""
    section = re.search(r"^## The walk of a request\n(.*?)^## ", TEXT, re.MULTILINE | re.DOTALL)[1]
    return re.findall(r"^    +(\w+(?:::\w+)+)", section, re.MULTILINE)


def code():
    return "\n".join(p.read_text() for folder in ("include", "src") for p in (ROOT / folder).rglob("*.[ch]pp"))


class ContributingTest(unittest.TestCase):
    def test_every_step_of_the_walk_is_in_the_code(self):
        text = code()
        self.assertGreater(len(walk()), 10)
        for step in walk():
            *scopes, name = step.split("::")
            with self.subTest(step=step):
                self.assertRegex(text, rf"\b{name}\b")
                for scope in scopes:
                    self.assertRegex(text, rf"\b(namespace|class|struct) (\w+::)*{scope}\b")

    def test_every_path_it_names_is_there(self):
        paths = re.findall(r"`((?:src|tests|scripts|docs|include)/[\w./-]+)`", TEXT)
        self.assertTrue(paths)

        self.assertEqual([path for path in paths if not (ROOT / path).exists()], [])


if __name__ == "__main__":
    unittest.main()
