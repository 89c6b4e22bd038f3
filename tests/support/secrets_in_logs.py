"""What a log must never hold, looked for in everything that the built program writes while any test drives it."""

import pathlib
import re

# Every secret of a token is 43 characters of base64url, and nothing else that is logged is.
SECRET = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])")


def lines_of_secret_files(settings):
    """Control tokens, record keys and passwords: the lines of the files that settings name."""
    for key, value in settings.items():
        path = pathlib.Path(str(value))
        if key in ("control.token_file", "store.record_keys_file", "store.password_file") and path.is_file():
            yield from (line.strip() for line in path.read_text(errors="replace").splitlines() if line.strip())


def found_in(text, settings):
    """The first secret in `text`, or None."""
    found = SECRET.search(text)
    if found:
        return found[0]
    return next((line for line in lines_of_secret_files(settings) if line in text), None)
