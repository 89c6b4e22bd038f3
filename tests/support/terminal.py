"""A command whose standard error is a terminal, as a person sees it."""

import os
import pty
import re
import subprocess

FRAME = re.compile(r"\[(#*) *\] (\d+) of about (\d+)")


class OnTerminal:
    """Runs a command while the `with` block runs, and kills it at the end. seen: what the terminal was sent so far."""

    def __init__(self, command, **more):
        self.command, self.more, self.seen = command, more, ""

    def __enter__(self):
        self.screen, its_end = pty.openpty()
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=its_end,
                                        text=True, **self.more)
        os.close(its_end)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        os.close(self.screen)

    def watch(self):
        """Waits for more. False: there is none, since the command has ended."""
        try:
            piece = os.read(self.screen, 4096)
        except OSError:
            return False  # how Linux says that nobody has the terminal any more
        self.seen += piece.decode()
        return bool(piece)

    def frames(self):
        """(filled, done, of about how many) of each picture of a progress bar so far, in their order."""
        return [(len(filled), int(done), int(total)) for filled, done, total in FRAME.findall(self.seen)]

    def end(self):
        """Its exit code and what it printed, once it has ended."""
        while self.watch():
            continue
        printed = self.process.stdout.read()
        return self.process.wait(60), printed
