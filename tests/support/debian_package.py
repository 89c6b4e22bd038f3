"""The Debian package that was built, and a newer one to upgrade to."""

import re

from chroots import ROOT, run

CONFFILE = "etc/sessgate/sessgate.toml"


def package():
    found = sorted((ROOT / "build/release").glob("sessgate_*.deb"), key=lambda path: path.stat().st_mtime)
    assert found, "there is no package: cmake --workflow --preset package"
    return found[-1]


def newer(folder):
    """The same package under a later version and with other settings in its conffile."""
    tree = folder / "newer"
    run("dpkg-deb", "--raw-extract", package(), tree)
    control = tree / "DEBIAN/control"
    text, count = re.subn(r"(?m)^Version: (.*)$", r"Version: \1+newer", control.read_text())
    assert count == 1, text
    control.write_text(text)
    with open(tree / CONFFILE, "a") as settings:
        settings.write("# of the newer package\n")
    run("dpkg-deb", "--root-owner-group", "--build", tree, folder / "newer.deb")
    return folder / "newer.deb"
