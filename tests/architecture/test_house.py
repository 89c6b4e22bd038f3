"""Holds what the house promises about its own files: front door, scripts, sizes, one version, no private paths."""

import pathlib
import re
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE_LINES_MAX = 300


def project_files():
    """Every file of the project itself: what git keeps, or would keep."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT,
                            capture_output=True)
    if listed.returncode == 0:
        files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:  # an unpacked archive
        files = [p for p in ROOT.rglob("*") if not p.relative_to(ROOT).parts[0] in (".git", "build", "sessgate-data")]
    return sorted(p for p in files if p.is_file())


def text_of(path):
    """The file's text; empty for one that is not text."""
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""


def scripts():
    own = sorted(p for p in (ROOT / "scripts").iterdir() if p.is_file()) + [ROOT / ".ci" / "run"]
    others = sorted(p for name in ("docker", "deploy/debian") for p in (ROOT / name).iterdir())
    return own + [p for p in others if p.read_text().startswith("#!")]


class MakefileTest(unittest.TestCase):
    text = (ROOT / "Makefile").read_text()

    def targets(self):
        return re.findall(r"^([a-z-]+):", self.text, re.MULTILINE)

    def test_each_target_has_one_sentence_of_help(self):
        for target in self.targets():
            with self.subTest(target=target):
                self.assertRegex(self.text, rf"(?m)^{target}:.*## [A-Z].+[^.]$")

    def test_the_front_doors_are_there(self):
        self.assertLessEqual({"run", "test", "proof", "bench", "help"}, set(self.targets()))

    def test_every_target_is_phony(self):
        phony = set(re.search(r"^\.PHONY: (.*)$", self.text, re.MULTILINE)[1].split())

        self.assertEqual(phony, set(self.targets()))

    def test_every_script_it_names_exists_and_can_be_run(self):
        named = re.findall(r"scripts/[\w-]+", self.text)
        self.assertTrue(named)
        for name in named:
            with self.subTest(script=name):
                self.assertTrue((ROOT / name).stat().st_mode & 0o111)

    def test_ci_calls_make_test_and_nothing_else(self):
        lines = (ROOT / ".ci" / "run").read_text().splitlines()

        self.assertEqual(lines[1:], ["exec make test"])


class ScriptsTest(unittest.TestCase):
    def test_bash_reads_each_script(self):
        for script in scripts():
            with self.subTest(script=script.name):
                read = subprocess.run(["bash", "-n", script], capture_output=True, text=True)
                self.assertEqual((read.returncode, read.stderr), (0, ""))

    def test_each_bash_script_stops_at_the_first_failure(self):
        for script in scripts():
            if script.read_text().startswith("#!/usr/bin/env bash"):
                with self.subTest(script=script.name):
                    self.assertIn("\nset -euo pipefail\n", script.read_text())

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_shellcheck_finds_nothing(self):
        checked = subprocess.run(["shellcheck", *scripts()], capture_output=True, text=True)

        self.assertEqual(checked.stdout, "")


class FilesTest(unittest.TestCase):
    def test_no_source_file_is_longer_than_two_screens_allow(self):
        long = [f"{p.relative_to(ROOT)}: {lines}" for p in project_files()
                if p.relative_to(ROOT).parts[0] in ("include", "src") and (lines := len(text_of(p).splitlines()))
                > FILE_LINES_MAX]

        self.assertEqual(long, [])

    def test_the_version_stands_in_cmakelists_only(self):
        version = re.search(r"VERSION (\d+\.\d+\.\d+)", (ROOT / "CMakeLists.txt").read_text())[1]
        told = re.compile(rf"(?<![\d.]){re.escape(version)}(?![\d.])")
        elsewhere = [str(p.relative_to(ROOT)) for p in project_files()
                     if p.relative_to(ROOT).parts[0] in ("include", "src", "scripts", "tests", "deploy", "examples")
                     or p.name in ("openapi.yaml", "README.md") if told.search(text_of(p))]

        self.assertEqual(elsewhere, [])

    def test_no_file_names_a_folder_of_somebodys_own_machine(self):
        private = re.compile("(?<![\\w.])/(?:" + "|".join(("home", "work", "root", "Users")) + r")/\w")
        named = [f"{p.relative_to(ROOT)}: {found[0]}" for p in project_files()
                 if (found := private.search(text_of(p)))]

        self.assertEqual(named, [])

    def test_each_lock_file_of_npm_pins_every_package_and_names_no_host(self):
        locks = sorted((ROOT / "tests").rglob("package-lock.json"))
        self.assertTrue(locks)
        for lock in locks:
            with self.subTest(lock=str(lock.relative_to(ROOT))):
                text = lock.read_text()
                self.assertNotIn('"resolved"', text)
                self.assertEqual(text.count('"integrity"'), text.count('"node_modules/'))


if __name__ == "__main__":
    unittest.main()
