"""Puts one deliberate defect after the other into a copy of the code, and wants the tests to find each of them.

    mutate.py [WORD]...      those whose name has one of the words; all of them when there is none

The copy is build/mutate/source; the defects are those of defects.toml.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPY = ROOT / "build" / "mutate" / "source"
BUILD = COPY / "build" / "dev"
TEST_SECONDS_MAX = 300

# What a defect leaves unused is no reason not to build it.
UNUSED_IS_FINE = "".join(f'#pragma GCC diagnostic ignored "-Wunused-{what}"\n'
                         for what in ("parameter", "variable", "function"))


class Unusable(Exception):
    """A defect that says nothing about the tests: it does not apply, does not compile, or names no test."""


def defects():
    return tomllib.loads((ROOT / "tests/mutation/defects.toml").read_text())["defect"]


def kinds_of(chosen):
    return sorted({test.split(":")[0] for defect in chosen for test in defect["caught_by"]})


def own_files():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT,
                            capture_output=True, check=True)
    return {name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()}


def copy_source():
    """Only what differs is written, so that what is built in the copy stays built."""
    wanted = own_files()
    for path in list(COPY.rglob("*")) if COPY.exists() else []:
        name = str(path.relative_to(COPY))
        if path.is_file() and not name.startswith("build/") and name not in wanted:
            path.unlink()
    for name in wanted:
        source, target = ROOT / name, COPY / name
        if not target.exists() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)


def build(kinds):
    done = subprocess.run(["cmake", "--build", BUILD, "--target", *(f"{kind}_tests" for kind in kinds)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise Unusable("does not compile:\n" + done.stdout[-2000:])


def commands():
    """What ctest runs, by the name of the test as this project writes it: `unit: …`."""
    shown = subprocess.run(["ctest", "--show-only=json-v1"], cwd=BUILD, capture_output=True, check=True)
    found = {}
    for test in json.loads(shown.stdout)["tests"]:
        kind, _, name = test["name"].partition(":")
        found[f"{kind}: {name.strip()}"] = test.get("command")
    return found


def passes(command):
    """A test that does not end has found something as well."""
    try:
        done = subprocess.run(command, cwd=BUILD / "tests", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              timeout=TEST_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def command_of(test):
    command = commands().get(test)
    if not command:
        raise Unusable(f"there is no test '{test}'")
    return command


def tests_that_miss(defect):
    """Those of its tests that pass with the defect in the copy."""
    path = COPY / defect["file"]
    text = path.read_text()
    if text.count(defect["line"]) != 1:
        raise Unusable(f"its line stands {text.count(defect['line'])} times in {defect['file']}")
    try:
        path.write_text(UNUSED_IS_FINE + text.replace(defect["line"], defect["becomes"]))
        build(kinds_of([defect]))
        return [test for test in defect["caught_by"] if passes(command_of(test))]
    finally:
        path.write_text(text)


def verdict_on(defect):
    """None when each of its tests found it."""
    try:
        missed_by = tests_that_miss(defect)
    except Unusable as mistake:
        return f"UNUSABLE {mistake}"
    return "MISSED by " + " and by ".join(missed_by) if missed_by else None


def check_untouched(chosen):
    """Without a defect every test passes, or it could not tell one."""
    kinds = kinds_of(chosen)
    build(kinds)
    failing = [test for test in sorted({t for d in chosen for t in d["caught_by"]}) if not passes(command_of(test))]
    if failing:
        sys.exit("mutate: these fail without any defect:\n  " + "\n  ".join(failing))


def main(words):
    chosen = [d for d in defects() if not words or any(word in d["name"] for word in words)]
    if not chosen:
        sys.exit("mutate: no defect has a name like that")
    print(f"mutate: {len(chosen)} defects; the code without any comes first", flush=True)
    copy_source()
    environment = dict(os.environ, CMAKE_BUILD_PARALLEL_LEVEL=str(os.cpu_count()))
    subprocess.run(["cmake", "--preset", "dev"], cwd=COPY, env=environment, check=True, stdout=subprocess.DEVNULL)
    check_untouched(chosen)

    left = []
    for number, defect in enumerate(chosen, 1):
        started = time.monotonic()
        verdict = verdict_on(defect)
        seconds = time.monotonic() - started
        print(f"[{number}/{len(chosen)}] {defect['name']}: {verdict or 'caught'} ({seconds:.0f} s)", flush=True)
        if verdict:
            left.append(defect["name"])
    print(f"\nmutate: {len(chosen) - len(left)} of {len(chosen)} defects caught", flush=True)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
