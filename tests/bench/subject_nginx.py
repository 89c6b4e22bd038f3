"""nginx that answers everything with one canned answer, and asks nobody: the yardstick."""

from subject import Subject, children, command, free_port

# Written by nginx itself for every answer.
ITS_OWN_HEADERS = {"date", "server", "content-type", "content-length", "connection", "keep-alive"}

CONFIG = """
{modules}
worker_processes {workers};
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 4096; }}
{main}
http {{
    access_log off;
    keepalive_timeout 75s 75s;
    keepalive_requests 1000000000;
    client_body_temp_path {folder};
    proxy_temp_path {folder};
    fastcgi_temp_path {folder};
    uwsgi_temp_path {folder};
    scgi_temp_path {folder};
{http}
    server {{
        listen {listen};
        default_type application/json;
        {server}
    }}
}}
"""


class NginxServer(Subject):
    """One nginx with a worker for each of `cores`; `server`, `http`, `main` and `modules` are lines of its configuration."""

    server = http = main = modules = ""
    environment = None
    is_on_unix_socket = False

    def __enter__(self):
        folder = self.new_folder()
        self.address = f"unix:{folder}/socket" if self.is_on_unix_socket else f"127.0.0.1:{free_port()}"
        config = folder / "nginx.conf"
        config.write_text(CONFIG.format(folder=folder, workers=self.cores, listen=self.address, server=self.server, http=self.http,
                                        main=self.main, modules=self.modules))
        master = self.run(command("nginx"), "-p", folder, "-c", config, "-e", "stderr", env=self.environment)
        self.answer = self.wait_until_it_answers(master)
        self.pids = children(master.pid)
        return self


class Nginx(NginxServer):
    name, note = "nginx", "nginx `return 200`, the same answer to all: the yardstick"

    def __init__(self, surroundings, cores=1):
        super().__init__()
        if cores > 1:
            self.cores, self.name, self.note = cores, "nginx-workers", "the yardstick with two workers on two cores"
        sessgate = surroundings.subject("sessgate")
        self.take_sessions_of(sessgate)
        headers, body = sessgate.answer
        fields = [f"add_header {name} '{value}';" for name, value in headers if name.lower() not in ITS_OWN_HEADERS]
        self.server = "\n        ".join([*fields, f"location / {{ return 200 '{body.decode()}'; }}"])
