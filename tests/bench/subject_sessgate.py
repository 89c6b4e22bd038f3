"""sessgate itself, on each of its stores, with sessions made through its control port."""

import time

from live_sessions import create_sessions, put_users
from program import Program
from subject import START_SECONDS, Subject

PROBES = 64


class Sessgate(Subject):
    """One sidecar with sessions of its own. settings: as in a settings file, beside what the measurement needs."""

    def __init__(self, surroundings, name, note, store="lmdb", cores=1, settings=None,
                 is_on_unix_socket=False):
        super().__init__()
        self.name, self.note, self.cores = name, note, cores
        self.surroundings = surroundings
        if store == "redis":
            self.redis_pids = [surroundings.redis.process.pid]
            store = surroundings.redis.url
        self.program = Program(store, {"threads": cores, "store.deadline": "10s"} | (settings or {}))
        if is_on_unix_socket:
            self.program.settings["listen"] = f"unix:{self.program.folder}/data.sock"

    def __enter__(self):
        self.enter_context(self.program)
        self.address, self.pids = self.program.listen, [self.program.process.pid]
        self.wait_until_ready()
        self.tokens, self.cookie_name = create_sessions(self.program, self.surroundings.sessions)
        self.tokens_file = self.program.folder / "tokens"
        self.tokens_file.write_text("\n".join(self.tokens) + "\n")
        put_users(self.program, len(self.tokens))
        self.answer = self.probe()
        return self

    def wait_until_ready(self):
        end = time.monotonic() + START_SECONDS
        while self.program.request("GET", "/readyz", port="control")[0] != 200:
            if time.monotonic() > end:
                raise RuntimeError(f"{self.name} cannot reach its store: {self.program.log()}")
            time.sleep(0.01)

    def probe(self):
        """Asks for some of the sessions; all must be live. The last answer's headers and body."""
        for token in self.tokens[:: max(1, len(self.tokens) // PROBES)]:
            status, headers, body = self.ask(token=token)
            if status != 200 or not body.startswith(b'{"session":{'):
                raise RuntimeError(f"not a live session: {status} {body.decode()}")
        return headers, body
