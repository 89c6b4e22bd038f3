"""sessgate on its own embedded store, itself killed, stopped, halted and told to reload, by callers who vanish too."""

import signal
import socket
import time

from redis_disturbances import Disturbed
from redis_sidecar import Sidecar

VANISHING = 20


class DisturbedProgram(Disturbed):
    """Killed only in the first half, so that there is a long life at the end to measure."""

    settings = {"drain.timeout": "1s"}
    may_lose_answers = True
    kinds = ["kill", "restart", "halt", "reload", "vanish"]
    kinds_of_a_long_life = ["halt", "reload", "vanish"]

    def __enter__(self):
        return self

    def make_sidecars(self, settings):
        self.program = Sidecar("lmdb", settings | self.settings)
        # A path stays the program's own while it is away; a port could be somebody else's by then.
        self.program.settings["listen"] = f"unix:{self.program.folder}/data.sock"
        return [self.program]

    def kinds_after(self, share):
        return self.kinds if share < 0.5 else self.kinds_of_a_long_life

    def kill(self, _):
        self.program.kill()
        self.program.start()

    def restart(self, _):
        self.program.stop()
        self.program.start()

    def halt(self, _):
        self.program.process.send_signal(signal.SIGSTOP)
        time.sleep(0.4)
        self.program.process.send_signal(signal.SIGCONT)

    def reload(self, _):
        self.program.process.send_signal(signal.SIGHUP)

    def vanish(self, choices):
        """Callers who are gone in the middle of a request."""
        for _ in range(VANISHING):
            with socket.socket(socket.AF_UNIX) as caller:
                caller.connect(self.program.listen.removeprefix("unix:"))
                caller.sendall(b"GET /session HTTP/1.1\r\nHost: a\r\n\r\n"[:choices.randrange(1, 38)])


class HoardedProgram(DisturbedProgram):
    """Callers who never close what they opened: descriptors that grow, as if the program leaked them."""

    kinds = kinds_of_a_long_life = ["hoard"]

    def __enter__(self):
        self.hoard_of_sockets = []
        return self

    def __exit__(self, *_):
        for caller in self.hoard_of_sockets:
            caller.close()

    def hoard(self, _):
        for _ in range(VANISHING):
            caller = socket.socket(socket.AF_UNIX)
            caller.connect(self.program.listen.removeprefix("unix:"))
            self.hoard_of_sockets.append(caller)
