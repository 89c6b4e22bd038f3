"""Stored records as docs/stored-records.md has them, for whoever looks into a store or changes what is there."""

import base64
import hashlib
import hmac


def key_of(session):
    return f"sessgate:s:{{{session['sessionId'][:3]}}}:{session['sessionId']}"


def json_of(record):
    return record.split(".", 2)[2]


def sealed(key, text, secret=None):
    """The record with the JSON `text` at a store key. secret: a record key; None: the tag finds damage only."""
    message = key.encode() + b"\0" + text.encode()
    digest = hmac.digest(secret, message, "sha256") if secret else hashlib.sha256(message).digest()
    tag = base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()
    return f"sg1.{tag}.{text}"
