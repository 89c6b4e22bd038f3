"""Memory for each session: in Redis, with its index, and in the near-cache of a sidecar that has read it.

    scripts/redis-memory [--sessions 1000000]
"""

import argparse
import pathlib
import sys
import time

from live_sessions import create_sessions
from program import Program
from redis_server import Redis

BATCH = 64
KEPT_MAX = 131_072  # by all shards together (src/app/shard.cpp)


def used_memory(redis):
    return int(redis.ask("INFO", "memory").split("used_memory:")[1].split("\r\n")[0])


def resident_memory(program):
    status = pathlib.Path(f"/proc/{program.process.pid}/status").read_text()
    return 1024 * int(status.split("VmRSS:")[1].split()[0])


def read_all(program, cookie, tokens):
    """Asks for each session once, many of them in one write; all have to be live."""
    connection = program.connection(timeout=60)
    connection.connect()
    answers = connection.sock.makefile("rb")
    for start in range(0, len(tokens), BATCH):
        batch = tokens[start:start + BATCH]
        connection.sock.sendall("".join(f"GET /session HTTP/1.1\r\nHost: x\r\nCookie: {cookie}={token}\r\n\r\n"
                                        for token in batch).encode())
        for _ in batch:
            body = read_answer(answers)
            if not body.startswith(b'{"session":{'):
                sys.exit(f"not a live session: {body.decode()}")
    answers.close()
    connection.close()


def read_answer(file):
    length = 0
    while (line := file.readline()) != b"\r\n":
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return file.read(length)


def measure_redis(redis, program, count):
    before, start = used_memory(redis), time.monotonic()
    tokens, cookie = create_sessions(program, count)
    taken = used_memory(redis) - before
    print(f"{count:,} sessions created in {time.monotonic() - start:.0f} s, {redis.ask('DBSIZE'):,} keys")
    print(f"in Redis {taken / 1e6:,.0f} MB: {taken / count:,.0f} bytes for each session of a user who has one")
    key = f"{{{tokens[0][:3]}}}"
    record = redis.ask("MEMORY", "USAGE", f"sessgate:s:{key}:{tokens[0][:20]}")
    print(f"  of these {record} for the record's key and value; the rest is its index, and Redis's tables")
    return tokens, cookie


def measure_near_cache(redis, program, cookie, tokens):
    read = tokens[:KEPT_MAX // 2]  # of so many nearly all find a place
    before = resident_memory(program)
    read_all(program, cookie, read)
    taken = resident_memory(program) - before
    redis.ask("CONFIG", "RESETSTAT")
    read_all(program, cookie, read)
    kept = len(read) - redis.calls("get")
    if kept == 0:
        sys.exit("nothing was kept in memory: the invalidation link is down, or the machine is too slow for its lease")
    print(f"in the near-cache {taken / 1e6:,.0f} MB for {kept:,} records that are kept of {len(read):,} that were read: "
          f"{taken / kept:,.0f} bytes for each")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=1_000_000)
    options = parser.parse_args()
    settings = {"threads": 1, "store.deadline": "60s", "store.near_cache_max_age": "1h"}
    with Redis() as redis, Program(redis.url, settings) as program:
        while program.request("GET", "/readyz", port="control")[0] != 200:
            time.sleep(0.01)
        tokens, cookie = measure_redis(redis, program, options.sessions)
        measure_near_cache(redis, program, cookie, tokens)


if __name__ == "__main__":
    main()
