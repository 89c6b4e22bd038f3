"""nginx that answers with one canned answer, and asks nobody."""

from nginx import Nginx
from subject import Subject


class CannedNginx(Subject):
    name, note = "nginx", "nginx `return 200` with the same answer: reads no Redis, the yardstick"

    def __init__(self, headers, body):
        super().__init__()
        self.nginx = Nginx(headers, body)

    def __enter__(self):
        self.enter_context(self.nginx)
        self.port, self.pids = self.nginx.port, self.nginx.workers
        return self
