"""deploy/kubernetes: valid by the API's schema (npm's kubernetes-models), and in agreement with the program and the image.

The schema comes from npm, pinned by tests/deploy/package-lock.json; that part is skipped where it cannot be had.
"""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import yaml

import npm_tools
from program import clean_environment, run_program

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy/kubernetes"
MANIFESTS = sorted(FOLDER.glob("*.yaml"))
SECRETS = "/run/secrets/sessgate"
SETTINGS = "/etc/sessgate/sessgate.toml"


def objects():
    return [thing for path in MANIFESTS for thing in yaml.safe_load_all(path.read_text())]


def one(kind):
    found, = [thing for thing in objects() if thing["kind"] == kind]
    return found


class SchemaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tools = npm_tools.install("deploy", ["validate.mjs"])
        if cls.tools is None:
            raise unittest.SkipTest("the schema cannot be had from npm")

    def validate(self, *paths):
        return subprocess.run(["node", "validate.mjs", *paths], cwd=self.tools, capture_output=True, text=True,
                              timeout=120)

    def test_each_object_is_valid(self):
        paths = [path for path in MANIFESTS if path.name != "kustomization.yaml"]
        judged = self.validate(*paths)
        self.assertEqual((judged.returncode, judged.stderr), (0, ""), judged.stdout)
        self.assertEqual(judged.stdout, f"{len(objects()) - 1} objects, 0 mistakes\n")

    def test_a_wrong_value_and_a_misspelt_name_are_found(self):
        text = (FOLDER / "deployment.yaml").read_text()
        for right, wrong in {"containerPort: 3000": "containerPort: many", "restartPolicy:": "restartPolcy:"}.items():
            with self.subTest(wrong=wrong), tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                self.assertIn(right, text)
                file.write(text.replace(right, wrong))
                file.flush()
                self.assertEqual(self.validate(file.name).returncode, 1)


class AgreementTest(unittest.TestCase):
    def setUp(self):
        self.pod = one("Deployment")["spec"]["template"]["spec"]
        self.sidecar, = self.pod["initContainers"]

    def test_kustomization_names_every_file(self):
        self.assertEqual({path.name for path in MANIFESTS} - {"kustomization.yaml"},
                         set(one("Kustomization")["resources"]))

    @unittest.skipUnless(shutil.which("kubectl"), "kubectl is not installed")
    def test_kubectl_puts_them_together(self):
        built = subprocess.run(["kubectl", "kustomize", FOLDER], capture_output=True, text=True, timeout=60)
        self.assertEqual(built.returncode, 0, built.stderr)
        self.assertEqual(len(list(yaml.safe_load_all(built.stdout))), len(objects()) - 1)

    def test_sessgate_is_a_native_sidecar_that_runs_as_the_image_does(self):
        self.assertEqual(self.sidecar["restartPolicy"], "Always")
        user = re.search(r"^USER (\d+):(\d+)$", (ROOT / "docker/Dockerfile").read_text(), re.MULTILINE)
        self.assertEqual(self.sidecar["securityContext"]["runAsUser"], int(user[1]))
        self.assertEqual(self.sidecar["securityContext"]["runAsGroup"], int(user[2]))
        self.assertEqual(self.pod["securityContext"]["fsGroup"], int(user[2]))
        self.assertTrue(self.sidecar["securityContext"]["readOnlyRootFilesystem"])

    def test_each_probe_asks_what_the_contract_has(self):
        contract = yaml.safe_load((ROOT / "openapi.yaml").read_text())["paths"]
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            self.assertIn(self.sidecar[probe]["httpGet"]["path"], contract)

    def test_its_settings_are_good_and_their_secrets_are_mounted(self):
        self.assertEqual(self.sidecar["args"], ["serve", "--config", SETTINGS])
        with tempfile.TemporaryDirectory(prefix="sessgate-") as folder:
            text = one("ConfigMap")["data"][pathlib.Path(SETTINGS).name]
            for name, secret in {"control-tokens": "t" * 32, "record-keys": "0" * 64, "redis-password": "p"}.items():
                self.assertIn(f"{SECRETS}/{name}", text)
                (pathlib.Path(folder) / name).touch(mode=0o440)
                (pathlib.Path(folder) / name).write_text(secret)
            settings = pathlib.Path(folder) / "sessgate.toml"
            settings.write_text(text.replace(SECRETS, folder))
            checked = run_program(["check", "--config", settings], env=clean_environment())
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))
        mounted = {mount["mountPath"] for mount in self.sidecar["volumeMounts"]}
        self.assertLessEqual({SECRETS, "/etc/sessgate", "/run/sessgate", "/var/lib/sessgate"}, mounted)

    def test_the_pod_has_time_for_the_whole_drain(self):
        drain = re.search(r'\[drain\].*delay = "(\d+)s".*timeout = "(\d+)s"', one("ConfigMap")["data"]["sessgate.toml"],
                          re.DOTALL)
        closing = 2
        self.assertGreater(self.pod["terminationGracePeriodSeconds"], int(drain[1]) + int(drain[2]) + closing)

    def test_each_port_that_the_policy_opens_is_a_containers(self):
        opened = {port["port"] for rule in one("NetworkPolicy")["spec"]["ingress"] for port in rule["ports"]}
        containers = [self.sidecar, *self.pod["containers"]]
        self.assertEqual(opened, {port["containerPort"] for each in containers for port in each["ports"]})


if __name__ == "__main__":
    unittest.main()
