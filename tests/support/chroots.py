"""Debian roots made with mmdebstrap, in which packages and images are tried out. Needs root.

The packages come from where this machine's own come from, which is asked of apt and written into no file.
"""

import contextlib
import hashlib
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import tempfile
import time

import secrets_in_logs

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEPT = ROOT / "build/packages"
WAIT_SECONDS = 60


def run(*command, timeout=600, **more):
    """The finished process; fails with all that it said."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, **more)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done


def sources():
    """The lines of a sources.list for Debian itself, as this machine has them."""
    listed = run("apt-get", "indextargets", "--format", "$(ORIGIN)|deb $(REPO_URI) $(RELEASE) $(COMPONENT)",
                 "Created-By: Packages").stdout.splitlines()
    return sorted({line.removeprefix("Debian|") for line in listed if line.startswith("Debian|")})


def base(*packages):
    """A tar file of a minimal Debian with `packages`; kept for the next time. Takes a minute or two to make."""
    key = hashlib.sha256(" ".join(packages).encode()).hexdigest()[:12]
    tar = KEPT / f"base-{key}.tar"
    if not tar.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        unfinished = KEPT / f"unfinished-{key}.tar"
        suite = platform.freedesktop_os_release()["VERSION_CODENAME"]
        run("mmdebstrap", "--mode=root", "--variant=minbase", f"--include={','.join(packages)}", suite, unfinished,
            *sources(), timeout=1800)
        unfinished.rename(tar)
    return tar


def machine():
    """The base of a machine with systemd, and of containers with what stands around sessgate: one for all of them."""
    return base("adduser", "curl", "nginx-light", "python3", "redis-server", "systemd", "systemd-sysv")


@contextlib.contextmanager
def unpacked(tar):
    """A folder with a root unpacked in it, gone at the end."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sessgate-root-"))
    try:
        run("tar", "-xf", tar, "-C", folder, "--numeric-owner")
        shutil.copy("/etc/resolv.conf", folder / "etc/resolv.conf")
        yield folder
    finally:
        run("rm", "-rf", "--one-file-system", folder)


def chroot(root, *command, **more):
    """Runs a command in a root; no service is started there."""
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    return run("chroot", root, *command, env=environment, **more)


# Where systemd keeps its control groups: alone, or beside the old hierarchies.
CONTROL_GROUPS = [folder for folder in (pathlib.Path("/sys/fs/cgroup"), pathlib.Path("/sys/fs/cgroup/systemd"),
                                        pathlib.Path("/sys/fs/cgroup/unified")) if (folder / "cgroup.procs").exists()]


def remove_when_empty(group):
    """A control group is busy until the last of its processes has wholly gone."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return os.rmdir(group)
        except OSError:
            assert time.monotonic() < deadline, f"{group} is still in use"
            time.sleep(0.01)


@contextlib.contextmanager
def control_groups():
    """Groups of our own, in which a container's systemd makes its own: gone at the end, with whatever runs in them."""
    name = f"sessgate-test-{os.getpid()}-{time.monotonic_ns()}"
    groups = [folder / name for folder in CONTROL_GROUPS]
    for group in groups:
        group.mkdir()
    try:
        yield groups
    finally:
        for group in groups:
            for folder, _, _ in os.walk(group, topdown=False):
                remove_when_empty(folder)


class Booted:
    """A root whose systemd runs as process 1 in a container, with a network of its own that has only loopback."""

    def __init__(self, root):
        self.root = root
        self.console = root.parent / (root.name + ".console")

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            groups = stack.enter_context(control_groups())
            stack.callback(self.console.unlink, missing_ok=True)
            self.process = self.boot(groups)
            stack.callback(self.end)
            self.wait_for(lambda: self.command("systemctl", "is-system-running").returncode == 0, "systemd")
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        said = self.command("journalctl", "--no-pager", "--boot", "--unit=sessgate").stdout
        self.stack.close()
        secrets_in_logs.check(said)

    def boot(self, groups):
        joined = "".join(f"echo $$ >{group}/cgroup.procs && " for group in groups)
        nspawn = (f"mount -t tmpfs tmpfs /run && {joined} exec systemd-nspawn --quiet --register=no --keep-unit "
                  f"--private-network --boot --directory={self.root}")
        with open(self.console, "w") as console:
            return subprocess.Popen(["unshare", "--mount", "sh", "-c", nspawn], stdin=subprocess.DEVNULL,
                                    stdout=console, stderr=subprocess.STDOUT)

    def end(self):
        """As pulling the plug does: with its process 1 all others end."""
        for leader in self.leaders():
            os.kill(int(leader), signal.SIGKILL)
        self.process.wait(WAIT_SECONDS)

    def leaders(self):
        """The container's process 1; for a moment at the start another process beside it."""
        return pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()

    def wait_for(self, value, what):
        """What `value()` gives as soon as it is true."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not (found := value()):
            assert self.process.poll() is None and time.monotonic() < deadline, f"{what} did not come:\n{self.said()}"
            time.sleep(0.1)
        return found

    def said(self):
        """The console, and what systemd is not content with."""
        return self.console.read_text(errors="replace") + self.command("systemctl", "--failed", "--no-pager").stdout

    def command(self, *command):
        """As `run`, inside, but whatever it ends with."""
        leader = (self.leaders() or ["none"])[0]
        return subprocess.run(["nsenter", "--target", leader, "--all", *command], capture_output=True, text=True,
                              timeout=WAIT_SECONDS, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"})
