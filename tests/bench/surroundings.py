"""What the subjects of one run share: Redis, the number of sessions, and each other."""

import contextlib
import functools

import cores
from redis_server import Redis
from subject import NotHere, begin
from subjects import SUBJECTS


class Surroundings(contextlib.ExitStack):
    """Starts each subject once, when it is first asked for; all end with the `with` block.

    sessions: how many each subject has. server_cores, load_cores: where they run, and where the load and Redis do.
    """

    def __init__(self, sessions, server_cores, load_cores):
        super().__init__()
        self.sessions = sessions
        self.server_cores, self.load_cores = server_cores, load_cores
        self.started = {}

    @functools.cached_property
    def redis(self):
        redis = self.enter_context(Redis())
        cores.pin(redis.process.pid, self.load_cores)
        return redis

    def subject(self, name):
        """The running subject of this name. Raises NotHere, each time that it is asked for, when it cannot run."""
        if name not in self.started:
            self.started[name] = self.start(name)
        if isinstance(self.started[name], NotHere):
            raise self.started[name]
        return self.started[name]

    def start(self, name):
        print(f"starting {name}", flush=True)
        try:
            subject = begin(self, SUBJECTS[name](self))
        except (NotHere, RuntimeError) as reason:
            return NotHere(reason)
        for pid in subject.pids:
            cores.pin(pid, self.cores_of(subject))
        return subject

    def cores_of(self, subject):
        return self.server_cores if subject.cores == 1 else self.server_cores | self.load_cores
