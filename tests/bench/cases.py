"""What is measured: each case is a request to a subject, under a name that the tables and the verdicts use."""

import dataclasses

from load_tool import Request

BROWSER_FIELDS = (
    ("Connection", "keep-alive"), ("Cache-Control", "max-age=0"), ("Upgrade-Insecure-Requests", "1"),
    ("sec-ch-ua", '"Chromium";v="130", "Not?A_Brand";v="99"'), ("sec-ch-ua-mobile", "?0"),
    ("sec-ch-ua-platform", '"Linux"'),
    ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 "
                   "Safari/537.36"),
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"),
    ("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"),
    ("Accept-Encoding", "gzip, deflate, br, zstd"), ("Accept-Language", "en-GB,en;q=0.9"),
)
# One scope for all: the first request of each session is remembered, and those after it within five seconds find that.
SAME_SCOPE = (("X-Request-Id", "5f3a1c9e7b2d4860a1b2c3d4e5f60718"),)
PIPELINE = 16


@dataclasses.dataclass(frozen=True)
class Case:
    """table: the table that it stands in; note: what is asked, beside what the subject does."""

    name: str
    subject: str
    table: str
    request: Request = Request()
    note: str = ""


MEMORY = "From memory, and from LMDB"
REDIS = "From Redis, each session read for each request"
FRONT = "nginx in front of an application, with auth_request"


def from_memory(name, subject=None, request=Request(), note=""):
    return Case(name, subject or name, MEMORY, request, note)


def from_redis(name):
    return Case(name, name, REDIS)


def in_front(name, subject, path, note):
    return Case(name, subject, FRONT, Request(path), note)


BROWSER, PIPELINED = Request(fields=BROWSER_FIELDS), Request(pipeline=PIPELINE)

CASES = (
    from_memory("sessgate"),
    from_memory("sessgate-memo", "sessgate", Request(fields=SAME_SCOPE), "answered before in the same scope"),
    from_memory("sessgate-user", "sessgate", Request("/session-user"), "/session-user"),
    from_memory("sessgate-authz", "sessgate", Request("/authz/nginx"), "/authz/nginx"),
    from_memory("sessgate-unix"),
    from_memory("sessgate-shards"),
    from_memory("sessgate-lmdb"),
    from_memory("nginx"),
    from_memory("nginx-workers"),
    from_memory("haproxy"),
    from_memory("nginx-lua-shared"),
    from_memory("node"),
    from_memory("epoll-canned"),
    from_memory("epoll-table"),
    from_memory("sessgate-browser", "sessgate", BROWSER, "13 fields of a browser beside"),
    from_memory("nginx-browser", "nginx", BROWSER, "13 fields of a browser beside"),
    from_memory("sessgate-pipelined", "sessgate", PIPELINED, f"{PIPELINE} requests at a time on each connection"),
    from_memory("nginx-pipelined", "nginx", PIPELINED, f"{PIPELINE} requests at a time on each connection"),
    *map(from_redis, ("sessgate-redis", "epoll-redis", "redis-benchmark", "nginx-lua-redis", "fastify", "fastify-pipelined",
                      "lucia", "express-session", "better-auth")),
    in_front("front-plain", "front", "/plain", "without auth_request"),
    in_front("front-stub", "front", "/stub", "a stub that says 204 to all, TCP"),
    in_front("front-sessgate", "front", "/page", "sessgate, TCP"),
    in_front("front-unix-stub", "front-unix", "/stub", "a stub that says 204 to all, unix socket"),
    in_front("front-unix-sessgate", "front-unix", "/page", "sessgate, unix socket"),
)
