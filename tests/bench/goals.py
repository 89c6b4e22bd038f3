"""What the measurements have to show, and whether they do: ratios of medians, all from one run."""

import dataclasses
import operator

COMPARED = {"<=": operator.le, ">=": operator.ge}


@dataclasses.dataclass(frozen=True)
class Goal:
    """`of` is a column of the results; the ratio is that of case `ours` to that of case `theirs`; None: to one."""

    what: str
    of: str
    ours: str
    theirs: str | None
    relation: str
    limit: float


GOALS = (
    Goal("CPU of a near-cache hit to nginx's `return 200`", "cpu_us", "sessgate", "nginx", "<=", 0.90),
    Goal("the same with two shards and two workers on two cores", "cpu_us", "sessgate-shards", "nginx-workers", "<=", 1.10),
    Goal("CPU of a memo hit to nginx's `return 200`", "cpu_us", "sessgate-memo", "nginx", "<=", 0.90),
    Goal("the same with 13 fields of a browser", "cpu_us", "sessgate-browser", "nginx-browser", "<=", 0.80),
    Goal("CPU of a near-cache hit to a bare epoll loop's with a table", "cpu_us", "sessgate", "epoll-table", "<=", 1.10),
    Goal("CPU of a memo hit to a bare epoll loop's with a table", "cpu_us", "sessgate-memo", "epoll-table", "<=", 1.10),
    Goal("requests a second to nginx's", "rate", "sessgate", "nginx", ">=", 1.10),
    Goal("p99 at half of its capacity to the epoll loop's", "p99_at_half", "sessgate", "epoll-table", "<=", 1.5),
    Goal("CPU of /session-user to that of /session", "cpu_us", "sessgate-user", "sessgate", "<=", 1.1),
    Goal("CPU with every session read from Redis to nginx's `return 200`", "cpu_us", "sessgate-redis", "nginx", "<=", 1.4),
    Goal("CPU with every session read from Redis to a near-cache hit's", "cpu_us", "sessgate-redis", "sessgate", "<=", 1.25),
    Goal("the same to a bare epoll loop's with one Redis connection", "cpu_us", "sessgate-redis", "epoll-redis", "<=", 1.10),
    Goal("requests of one core to those of Fastify with ioredis", "per_core", "sessgate-redis", "fastify", ">=", 4),
    Goal("the same, the further goal", "per_core", "sessgate-redis", "fastify", ">=", 5),
    Goal("requests of one core to those of Lucia", "per_core", "sessgate-redis", "lucia", ">=", 8),
    Goal("requests of one core to those of express-session", "per_core", "sessgate-redis", "express-session", ">=", 33),
    Goal("requests of one core to those of Better Auth", "per_core", "sessgate-redis", "better-auth", ">=", 55),
    Goal("Redis's CPU to that with a connection for each request", "redis_us", "sessgate-redis", "nginx-lua-redis", "<=", 0.6),
    Goal("throughput as auth_request to that of a stub, TCP", "per_core", "front-sessgate", "front-stub", ">=", 1),
    Goal("throughput as auth_request to that of a stub, unix", "per_core", "front-unix-sessgate", "front-unix-stub", ">=", 1),
    Goal("new connections for 1,000 requests as auth_request", "connections", "front-sessgate", None, "<=", 1),
    Goal("capacity of two shards on two cores to one on one", "capacity", "sessgate-shards", "sessgate", ">=", 1.8),
    Goal("requests a second to nginx's, 16 pipelined", "rate", "sessgate-pipelined", "nginx-pipelined", ">=", 5),
    Goal("CPU on a unix socket to TCP", "cpu_us", "sessgate-unix", "sessgate", "<=", 0.75),
)


def verdict(goal, results):
    """One line: whether it is reached, the ratio, what it has to be, and of what. Where requests
    failed there is no ratio. results: {case: {column: number}}."""
    measured = {name: row for name, row in results.items() if not row.get("failed")}
    try:
        ratio = measured[goal.ours][goal.of] / (measured[goal.theirs][goal.of] if goal.theirs else 1)
    except (KeyError, ZeroDivisionError):
        return f"not measured  {goal.what} ({goal.relation} {goal.limit:.2f})"
    word = "ok    " if COMPARED[goal.relation](ratio, goal.limit) else "missed"
    return f"{word} {ratio:.3f} {goal.relation} {goal.limit:.2f}  {goal.what}"
