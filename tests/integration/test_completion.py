"""Completions: each shell reads its script, and offers what the program's own help says and the table of settings."""

import pathlib
import re
import subprocess
import tempfile
import unittest

from program import run_program
import shells

# Each is asked of each shell, so not all commands there are.
ASKED = [(), ("serve",), ("check",), ("session",), ("session", "create"), ("session", "revoke"), ("session", "explain"),
         ("user",), ("bench",), ("completion",), ("version",)]
VALUES = [(["serve", "--session-renewal"], {"rotate", "extend"}), (["check", "--print"], {"toml", "markdown"}),
          (["serve", "--store-near-cache"], {"true", "false"}), (["completion"], {"bash", "zsh", "fish"}),
          (["session", "create", "anna", "--active-period"], set())]


def help_of(command):
    """What the help of a command names: ({commands}, {flags})."""
    text = run_program([*command, "--help"], check=True, timeout=20).stdout
    commands = re.search(r"^Subcommands:\n((?:  .*\n)*)", text, re.MULTILINE)
    names = re.findall(r"^  (\w+)", commands[1], re.MULTILINE) if commands else []
    return set(names), set(re.findall(r"^  (?:-[hH],)?(--[a-z-]+)", text, re.MULTILINE))


class CompletionTests:
    """What every shell must do; `shell` names it."""

    @classmethod
    def setUpClass(cls):
        shells.need(cls.shell)
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="sessgate-")))
        (cls.folder / "settings.toml").touch()
        cls.file = cls.folder / f"completion.{cls.shell}"
        cls.file.write_text(shells.script(cls.shell))

    def offered(self, *lines):
        return shells.offered(self.shell, self.file, [["sessgate", *line] for line in lines], self.folder)

    def test_commands_and_flags_are_those_of_the_programs_help(self):
        flags_offered = self.offered(*([*command, "--"] for command in ASKED))
        words_offered = self.offered(*([*command, ""] for command in ASKED))
        for command, with_dashes, words in zip(ASKED, flags_offered, words_offered):
            with self.subTest(command=command):
                commands, flags = help_of(command)
                self.assertTrue(commands or flags)
                self.assertEqual({word for word in with_dashes if word.startswith("--")}, flags)
                arguments = {"bash", "zsh", "fish"} if command == ("completion",) else set()
                self.assertEqual({word for word in words if not word.startswith("-")}, commands | arguments)

    def test_words_that_a_flag_may_have_are_offered_behind_it(self):
        *offered, half_typed = self.offered(*([*line, ""] for line, _ in VALUES), ["serve", "--log-level", "wa"])
        for (line, values), words in zip(VALUES, offered):
            with self.subTest(line=line):
                self.assertEqual({word for word in words if not word.startswith("--")}, values)
        self.assertEqual(half_typed, {"warning"})

    def test_files_are_offered_where_a_file_is_meant(self):
        flags = ("--config", "--control-token-file", "--ports-file")
        for flag, words in zip(flags, self.offered(*(["serve", flag, "set"] for flag in flags))):
            self.assertIn("settings.toml", words, flag)


class BashTest(CompletionTests, unittest.TestCase):
    shell = "bash"

    def test_a_value_behind_an_equals_sign_is_completed(self):
        flag = ["serve", "--session-renewal", "="]
        self.assertEqual(self.offered([*flag, ""], [*flag, "ro"]), [{"rotate", "extend"}, {"rotate"}])


class ZshTest(CompletionTests, unittest.TestCase):
    shell = "zsh"

    def test_zsh_finds_no_mistake_in_the_script(self):
        for arguments in (["-n", self.file], ["-f", "-c", "autoload -Uz compinit && compinit -u -D && source $1", "zsh",
                                              self.file]):
            read = subprocess.run(["zsh", *arguments], capture_output=True, text=True)
            self.assertEqual((read.returncode, read.stderr), (0, ""))


class FishTest(CompletionTests, unittest.TestCase):
    shell = "fish"

    def test_fish_finds_no_mistake_in_the_script(self):
        read = subprocess.run(["fish", "--no-execute", self.file], capture_output=True, text=True)
        self.assertEqual((read.returncode, read.stderr), (0, ""))


class UnknownShellTest(unittest.TestCase):
    def test_a_shell_that_is_not_known_is_refused(self):
        for arguments in (["completion"], ["completion", "tcsh"]):
            done = run_program(arguments, timeout=20)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertRegex(done.stderr, r"^sessgate: .*; see --help\n$")


if __name__ == "__main__":
    unittest.main()
