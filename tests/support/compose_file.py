"""docker/compose.yaml without Docker: `compose -f FILE up -d | down`, for containers that share this network.

Every word of the file that stands for something is carried out or refused by name, so nothing in it passes unread.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import time

import yaml

WAIT_SECONDS = 60
READ = {"image", "build", "command", "volumes", "working_dir", "healthcheck", "depends_on", "read_only", "cap_drop",
        "security_opt", "environment", "ports", "network_mode", "user"}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=WAIT_SECONDS)


def filled(text):
    """`text` with ${NAME:-default} replaced, as compose does it."""
    return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: os.environ.get(found[1]) or found[2], text)


class ComposeFile:
    def __init__(self, path):
        self.folder = pathlib.Path(path).resolve().parent
        self.file = yaml.safe_load(filled(pathlib.Path(path).read_text()))
        self.services = self.file["services"]
        for name, service in self.services.items():
            unread = set(service) - READ
            assert not unread, f"{name}: {unread}"

    def volume(self, text):
        """A named volume that is declared, or a file that is there."""
        source, place = text.split(":", 1)
        if source.startswith("."):
            source = str((self.folder / source).resolve(strict=True))
        else:
            assert source in self.file["volumes"], source
        return f"--volume={source}:{place}"

    def options(self, service):
        """The words of `docker run` that say what the file says."""
        health = service.get("healthcheck")
        assert service.get("network_mode", "service:sessgate") == "service:sessgate"
        return [*(f"--add-host={name}:127.0.0.1" for name in self.services),
                *map(self.volume, service.get("volumes", [])),
                *(f"--env={name}={value}" for name, value in service.get("environment", {}).items()),
                *(f"--cap-drop={name}" for name in service.get("cap_drop", [])),
                *(f"--security-opt={name}" for name in service.get("security_opt", [])),
                *(f"--publish={port}" for port in service.get("ports", [])),
                *([f"--read-only={str(service['read_only']).lower()}"] if "read_only" in service else []),
                *([f"--user={service['user']}"] if "user" in service else []),
                *([f"--workdir={service['working_dir']}"] if "working_dir" in service else []),
                *([f"--health-cmd={json.dumps(health['test'][1:])}", f"--health-interval={health['interval']}"]
                  if health else [])]

    def up(self):
        started = set()
        while len(started) < len(self.services):
            name = next(name for name, service in self.services.items()
                        if name not in started and started.issuperset(service.get("depends_on", {})))
            service = self.services[name]
            for other, wanted in service.get("depends_on", {}).items():
                assert wanted == {"condition": "service_healthy"}, wanted
                wait_until_healthy(other)
            done = run("podman", "run", "--detach", f"--name={name}", *self.options(service), service["image"],
                       *service.get("command", []))
            assert done.returncode == 0, f"{name}: {done.stderr}"
            started.add(name)

    def down(self):
        for name in reversed(self.services):
            run("podman", "rm", "--force", "--time=20", name)


def wait_until_healthy(name):
    """Asks itself: the timers that would ask in the background are systemd's, which may not be here."""
    deadline = time.monotonic() + WAIT_SECONDS
    while run("podman", "healthcheck", "run", name).returncode != 0:
        assert time.monotonic() < deadline, f"{name} is not healthy: {run('podman', 'logs', name)}"
        time.sleep(0.2)


def main(arguments):
    flag, path, action, *rest = arguments
    assert (flag, rest) in (("-f", ["-d"]), ("-f", [])), arguments
    file = ComposeFile(path)
    {"up": file.up, "down": file.down}[action]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
