"""sessgate on Redis, each session read anew for each request."""

from program import Program
from subject import Subject


class Sessgate(Subject):
    name, note = "sessgate", "sessgate with store.near_cache = false, one shard"

    def __init__(self, redis):
        super().__init__()
        self.program = Program(redis.url, {"threads": 1, "store.near_cache": "false", "store.deadline": "5s"})

    def __enter__(self):
        self.enter_context(self.program)
        self.port, self.pids = self.program.port, [self.program.process.pid]
        return self
