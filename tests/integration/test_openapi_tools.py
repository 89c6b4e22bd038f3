"""openapi.yaml by tools of others: it is linted, and requests that are generated from it meet what it says.

The tools come from npm, pinned by tests/openapi/package-lock.json, into the build folder. Skipped where there is no
npm, no Node that they run on, or no way to fetch them.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from program import Program

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = ROOT / "tests" / "openapi"
TOOLS = pathlib.Path(os.environ.get("SESSGATE_BUILD_DIR", tempfile.gettempdir())) / "openapi-tools"
QUIET = os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}
TOKEN = "control-token-0123456789"


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, env=QUIET, timeout=200, **more)


def install():
    """Fetches the tools unless they are there as the lock file has them. False: they cannot be had."""
    lock = (SOURCE / "package-lock.json").read_bytes()
    stamp = TOOLS / "installed-lock.json"
    if not stamp.exists() or stamp.read_bytes() != lock:
        shutil.rmtree(TOOLS, ignore_errors=True)
        TOOLS.mkdir(parents=True)
        for name in (".npmrc", "package.json", "package-lock.json"):
            shutil.copy(SOURCE / name, TOOLS / name)
        fetched = run("npm", "ci", "--prefer-offline", cwd=TOOLS)
        if fetched.returncode != 0:
            print(fetched.stderr, file=sys.stderr)
            return False
        stamp.write_bytes(lock)
    for name in ("generate.mjs", "redocly.yaml"):
        shutil.copy(SOURCE / name, TOOLS / name)
    return True


def can_run():
    if not shutil.which("npm"):
        return False
    version = re.match(r"v(\d+)\.(\d+)", run("node", "--version").stdout)
    return (int(version[1]), int(version[2])) >= (20, 19)


class LockTest(unittest.TestCase):
    def test_the_lock_file_pins_every_package_and_names_no_host(self):
        text = (SOURCE / "package-lock.json").read_text()
        self.assertNotIn('"resolved"', text)
        self.assertEqual(text.count('"integrity"'), text.count('"node_modules/'))


class LintTest(unittest.TestCase):
    def lint(self, document):
        return run("node_modules/.bin/redocly", "lint", document, "--config=redocly.yaml", "--format=stylish",
                   cwd=TOOLS)

    def test_the_linter_finds_nothing(self):
        linted = self.lint(ROOT / "openapi.yaml")
        self.assertEqual(linted.returncode, 0, linted.stdout + linted.stderr)
        self.assertNotRegex(linted.stdout, r"(?m)^ +\d+:\d+ +(error|warning)")

    def test_the_linter_finds_a_mistake_that_is_there(self):
        document = TOOLS / "broken.yaml"
        text = (ROOT / "openapi.yaml").read_text()
        document.write_text(text.replace("operationId: getSessionUser", "operationId: getSession"))
        self.assertNotEqual(self.lint(document).returncode, 0)


class GeneratedTest(unittest.TestCase):
    def generate(self, document):
        with tempfile.TemporaryDirectory(prefix="sessgate-") as folder:
            tokens = pathlib.Path(folder) / "tokens"
            tokens.touch(mode=0o600)
            tokens.write_text(TOKEN + "\n")
            with Program(settings={"control.listen": "127.0.0.1:0", "control.token_file": tokens}) as program:
                return run("node", "generate.mjs", document, program.listen, program.control, TOKEN, cwd=TOOLS)

    def test_generated_requests_are_answered_as_documented(self):
        tried = self.generate(ROOT / "openapi.yaml")
        self.assertEqual(tried.returncode, 0, tried.stdout + tried.stderr)
        print(tried.stdout.strip(), file=sys.stderr)
        for status in (200, 201, 204, 404, 422):
            self.assertIn(f'"{status}":', tried.stdout)

    def test_an_answer_that_is_documented_otherwise_is_found(self):
        document = TOOLS / "otherwise.yaml"
        document.write_text((ROOT / "openapi.yaml").read_text().replace("revoked: { type: integer, minimum: 0 }",
                                                                        "revoked: { type: integer, minimum: 1000 }"))
        tried = self.generate(document)
        self.assertEqual(tried.returncode, 1, tried.stdout)
        self.assertIn("DELETE /users/{userId}/sessions", tried.stderr)


if __name__ == "__main__":
    if not can_run() or not install():
        sys.exit(77)
    unittest.main()
