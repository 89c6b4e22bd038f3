"""Fastify with ioredis, from npm into the build folder."""

import os
import pathlib
import shutil
import subprocess

from subject import NotHere, Subject, free_port

HERE = pathlib.Path(__file__).resolve().parent / "fastify"
TOOLS = pathlib.Path(os.environ.get("SESSGATE_BUILD_DIR", "build")).resolve() / "bench-fastify"


class Fastify(Subject):
    name, note = "fastify", "Fastify with ioredis, one process, commands pipelined by ioredis"

    def __init__(self, redis_port, cookie_name):
        super().__init__()
        self.redis_port, self.cookie_name = redis_port, cookie_name

    def __enter__(self):
        self.install()
        self.port = free_port()
        environment = os.environ | {"PORT": str(self.port), "REDIS_PORT": str(self.redis_port),
                                    "COOKIE": self.cookie_name, "NODE_ENV": "production"}
        self.pids = [self.run("node", "server.mjs", cwd=TOOLS, env=environment).pid]
        return self

    @staticmethod
    def install():
        if not shutil.which("npm"):
            raise NotHere("there is no npm")
        TOOLS.mkdir(parents=True, exist_ok=True)
        for file in HERE.iterdir():
            if file.is_file():
                shutil.copy(file, TOOLS / file.name)
        fetched = subprocess.run(["npm", "ci", "--prefer-offline"], cwd=TOOLS, capture_output=True, text=True)
        if fetched.returncode != 0:
            raise NotHere(f"npm ci failed: {fetched.stderr.strip()}")
