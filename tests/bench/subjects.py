"""Every subject by its name. A further server is a further class and a line here."""

from functools import partial

from subject_epoll import EpollCanned, EpollRedis, EpollTable
from subject_front import Front
from subject_haproxy import Haproxy
from subject_nginx import Nginx
from subject_nginx_lua import NginxLuaRedis, NginxLuaShared
from subject_node import BetterAuth, ExpressSession, Fastify, Lucia, NodeHttp
from subject_redis import RedisBenchmark
from subject_sessgate import Sessgate

SUBJECTS = {each.name: each for each in (
    EpollCanned, EpollTable, EpollRedis, Nginx, Haproxy, NginxLuaShared, NginxLuaRedis, NodeHttp,
    RedisBenchmark, Lucia, ExpressSession, BetterAuth)} | {
    "sessgate": partial(Sessgate, name="sessgate", note="one shard, LMDB, near-cache"),
    "sessgate-lmdb": partial(Sessgate, name="sessgate-lmdb", note="one shard, each session read from LMDB",
                             settings={"store.near_cache": "false"}),
    "sessgate-redis": partial(Sessgate, name="sessgate-redis", note="one shard, each session read from Redis",
                              store="redis", settings={"store.near_cache": "false"}),
    "fastify": Fastify,
    "fastify-pipelined": partial(Fastify, name="fastify-pipelined",
                                 note="the same with ioredis told to pipeline by itself", is_pipelined=True),
    "sessgate-unix": partial(Sessgate, name="sessgate-unix", note="as the first, on a unix socket",
                             is_on_unix_socket=True),
    "sessgate-many": partial(Sessgate, name="sessgate-many", note="room for as many connections as there are files",
                             settings={"http.connections_max": 1_000_000}, is_on_unix_socket=True),
    "sessgate-shards": partial(Sessgate, name="sessgate-shards", note="two shards on two cores", cores=2),
    "nginx-workers": partial(Nginx, cores=2),
    "front": partial(Front, name="front", note="nginx in front, TCP to sessgate", sessgate="sessgate"),
    "front-unix": partial(Front, name="front-unix", note="nginx in front, unix socket to sessgate",
                          sessgate="sessgate-unix"),
}
