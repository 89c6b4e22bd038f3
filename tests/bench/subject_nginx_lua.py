"""nginx with Lua that reads the session from Redis, over kept connections.

Its packages are unpacked into the build folder and not installed: Debian's would take nginx-light's place.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile

from subject import NotHere, Subject, free_port

PACKAGES = ["libnginx-mod-http-ndk", "libnginx-mod-http-lua", "lua-resty-core", "lua-resty-lrucache",
            "lua-nginx-redis", "libluajit2-5.1-2", "libluajit2-5.1-common"]
ROOT = pathlib.Path(os.environ.get("SESSGATE_BUILD_DIR", "build")).resolve() / "bench-nginx-lua"
SCRIPT = pathlib.Path(__file__).with_name("session.lua")
NGINX_PATH = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"

CONFIG = """
load_module {modules}/ndk_http_module.so;
load_module {modules}/ngx_http_lua_module.so;
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
env COOKIE;
env REDIS_PORT;
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder};
    proxy_temp_path {folder};
    fastcgi_temp_path {folder};
    uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    lua_package_path "{share}/lua/5.1/?.lua;{share}/lua/5.1/?/init.lua;;";
    server {{
        listen 127.0.0.1:{port};
        location = /session {{
            default_type application/json;
            content_by_lua_file {script};
        }}
    }}
}}
"""


class NginxLua(Subject):
    name, note = "nginx-lua", "nginx with Lua and lua-nginx-redis, one worker, a pool of kept connections"

    def __init__(self, redis_port, cookie_name):
        super().__init__()
        self.redis_port, self.cookie_name = redis_port, cookie_name

    def __enter__(self):
        unpack()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sessgate-nginx-lua-"))
        self.callback(shutil.rmtree, folder, ignore_errors=True)
        self.port = free_port()
        config = folder / "nginx.conf"
        config.write_text(CONFIG.format(modules=ROOT / "usr/lib/nginx/modules", share=ROOT / "usr/share",
                                        folder=folder, port=self.port, script=SCRIPT))
        library = next(ROOT.glob("usr/lib/*/libluajit-5.1.so.2")).parent
        environment = os.environ | {"LD_LIBRARY_PATH": str(library), "REDIS_PORT": str(self.redis_port),
                                    "COOKIE": self.cookie_name}
        self.master = self.run(shutil.which("nginx", path=NGINX_PATH), "-p", str(folder), "-c", str(config),
                               env=environment, stderr=subprocess.DEVNULL)
        return self

    def wait_until_it_answers(self, cookie):
        body = super().wait_until_it_answers(cookie)
        children = pathlib.Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children").read_text()
        self.pids = [int(child) for child in children.split()]
        return body


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
