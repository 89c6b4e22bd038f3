"""sessgate(1): roff's own checkers find nothing in it, it names all that there is, and it is installed."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

BINARY = os.environ["SESSGATE_BINARY"]
BUILD_DIR = os.environ.get("SESSGATE_BUILD_DIR")


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **more)


class ManPageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="sessgate-")))
        cls.page = cls.folder / "sessgate.1"
        cls.page.write_text(run(BINARY, "man", check=True).stdout)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_mandoc_finds_nothing(self):
        linted = run("mandoc", "-T", "lint", "-W", "all", self.page)
        self.assertEqual((linted.returncode, linted.stdout + linted.stderr), (0, ""))

    @unittest.skipUnless(shutil.which("groff"), "groff is not installed")
    def test_groff_warns_of_nothing(self):
        rendered = run("groff", "-ww", "-man", "-T", "utf8", "-z", self.page)
        self.assertEqual((rendered.returncode, rendered.stderr), (0, ""))

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_every_command_and_every_setting_in_its_three_spellings_is_in_it(self):
        text = re.sub(".\b", "", run("mandoc", "-T", "ascii", "-O", "width=200", self.page).stdout)
        for command in ("serve", "check", "session create", "session rotate", "session explain", "session revoke",
                        "user put", "healthcheck", "bench", "completion", "man", "version"):
            self.assertRegex(text, rf"(?m)^       ?sessgate {command}\b", command)
        keys = re.findall(r"^\| `(\S+)` \|", run(BINARY, "check", "--print", "markdown").stdout, re.MULTILINE)
        self.assertGreater(len(keys), 30)
        for key in keys:
            flag = "--" + re.sub("[._]", "-", key)
            for spelling in (key, flag, "SESSGATE_" + key.upper().replace(".", "_")):
                self.assertRegex(text, rf"(?<![\w.-]){re.escape(spelling)}(?![\w.-])")


@unittest.skipUnless(BUILD_DIR, "SESSGATE_BUILD_DIR is not set")
class InstallTest(unittest.TestCase):
    def test_program_page_and_completions_are_installed_where_they_are_looked_for(self):
        with tempfile.TemporaryDirectory(prefix="sessgate-") as folder:
            done = run("cmake", "--install", BUILD_DIR, "--prefix", folder)
            self.assertEqual(done.returncode, 0, done.stderr)
            prefix = pathlib.Path(folder)
            self.assertEqual(run(prefix / "bin/sessgate", "version").returncode, 0)
            for path, said in [("share/man/man1/sessgate.1", ["man"]),
                               ("share/bash-completion/completions/sessgate", ["completion", "bash"]),
                               ("share/zsh/site-functions/_sessgate", ["completion", "zsh"]),
                               ("share/fish/vendor_completions.d/sessgate.fish", ["completion", "fish"])]:
                self.assertEqual((prefix / path).read_text(), run(BINARY, *said).stdout, path)


if __name__ == "__main__":
    unittest.main()
