"""openapi.yaml by tools of others: it is linted, and requests that are generated from it meet what it says.

The tools come from npm, pinned by tests/openapi/package-lock.json, into the build folder. Skipped where there is no
npm, no Node that they run on, or no way to fetch them.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import npm_tools
from program import Program

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = npm_tools.install("openapi", ["generate.mjs", "redocly.yaml"])
QUIET = os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}
TOKEN = "control-token-0123456789"


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, env=QUIET, timeout=200, **more)


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
    if TOOLS is None:
        sys.exit(77)
    unittest.main()
