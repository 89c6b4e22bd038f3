"""What the image is built from, by .dockerignore, is enough for it."""

import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class ImageContextTest(unittest.TestCase):
    def test_it_can_be_configured_from_the_files_that_the_image_gets(self):
        kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
        self.assertNotIn("tests", kept)
        with tempfile.TemporaryDirectory(prefix="sessgate-image-") as folder:
            for name in kept:
                (pathlib.Path(folder) / name).symlink_to(ROOT / name)
            done = subprocess.run(["cmake", "--preset", "release"], cwd=folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
