"""Tools from npm, pinned by a lock file in tests/<name>/, in the build folder."""

import contextlib
import fcntl
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parents[1]
NODE_MIN = (20, 19)


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=200, **more)


def has_node():
    if not shutil.which("npm"):
        return False
    version = re.match(r"v(\d+)\.(\d+)", run("node", "--version").stdout)
    return (int(version[1]), int(version[2])) >= NODE_MIN


def install(name, scripts):
    """The folder of the tools of tests/<name>, with `scripts` from there beside them; None: they cannot be had."""
    if not has_node():
        return None
    folder = pathlib.Path(os.environ.get("SESSGATE_BUILD_DIR", tempfile.gettempdir())) / f"{name.replace('/', '-')}-tools"
    with locked(folder.with_suffix(".lock")):
        return install_into(folder, TESTS / name, scripts)


@contextlib.contextmanager
def locked(path):
    """Tests that run at the same time install the same tools one after another."""
    with open(path, "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install_into(folder, source, scripts):
    lock = (source / "package-lock.json").read_bytes()
    stamp = folder / "installed-lock.json"
    if not stamp.exists() or stamp.read_bytes() != lock:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file in (".npmrc", "package.json", "package-lock.json"):
            shutil.copy(source / file, folder / file)
        fetched = run("npm", "ci", "--prefer-offline", cwd=folder)
        if fetched.returncode != 0:
            print(fetched.stderr, file=sys.stderr)
            return None
        stamp.write_bytes(lock)
    for script in scripts:
        shutil.copy(source / script, folder / script)
    return folder
