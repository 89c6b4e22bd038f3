"""What is wrong with one Set-Cookie value: the rules of set_cookie_grammar.hpp, for tests that drive the program."""

import re
from datetime import datetime

TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
OCTETS = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST = re.compile(rf"{LABEL}(?:\.{LABEL})*")
DATE = re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")
WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
FLAGS = ("Secure", "HttpOnly")
WITH_VALUE = ("Expires", "Max-Age", "Domain", "Path", "SameSite")
LIFETIME_MAX_SECONDS = 400 * 24 * 3600


def mistake(line: str) -> str | None:
    """None when `line` keeps RFC 6265bis 4.1.1 and 4.1.3, and uses only the seven usual attributes as usually spelt."""
    pair, *rest = line.split("; ")
    name, equals, value = pair.partition("=")
    attributes: dict[str, str] = {}
    return (
        _mistake_in_pair(name, equals, value)
        or next(filter(None, (_mistake_in_attribute(text, attributes) for text in rest)), None)
        or _contradiction(name, attributes)
    )


def _mistake_in_pair(name: str, equals: str, value: str) -> str | None:
    if not equals:
        return "there is no = after the name"
    if len(name) + len(value) > 4096:
        return "name and value are over 4096 bytes: browsers drop the cookie"
    if not TOKEN.fullmatch(name):
        return "the name is not a token"
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = value[1:-1]
    if not OCTETS.fullmatch(value):
        return "the value holds more than cookie octets"
    return None


def _mistake_in_attribute(text: str, seen: dict[str, str]) -> str | None:
    name, equals, value = text.partition("=")
    if name not in FLAGS + WITH_VALUE:
        return f"unknown attribute: {text}"
    if bool(equals) == (name in FLAGS):
        return f"{name} has {'a' if equals else 'no'} value"
    if name in seen:
        return f"{name} comes twice"
    seen[name] = value
    return None if name in FLAGS else _mistake_in_value(name, value)


def _mistake_in_value(name: str, value: str) -> str | None:
    if len(value) > 1024:
        return f"{name} is over 1024 bytes: browsers ignore it"
    if name == "Expires" and not _is_date(value):
        return "Expires is not an IMF-fixdate"
    if name == "Max-Age" and not (re.fullmatch("[1-9][0-9]{0,7}", value) and int(value) <= LIFETIME_MAX_SECONDS):
        return "Max-Age is not a number from 1 to 400 days of seconds"
    if name == "Domain" and (len(value) > 253 or not HOST.fullmatch(value)):
        return "Domain is not a host name"
    if name == "Path" and not re.fullmatch(r"/[!-:<-~]*", value):
        return "Path is not visible ASCII that begins with /"
    if name == "SameSite" and value not in ("Strict", "Lax", "None"):
        return "SameSite is none of Strict, Lax and None"
    return None


def _is_date(text: str) -> bool:
    # Not strptime: it takes single digits, any case and the names of the locale.
    if not DATE.fullmatch(text) or text[:3] not in WEEKDAYS or text[8:11] not in MONTHS:
        return False
    second = int(text[23:25])
    try:
        date = datetime(int(text[12:16]), MONTHS.index(text[8:11]) + 1, int(text[5:7]), int(text[17:19]),
                        int(text[20:22]), 59 if second == 60 else second)
    except ValueError:
        return False
    return date.year >= 1601 and WEEKDAYS[date.weekday()] == text[:3]


def _contradiction(name: str, attributes: dict[str, str]) -> str | None:
    secure = "Secure" in attributes
    prefix = name.lower()
    if prefix.startswith(("__host-", "__secure-", "__http-")) and not secure:
        return "the name's prefix asks for Secure"
    if prefix.startswith(("__http-", "__host-http-")) and "HttpOnly" not in attributes:
        return "the name's prefix asks for HttpOnly"
    if prefix.startswith("__host-") and "Domain" in attributes:
        return "__Host- allows no Domain"
    if prefix.startswith("__host-") and attributes.get("Path") != "/":
        return "__Host- asks for Path=/"
    if attributes.get("SameSite") == "None" and not secure:
        return "SameSite=None asks for Secure"
    return None
