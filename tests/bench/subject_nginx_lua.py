"""nginx with Lua that reads the session from a table in shared memory, or from Redis over kept connections.

Its packages are unpacked into the build folder and not installed: Debian's would take nginx-light's place.
"""

import os
import pathlib
import shutil
import subprocess

from subject import NotHere
from subject_nginx import NginxServer

PACKAGES = ["libnginx-mod-http-ndk", "libnginx-mod-http-lua", "lua-resty-core", "lua-resty-lrucache",
            "lua-nginx-redis", "libluajit2-5.1-2", "libluajit2-5.1-common"]
ROOT = pathlib.Path(os.environ.get("SESSGATE_BUILD_DIR", "build")).resolve() / "bench-nginx-lua"
HERE = pathlib.Path(__file__).resolve().parent


class NginxWithLua(NginxServer):
    """session_store: the subject whose sessions it answers for."""

    def __init__(self, session_store):
        super().__init__()
        self.session_store = session_store
        self.take_sessions_of(session_store)

    def __enter__(self):
        unpack()
        folder, share = ROOT / "usr/lib/nginx/modules", ROOT / "usr/share"
        self.modules = f"load_module {folder}/ndk_http_module.so;\nload_module {folder}/ngx_http_lua_module.so;"
        self.main = "".join(f"env {name};\n" for name in ("COOKIE", "REDIS_PORT", "TOKENS", "BODY"))
        self.http += f'    lua_package_path "{share}/lua/5.1/?.lua;{share}/lua/5.1/?/init.lua;;";'
        library = next(ROOT.glob("usr/lib/*/libluajit-5.1.so.2")).parent
        self.environment = os.environ | {"LD_LIBRARY_PATH": str(library), "COOKIE": self.cookie_name} | self.variables()
        return super().__enter__()


class NginxLuaRedis(NginxWithLua):
    name, note = "nginx-lua-redis", "nginx with Lua and lua-nginx-redis, a pool of kept connections"
    server = f"location = /session {{ content_by_lua_file {HERE}/session.lua; }}"

    def __init__(self, surroundings):
        super().__init__(surroundings.subject("sessgate-redis"))
        self.redis_pids = self.session_store.redis_pids
        self.redis_port = surroundings.redis.port

    def variables(self):
        return {"REDIS_PORT": str(self.redis_port)}


class NginxLuaShared(NginxWithLua):
    name, note = "nginx-lua-shared", "nginx with Lua, tokens and answers in its shared memory"
    http = f"    lua_shared_dict sessions 256m;\n    init_by_lua_file {HERE}/shared_init.lua;\n"
    server = f"location = /session {{ content_by_lua_file {HERE}/shared.lua; }}"

    def __init__(self, surroundings):
        super().__init__(surroundings.subject("sessgate"))

    def variables(self):
        return {"TOKENS": str(self.tokens_file), "BODY": self.session_store.answer[1].decode()}


def unpack():
    if (ROOT / "complete").exists():
        return
    if not shutil.which("apt-get"):
        raise NotHere("there is no apt-get to fetch nginx's Lua module with")
    shutil.rmtree(ROOT, ignore_errors=True)
    ROOT.mkdir(parents=True)
    fetched = subprocess.run(["apt-get", "-q", "download", *PACKAGES], cwd=ROOT, capture_output=True, text=True)
    if fetched.returncode != 0:
        raise NotHere(f"apt-get download failed: {fetched.stderr.strip()}")
    for package in ROOT.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, ROOT], check=True)
    (ROOT / "complete").touch()
