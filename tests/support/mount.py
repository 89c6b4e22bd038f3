"""A small disk of its own for a test, where root may mount one."""

import contextlib
import pathlib
import subprocess
import tempfile
import unittest


@contextlib.contextmanager
def small_disk(size):
    """An empty tmpfs of `size` ("24m"), unmounted at the end. Skips the test where none can be mounted."""
    with tempfile.TemporaryDirectory(prefix="sessgate-disk-") as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "sessgate-test", folder],
                                 capture_output=True, text=True)
        if mounted.returncode != 0:
            raise unittest.SkipTest(f"a tmpfs cannot be mounted here: {mounted.stderr.strip()}")
        try:
            yield pathlib.Path(folder)
        finally:
            # Lazily: also when the program that uses it could not be ended.
            subprocess.run(["umount", "--lazy", folder], check=True)


def make_read_only(folder):
    """From now on nothing can be written to the disk that is mounted at `folder`."""
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
