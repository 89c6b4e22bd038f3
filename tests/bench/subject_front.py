"""nginx in front of an application, from deploy/nginx/nginx.conf, with sessgate as its auth_request service: beside the
same location without auth_request, and with an nginx stub there that answers an empty 204 to everybody."""

import getpass
import re
import sys
from pathlib import Path

from subject import Subject, begin, children
from subject_nginx import NginxServer

sys.path.append(str(Path(__file__).resolve().parents[1] / "proxy"))

from proxies import Nginx as ShippedNginx  # noqa: E402


KEPT = "keepalive_requests 1000000;"  # else the application's connections would count as new ones


class Application(NginxServer):
    name = "application"
    server = "location / { return 200 'hello'; }"


class Stub(NginxServer):
    """What the least auth service is: it asks nobody and says yes."""

    name = "stub"
    server = "location / { return 204; }"

    def __init__(self, is_on_unix_socket):
        super().__init__()
        self.is_on_unix_socket = is_on_unix_socket


def block(text, head):
    """The block that begins with this line, which is indented by eight."""
    return re.search(rf"^        {re.escape(head)}\n.*?^        \}}\n", text, re.MULTILINE | re.DOTALL)[0]


class ThreeWays(ShippedNginx):
    """The configuration, and its location twice more: /plain without auth_request, and /stub with the stub behind it."""

    extra = "    keepalive_requests 1000000000;\n"

    def __init__(self, sessgate, application, stub):
        super().__init__(None, None)
        self.sessgate, self.application, self.stub = sessgate, application, stub

    def configuration(self, file, replacements):
        path = super().configuration(file, replacements)
        text = path.read_text()
        checked, asking = block(text, "location / {"), block(text, "location = /_sessgate {")
        plain = re.sub(r"^ *(auth_request|error_page|add_header|proxy_set_header X-Session).*\n", "", checked,
                       flags=re.MULTILINE)
        by_stub = asking.replace("/_sessgate", "/_stub").replace("http://sessgate", "http://stub")
        text = text.replace(checked, checked + plain.replace("location /", "location /plain") +
                            checked.replace("location /", "location /stub").replace("/_sessgate", "/_stub") + by_stub)
        upstream = f"upstream stub {{ server {self.stub}; keepalive 64; keepalive_requests 1000000; }}\n"
        # nginx's workers would be another user than root, and could not reach the sockets.
        owner = f"user {getpass.getuser()};\n"
        path.write_text(owner + text.replace("    upstream app {", f"    {upstream}    upstream app {{")
                        .replace("server " + self.application + ";", f"server {self.application};\n        {KEPT}"))
        return path


class Front(Subject):
    """pids: nginx in front, the application, sessgate and the stub, for what a request costs is spent in all of them."""

    def __init__(self, surroundings, name, note, sessgate):
        super().__init__()
        self.name, self.note = name, note
        self.asked = surroundings.subject(sessgate)
        self.take_sessions_of(self.asked)

    def __enter__(self):
        application, stub = Application(), Stub(self.asked.address.startswith("unix:"))
        for each in (application, stub):
            each.take_sessions_of(self)
            begin(self, each)
        front = self.enter_context(ThreeWays(self.asked.address, application.address, stub.address))
        self.address = f"127.0.0.1:{front.port}"
        for path in ("/page", "/plain", "/stub"):
            self.wait_until_it_answers(front.process, path)
        self.pids = [*children(front.process.pid), *application.pids, *stub.pids, *self.asked.pids]
        return self
