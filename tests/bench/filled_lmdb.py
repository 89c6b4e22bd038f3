"""A data folder with any number of sessions in it, written as docs/stored-records.md says and loaded with LMDB's own tool:
ten million through the control port would take an hour."""

import base64
import hashlib
import json
import subprocess
import time

from subject import command

DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
DAY_MS = 24 * 60 * 60 * 1000
EXPIRY_MARGIN_MS = 10 * 60 * 1000
SECRET = bytes(range(32))  # all have the same: nothing here depends on it
HEADER = "VERSION=3\nformat=bytevalue\ndatabase={name}\ntype=btree\nmapsize={map_size}\nmaxreaders=126\nHEADER=END\n"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def session_id(number):
    """Begins with the bucket of its user, and goes on with what no other has."""
    bucket = int.from_bytes(hashlib.sha256(user_id(number).encode()).digest()[:2], "big") >> 1
    tail = int.from_bytes(hashlib.blake2b(b"%d" % number, digest_size=11).digest(), "big")
    return "".join(DIGITS[bucket >> shift & 31] for shift in (10, 5, 0)) + "".join(
        DIGITS[tail >> 5 * place & 31] for place in range(17))


def user_id(number):
    return f"user-{number}"


def token(number):
    return f"{session_id(number)}.{base64url(SECRET)}"


class Rows:
    """The rows of each table, (key, value), of sessions that begin now."""

    def __init__(self, count):
        self.count, self.now = count, time.time_ns() // 1_000_000
        self.end = self.now + 90 * DAY_MS
        self.hash = base64url(hashlib.sha256(SECRET).digest())
        self.expiry = (self.end + EXPIRY_MARGIN_MS).to_bytes(8, "big")

    def meta(self):
        yield b"format", b"1"

    def users(self):
        return iter(())

    def sessions(self):
        for number in range(self.count):
            own = session_id(number)
            text = json.dumps({
                "v": 1, "id": own, "user": user_id(number), "created": self.now, "active_until": self.now + DAY_MS,
                "idle_until": self.now + 15 * DAY_MS, "absolute_end": self.end, "active_period": DAY_MS,
                "idle_period": 14 * DAY_MS, "hash": self.hash, "attributes": {}}, separators=(",", ":"))
            key = f"sessgate:s:{{{own[:3]}}}:{own}"
            tag = base64url(hashlib.sha256(f"{key}\0{text}".encode()).digest()[:16])
            yield own.encode(), f"sg1.{tag}.{text}".encode()

    def sessions_by_user(self):
        for number in range(self.count):
            yield f"{user_id(number)}\0{session_id(number)}".encode(), self.expiry

    def sessions_by_expiry(self):
        for number in range(self.count):
            yield self.expiry + session_id(number).encode(), user_id(number).encode()


def fill(folder, count):
    """Makes `folder` a data folder with `count` sessions, and gives the size of its map in bytes."""
    folder.mkdir(parents=True)
    map_size = (1 << 30) + 2500 * count
    rows = Rows(count)
    load = subprocess.Popen([command("mdb_load"), folder], stdin=subprocess.PIPE, text=True)
    for table in (rows.meta, rows.users, rows.sessions, rows.sessions_by_user, rows.sessions_by_expiry):
        load.stdin.write(HEADER.format(name=table.__name__, map_size=map_size))
        load.stdin.writelines(f" {key.hex()}\n {value.hex()}\n" for key, value in table())
        load.stdin.write("DATA=END\n")
    load.stdin.close()
    if load.wait() != 0:
        raise RuntimeError("mdb_load failed")
    return map_size
