"""HAProxy that answers everything with one canned answer."""

from subject import Subject, children, command, free_port

CONFIG = """
global
    nbthread 1
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout http-keep-alive 60s
frontend canned
    bind {address}
    http-request return status 200 content-type application/json file {body} {headers}
"""


class Haproxy(Subject):
    name, note = "haproxy", "HAProxy `http-request return`, the same answer to all"

    def __init__(self, surroundings):
        super().__init__()
        sessgate = surroundings.subject("sessgate")
        self.take_sessions_of(sessgate)
        self.body = sessgate.answer[1]

    def __enter__(self):
        folder = self.new_folder()
        self.address = f"127.0.0.1:{free_port()}"
        (folder / "body").write_bytes(self.body)
        config = folder / "haproxy.cfg"
        config.write_text(CONFIG.format(address=self.address, body=folder / "body", headers="hdr Cache-Control no-store"))
        process = self.run(command("haproxy"), "-db", "-f", config)
        self.wait_until_it_answers(process)
        self.pids = [process.pid, *children(process.pid)]
        return self
