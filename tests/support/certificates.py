"""Certificates that a test makes for itself with openssl: authorities, servers and clients, each a pair of PEM files."""

import dataclasses
import pathlib
import ssl
import subprocess

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]


@dataclasses.dataclass
class Pair:
    certificate: pathlib.Path
    key: pathlib.Path


def _make(folder, name, *arguments):
    pair = Pair(folder / f"{name}.pem", folder / f"{name}.key")
    subprocess.run(["openssl", "req", "-x509", *KEY, "-subj", f"/CN={name}", "-keyout", pair.key, "-out",
                    pair.certificate, *arguments], check=True, capture_output=True)
    pair.key.chmod(0o600)
    return pair


def authority(folder, name="authority"):
    return _make(folder, name)


def signed(folder, name, by):
    """For a server at 127.0.0.1 or a client, signed by an authority's pair."""
    return _make(folder, name, "-CA", by.certificate, "-CAkey", by.key, "-addext", "subjectAltName=IP:127.0.0.1",
                 "-addext", "basicConstraints=critical,CA:FALSE")


def client_context(authority_pair, shows=None):
    """How a careful client connects: the server's certificate has to be of the authority; `shows` is its own."""
    context = ssl.create_default_context(cafile=authority_pair.certificate)
    if shows:
        context.load_cert_chain(shows.certificate, shows.key)
    return context


def serial_of(pair):
    """The certificate's serial number, in hex as `getpeercert` gives it."""
    told = subprocess.run(["openssl", "x509", "-noout", "-serial", "-in", pair.certificate], check=True,
                          capture_output=True, text=True)
    return told.stdout.strip().removeprefix("serial=")
