"""Completion as each shell really does it: the words that it would offer for a command line."""

import os
import shutil
import subprocess
import unittest

BINARY = os.environ["SESSGATE_BINARY"]

# Each program takes the script's file, and then any number of command lines whose words have SEPARATOR between them.
# One shell answers for all of them, since starting it takes longer than what it is asked; END follows each answer.
SEPARATOR, END = "\x1f", "\x1e"

BASH = r"""
source "$1"; shift
complete=$(complete -p sessgate | sed 's/.*-F \([^ ]*\).*/\1/')
for line; do
    mapfile -d $'\x1f' -t COMP_WORDS < <(printf '%s\x1f' "$line")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
    "$complete" sessgate "${COMP_WORDS[COMP_CWORD]}" ""
    printf '%s\n' "${COMPREPLY[@]}" $'\x1e'
done
"""

FISH = r"""
source $argv[1]
for line in $argv[2..-1]
    complete -C (string replace -a \x1f ' ' -- $line) | string split -f 1 \t
    printf '\x1e\n'
end
"""

# zsh completes only where it is typed at, so what it would list is caught where the list is added to.
ZSH = r"""
compdef() { [[ $* == '_sessgate sessgate' ]] || echo "compdef $*" >&2 }
source "$1"; shift
compset() { words[CURRENT]=${words[CURRENT]#*=} }
compadd() { shift; print -l -- "$@" }
_describe() { while [[ $1 == -* ]]; do [[ $1 == -t ]] && shift; shift; done; print -l -- ${${(P)2}%%:*} }
_files() { print -l -- *(N) }
_message() { : }
for line; do
    words=("${(@ps:\x1f:)line}"); CURRENT=$#words
    _sessgate
    print -l $'\x1e'
done
"""

COMMANDS = {"bash": ["bash", "--norc", "-c", BASH, "bash"], "fish": ["fish", "--no-config", "-c", FISH],
            "zsh": ["zsh", "-f", "-c", ZSH, "zsh"]}


def script(shell):
    done = subprocess.run([BINARY, "completion", shell], capture_output=True, text=True, timeout=20, check=True)
    return done.stdout


def need(shell):
    if not shutil.which(shell):
        raise unittest.SkipTest(f"{shell} is not installed")


def offered(shell, file, lines, folder):
    """For each of `lines`, a list of words whose last is half typed: the set of words that `shell` offers, having read
    the completion in `file`."""
    done = subprocess.run([*COMMANDS[shell], file, *(SEPARATOR.join(line) for line in lines)], cwd=folder,
                          capture_output=True, text=True, timeout=60,
                          env=os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder)})
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"{shell} says, with {done.returncode}: {done.stderr}")
    answers = done.stdout.split(END + "\n")[:-1]
    assert len(answers) == len(lines), done.stdout
    return [{word for word in answer.split("\n") if word and word.startswith(line[-1])}
            for line, answer in zip(lines, answers)]
