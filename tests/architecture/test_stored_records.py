"""Holds docs/stored-records.md to the code: its members are those that the code reads, its example has the right tag."""

import base64
import hashlib
import json
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOC = (ROOT / "docs" / "stored-records.md").read_text()

TABLE_ROW = re.compile(r"^\| `(\w+)` \| (optional)? ?\|", re.MULTILINE)
CODE_ROW = re.compile(r'^    \{"(\w+)", (true|false),', re.MULTILINE)


def section(title):
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", DOC, re.MULTILINE | re.DOTALL)[1]


def documented(title):
    """(member, required) in the order of a table."""
    return [(name, optional == "") for name, optional in TABLE_ROW.findall(section(title))]


def read_by(source, array):
    """(member, required) in the order of a table in code."""
    text = (ROOT / "src" / "core" / source).read_text()
    rows = re.search(rf"{array}{{{{\n(.*?)^}}}};", text, re.MULTILINE | re.DOTALL)[1]
    return [(name, required == "true") for name, required in CODE_ROW.findall(rows)]


class StoredRecordsTest(unittest.TestCase):
    def test_a_sessions_members_are_those_that_the_code_reads(self):
        self.assertEqual(documented("Session"), read_by("session_json.cpp", "session_fields"))

    def test_a_users_members_are_those_that_the_code_reads(self):
        self.assertEqual(documented("User"), read_by("user_json.cpp", "user_fields"))

    def test_the_example_carries_the_tag_of_its_store_key_and_bytes(self):
        record = re.search(r"^```\n(.*)\n```$", DOC, re.MULTILINE)[1]
        key = re.search(r"has the store key `(.*?)`", DOC)[1]
        mark, tag, text = record.split(".", 2)

        digest = hashlib.sha256(key.encode() + b"\0" + text.encode()).digest()

        self.assertEqual((mark, tag), ("sg1", base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()))
        self.assertTrue(key.endswith(json.loads(text)["id"]))


if __name__ == "__main__":
    unittest.main()
