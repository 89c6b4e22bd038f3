"""The image: built as README says, from files of this folder alone, and run by README's own lines."""

import gzip
import io
import json
import re
import tarfile
import unittest

import jsonschema

import chroots
import container_engine
import npm_tools

COMPRESSED_MAX = 40_000_000
SCHEMAS = "node_modules/@cyclonedx/cyclonedx-library/res/schema"
BILL = "usr/share/doc/sessgate/sbom.cdx.json"


def readme_lines():
    """The block of README that builds the image and starts a container."""
    text = (chroots.ROOT / "README.md").read_text()
    found, = [block for block in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
              if block.startswith("docker build ")]
    return found


class ImageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = cls.enterClassContext(container_engine.engine())
        cls.engine.import_root(chroots.base(*container_engine.build_packages()), container_engine.BASE_IMAGE)
        cls.printed = cls.engine.script(readme_lines() + "docker rm sessgate >&2")
        cls.archive = cls.engine.folder / "image.tar"
        cls.engine.run("podman", "save", "--quiet", "--output", cls.archive, "sessgate")

    def inspect(self):
        return json.loads(self.engine.run("podman", "image", "inspect", "sessgate").stdout)[0]

    def layers(self):
        """The layers of the image, as opened tar files."""
        with tarfile.open(self.archive) as archive:
            manifest = json.load(archive.extractfile("manifest.json"))[0]
            return [tarfile.open(fileobj=io.BytesIO(archive.extractfile(name).read())) for name in manifest["Layers"]]

    def files(self):
        return {member.name.removeprefix("./"): member for layer in self.layers() for member in layer}

    def read(self, name):
        for layer in self.layers():
            if name in layer.getnames():
                return layer.extractfile(name).read()
        raise FileNotFoundError(name)

    def test_readmes_lines_lead_to_a_session(self):
        answer, _ = json.JSONDecoder().raw_decode(self.printed[self.printed.index('{"session"'):])
        self.assertEqual(answer["session"]["userId"], "anna")

    def test_it_has_no_shell_and_nobody_elses_programs(self):
        programs = {name for name, member in self.files().items()
                    if member.isfile() and member.mode & 0o111 and not re.search(r"\.so(\.|$)", name)}
        self.assertEqual(programs, {"usr/bin/sessgate"})

    def test_it_runs_as_nobody_and_stops_as_asked_and_checks_its_own_health(self):
        config = self.inspect()["Config"]
        self.assertEqual(config["User"], "65532:65532")
        self.assertEqual(config["Entrypoint"], ["/usr/bin/sessgate"])
        health = self.inspect().get("Healthcheck") or config["Healthcheck"]
        self.assertEqual(health["Test"], ["CMD", "/usr/bin/sessgate", "healthcheck"])

    def test_it_is_small(self):
        with tarfile.open(self.archive) as archive:
            names = json.load(archive.extractfile("manifest.json"))[0]["Layers"]
            compressed = sum(len(gzip.compress(archive.extractfile(name).read(), 6)) for name in names)
        print(f"image: {compressed / 1e6:.1f} MB compressed, {self.inspect()['Size'] / 1e6:.1f} MB on disk")
        self.assertLess(compressed, COMPRESSED_MAX)

    def test_what_is_in_it_is_listed_with_its_licence(self):
        bill = json.loads(self.read(BILL))
        names = {component["name"] for component in bill["components"]}
        self.assertLessEqual({"libc6", "libssl3", "libstdc++6", "liblmdb0", "libhiredis0.14", "libboost1.81-dev",
                              "ca-certificates"}, names)
        files = self.files()
        libraries = [name for name in files if re.search(r"\.so(\.|$)", name)]
        self.assertGreater(len(libraries), 8)
        for name in names:
            self.assertIn(f"usr/share/doc/{name}/copyright", files)

    def test_the_list_is_valid_cyclonedx(self):
        tools = npm_tools.install("deploy", [])
        if tools is None:
            self.skipTest("the schema cannot be had from npm")
        schemas = {path.name: json.loads(path.read_text()) for path in (tools / SCHEMAS).glob("*.schema.json")}
        schema = schemas["bom-1.5.SNAPSHOT.schema.json"]
        place = schema["$id"].rpartition("/")[0]
        resolver = jsonschema.RefResolver.from_schema(
            schema, store={f"{place}/{name}": each for name, each in schemas.items()})
        check = jsonschema.Draft7Validator(schema, resolver=resolver)
        bill = json.loads(self.read(BILL))
        self.assertEqual([error.message for error in check.iter_errors(bill)], [])
        self.assertFalse(check.is_valid(bill | {"specVersion": 1}))


if __name__ == "__main__":
    unittest.main()
