"""What a log must never hold, looked for in everything that the built program writes while any test drives it."""

import pathlib
import re

# Every secret of a token is 43 characters of base64url, and nothing else that is logged is.
SECRET = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])")
OF_SECRETS = re.compile(r"(token|keys|password|key)_file$")
PASSWORD_IN_URL = re.compile(r"://[^/@:]*:([^/@]+)@")


def secrets_of(settings):
    """Tokens, keys and passwords that settings name: the lines of their files, and what stands in the store's URL."""
    for key, value in settings.items():
        path = pathlib.Path(str(value))
        if OF_SECRETS.search(key) and path.is_file():
            yield from (line.strip() for line in path.read_text(errors="replace").splitlines() if line.strip())
    yield from PASSWORD_IN_URL.findall(str(settings.get("store.url", "")))


def found_in(text, settings):
    """The first secret in `text`, or None."""
    found = SECRET.search(text)
    if found:
        return found[0]
    return next((secret for secret in secrets_of(settings) if secret in text), None)


def check(text, settings=None):
    """Fails the test whose log `text` is, when a secret is in it."""
    leaked = found_in(text, settings or {})
    assert leaked is None, f"the log holds a secret: {leaked}"
