"""The compose file: what it tells sessgate and Redis is what both take."""

import pathlib
import sys
import unittest

from program import clean_environment, run_program
from redis_server import Redis

try:
    import yaml
except ImportError:
    print("skipped: there is no python3-yaml")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]


class ComposeTest(unittest.TestCase):
    def setUp(self):
        self.services = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]

    def test_its_environment_has_no_mistake(self):
        with Redis() as redis:
            token = redis.folder / "token"
            token.write_text("0123456789abcdef\n")
            token.chmod(0o640)
            told = {name: str(value) for name, value in self.services["sessgate"]["environment"].items()}
            self.assertEqual(told["SESSGATE_STORE_URL"], "redis://redis:6379")
            # What only a container has: the other one's name, and the place of its secret.
            here = {"SESSGATE_STORE_URL": redis.url, "SESSGATE_CONTROL_TOKEN_FILE": str(token)}
            done = run_program(["check", "--connect"], env=clean_environment(**(told | here)), timeout=30)

        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("near-cache on", done.stdout)

    def test_its_redis_keeps_sessions(self):
        server, *options = self.services["redis"]["command"]
        self.assertEqual(server, "redis-server")
        named = {name.removeprefix("--"): value for name, value in zip(options[::2], options[1::2])}
        with Redis(named) as redis:
            for name, value in {"maxmemory-policy": "noeviction", "appendonly": "yes"}.items():
                self.assertEqual(redis.ask("CONFIG", "GET", name), [name, value])


if __name__ == "__main__":
    unittest.main()
