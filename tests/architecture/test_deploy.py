"""Every file in deploy/ and docker/ is used or judged by a test: what nothing reads goes wrong unseen."""

import pathlib
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Each folder or file, and the test that runs it or judges it.
USED_BY = {
    "deploy/caddy": "tests/proxy/proxies.py",
    "deploy/debian": "tests/integration/test_systemd.py",
    "deploy/envoy": "tests/proxy/test_configurations.py",
    "deploy/grafana": "tests/integration/test_metrics.py",
    "deploy/haproxy": "tests/proxy/proxies.py",
    "deploy/kubernetes": "tests/integration/test_kubernetes.py",
    "deploy/nginx": "tests/proxy/proxies.py",
    "deploy/prometheus": "tests/integration/test_metrics.py",
    "deploy/sessgate.example.toml": "tests/integration/test_settings.py",
    "deploy/systemd": "tests/integration/test_systemd.py",
    "deploy/traefik": "tests/proxy/test_configurations.py",
    "docker/Dockerfile": "tests/support/container_engine.py",
    "docker/collect-files": "docker/Dockerfile",
    "docker/compose.yaml": "tests/packages/test_compose.py",
    "docker/write-bill-of-materials": "docker/collect-files",
}


class DeployTest(unittest.TestCase):
    def test_each_file_and_folder_has_its_test(self):
        there = {str(path.relative_to(ROOT)) for name in ("deploy", "docker") for path in (ROOT / name).iterdir()}

        self.assertEqual(there, set(USED_BY))

    def test_each_of_those_tests_names_what_it_uses(self):
        for used, test in USED_BY.items():
            text = (ROOT / test).read_text()
            name = pathlib.Path(used).name
            self.assertTrue(used in text or name in text, f"{test} says nothing of {used}")


if __name__ == "__main__":
    unittest.main()
