"""Servers on Node: Node's own, and the session libraries that applications use there, from npm into the build folder."""

import os
from pathlib import Path

import npm_tools
from subject import NotHere, Subject, command, free_port

HERE = Path(__file__).resolve().parent


class NodeServer(Subject):
    """One process. package: the folder of tests/ with its lock file, whose `server.mjs` runs; None: needs none."""

    package = None

    def __init__(self, surroundings):
        super().__init__()
        self.surroundings = surroundings

    def __enter__(self):
        port = free_port()
        self.address = f"127.0.0.1:{port}"
        environment = os.environ | {"PORT": str(port), "NODE_ENV": "production"} | self.variables()
        process = self.run(command("node"), "server.mjs", cwd=self.install(), env=environment)
        self.pids = [process.pid]
        _, body = self.wait_until_it_answers(process)
        if b'"sessionId"' not in body:
            raise RuntimeError(f"{self.name} answers without a session: {body.decode()}")
        return self

    def install(self):
        folder = npm_tools.install(self.package, ["server.mjs"])
        if folder is None:
            raise NotHere("npm cannot install its packages")
        return folder


class NodeHttp(NodeServer):
    name, note = "node", "Node's own http server, the same answer to all"

    def variables(self):
        sessgate = self.surroundings.subject("sessgate")
        self.take_sessions_of(sessgate)
        return {"BODY": sessgate.answer[1].decode()}

    def install(self):
        return HERE / "node"


class WithRedis(NodeServer):
    """Keeps its sessions in Redis, and makes them itself at its start."""

    def variables(self):
        self.redis_pids = [self.surroundings.redis.process.pid]
        self.tokens_file = self.new_folder() / "tokens"
        return {"REDIS_PORT": str(self.surroundings.redis.port), "SESSIONS": str(self.surroundings.sessions),
                "TOKENS": str(self.tokens_file)}


class Fastify(WithRedis):
    """With ioredis as it comes, or with what it can do when it is told to: send what is asked in one turn together."""

    package = "bench/fastify"

    def __init__(self, surroundings, name="fastify", note="Fastify with ioredis that reads sessgate's records",
                 is_pipelined=False):
        super().__init__(surroundings)
        self.name, self.note, self.is_pipelined = name, note, is_pipelined

    def variables(self):
        variables = super().variables()
        self.take_sessions_of(self.surroundings.subject("sessgate-redis"))
        return variables | {"COOKIE": self.cookie_name, "AUTO_PIPELINING": str(self.is_pipelined).lower()}


class Lucia(WithRedis):
    name, note = "lucia", "Lucia 2.7 with its Redis adapter, on Node's own server"
    package, cookie_name = "lucia", "auth_session"


class ExpressSession(WithRedis):
    name, note = "express-session", "express-session with connect-redis"
    package, cookie_name = "bench/express_session", "connect.sid"


class BetterAuth(WithRedis):
    name, note = "better-auth", "Better Auth's getSession with Redis as secondary storage, on Node's own server"
    package, cookie_name = "bench/better_auth", "better-auth.session_token"
