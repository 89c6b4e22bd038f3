"""Lucia itself, from npm, and the program beside it on one Redis.

The packages are pinned by tests/lucia/package-lock.json and installed into the build folder; without npm, or a way to
fetch them, there is nothing to test.
"""

import json
import os
import pathlib
import subprocess
import tempfile

import npm_tools
from program import Program

SOURCE = pathlib.Path(__file__).resolve().parents[1] / "lucia"
PACKAGES = pathlib.Path(os.environ.get("SESSGATE_BUILD_DIR", tempfile.gettempdir())) / "lucia-tools"
ACTIVE_MS = 24 * 60 * 60 * 1000
IDLE_MS = 14 * ACTIVE_MS
TOKEN = "control-token-0123456789"


def install():
    """False: the packages cannot be had."""
    return npm_tools.install("lucia", [script.name for script in SOURCE.glob("*.mjs")]) is not None


class Lucia:
    """Lucia while the `with` block runs; each method of its own is one of this object's: `lucia.createSession({…})`."""

    def __init__(self, redis, active_ms=ACTIVE_MS, idle_ms=IDLE_MS):
        self.command = ["node", "lucia.mjs", str(redis.port), str(active_ms), str(idle_ms)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, cwd=PACKAGES, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1)
        return self

    def __exit__(self, error_type, *_):
        if error_type:
            self.process.kill()
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()

    def call(self, name, *args):
        """The value, or the text of Lucia's error as a LuciaError."""
        self.process.stdin.write(json.dumps({"call": name, "args": args}) + "\n")
        told = json.loads(self.process.stdout.readline())
        if "error" in told:
            raise LuciaError(told["error"])
        return told["value"]

    def __getattr__(self, name):
        return lambda *args: self.call(name, *args)


class LuciaError(Exception):
    pass


class Beside(Program):
    """The program on Lucia's Redis, with its control port on TCP so that Node's fetch reaches it."""

    def __init__(self, redis, settings=None):
        super().__init__(redis.url, {"store.layout": "lucia-2", "control.listen": "127.0.0.1:0",
                                     "store.deadline": "5s"} | (settings or {}))
        self.settings["store.record_keys_file"] = self.secret("record-keys", "7" * 64)
        self.settings["control.token_file"] = self.secret("control-token", TOKEN)
        self.tokens = set()

    def secret(self, name, text):
        path = self.folder / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        return path

    def control_call(self, method, path, body=None):
        """Status and JSON of an answer of the control port."""
        status, _, text = self.request(method, path, {"Authorization": f"Bearer {TOKEN}"}, body, port="control")
        return status, json.loads(text) if text else None

    def ask(self, token, path="/session", name="auth_session"):
        """JSON of the answer to whoever presents the cookie."""
        self.tokens.add(token)
        status, _, text = self.request("GET", path, {"Cookie": f"{name}={token}"})
        assert status == 200, (status, text)
        return json.loads(text)

    def remove(self):
        """Lucia's tokens look like much else, so those that were presented are looked for one by one."""
        log = self.log()
        super().remove()
        assert not [token for token in self.tokens if token in log], "the log holds a token of Lucia's"
