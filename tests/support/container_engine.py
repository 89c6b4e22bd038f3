"""Containers where Docker's engine is not: images built by buildah from Debian roots, run by podman, both with what they
keep in a folder of their own. tests/packages/engine/docker is the command that people type."""

import contextlib
import os
import pathlib
import subprocess
import tempfile

import chroots

ENGINE = chroots.ROOT / "tests/packages/engine"
STORAGE = chroots.KEPT / "containers"
WORKSHOP = chroots.KEPT / "workshop"  # with the compiler's cache, so that the next build takes a minute
BASE_IMAGE = "localhost/sessgate-base"

# The host's network is one that has only loopback: see `script`. Limits are said because a container's makers would
# else ask for more than they may have here; runc because crun refuses mixed control groups.
CONTAINERS = """[containers]
netns = "host"
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""


def build_packages():
    """What scripts/install-packages would put into the build stage."""
    script = (chroots.ROOT / "scripts/install-packages").read_text().replace('sets=("$@")', "sets=(run image)")
    names = script[:script.index("if ! command -v dpkg-query")] + '\necho "${wanted[@]}"\n'
    return subprocess.run(["bash", "-c", names], capture_output=True, text=True, check=True).stdout.split()


class Engine:
    """The `docker` command, and a place for scripts that use it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        WORKSHOP.mkdir(parents=True, exist_ok=True)
        self.folder.joinpath("containers.conf").write_text(CONTAINERS)
        self.folder.joinpath("storage.conf").write_text(
            f'[storage]\ndriver = "overlay"\ngraphroot = "{STORAGE}"\nrunroot = "{self.folder}/run"\n')
        self.folder.joinpath("policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
        self.environment = os.environ | {
            "PATH": f"{ENGINE}:{os.environ['PATH']}",
            "CONTAINERS_CONF": f"{self.folder}/containers.conf",
            "CONTAINERS_STORAGE_CONF": f"{self.folder}/storage.conf",
            # Else podman leaves health checks to timers of systemd, which may not be here.
            "DISABLE_HC_SYSTEMD": "true",
            "TMPDIR": str(WORKSHOP), "BASE_IMAGE": BASE_IMAGE, "PYTHONPATH": str(chroots.ROOT / "tests/support"),
        }

    def run(self, *command, **more):
        return chroots.run(*command, env=self.environment, cwd=chroots.ROOT, timeout=1800, **more)

    def script(self, text, **variables):
        """Runs lines of a shell as a person would type them, in a network of their own; gives what they print."""
        return self.run("unshare", "--net", "bash", "-euo", "pipefail", "-c", f"ip link set lo up\n{text}\n").stdout

    def has(self, image):
        return subprocess.run(["buildah", "inspect", "--type=image", image], env=self.environment,
                              capture_output=True).returncode == 0

    def import_root(self, tar, image):
        """Makes an image of a Debian root, unless it is there."""
        if self.has(image):
            return
        container = self.run("buildah", "from", "scratch").stdout.strip()
        self.run("buildah", "add", container, tar, "/")
        self.run("buildah", "commit", "--rm", container, image)

    def build_sessgate(self):
        """The image, as README builds it, unless another test has left it here."""
        self.import_root(chroots.base(*build_packages()), BASE_IMAGE)
        if not self.has("sessgate"):
            self.run("docker", "build", "-f", "docker/Dockerfile", "-t", "sessgate", ".")


@contextlib.contextmanager
def engine():
    with tempfile.TemporaryDirectory(prefix="sessgate-engine-") as folder:
        started = Engine(folder)
        try:
            yield started
        finally:
            started.run("podman", "rm", "--all", "--force", "--time=1")
            started.run("podman", "volume", "prune", "--force")
