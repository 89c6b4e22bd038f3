"""Bare epoll loops, what a server costs that does nothing but the least: the limits to compare with."""

import subprocess

from subject import Subject, own_program

KEY_PREFIX = "sessgate:"


class EpollLoop(Subject):
    """source: the subject whose sessions it answers for."""

    def __init__(self, source):
        super().__init__()
        self.source = source
        self.take_sessions_of(source)

    def __enter__(self):
        program = own_program(self.name.replace("-", "_"), "bench_epoll")
        process = self.run(program, "127.0.0.1:0", *self.arguments(), stdout=subprocess.PIPE, text=True)
        self.callback(process.stdout.close)
        self.address = process.stdout.readline().split()[-1]
        self.pids = [process.pid]
        self.wait_until_it_answers(process)
        return self

    def answer_file(self):
        """The whole answer of the subject whose sessions these are, byte for byte."""
        headers, body = self.source.answer
        file = self.new_folder() / "answer"
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        file.write_bytes(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + body)
        return file


class EpollCanned(EpollLoop):
    name, note = "epoll-canned", "bare epoll loop, one answer to all"

    def __init__(self, surroundings):
        super().__init__(surroundings.subject("sessgate"))

    def arguments(self):
        return [self.answer_file()]


class EpollTable(EpollLoop):
    name, note = "epoll-table", "bare epoll loop that looks the token up in a hash table"

    def __init__(self, surroundings):
        super().__init__(surroundings.subject("sessgate"))

    def arguments(self):
        return [self.tokens_file, self.answer_file(), self.cookie_name]


class EpollRedis(EpollLoop):
    name, note = "epoll-redis", "bare epoll loop with one multiplexed connection to Redis"

    def __init__(self, surroundings):
        super().__init__(surroundings.subject("sessgate-redis"))
        self.redis = surroundings.redis
        self.redis_pids = self.source.redis_pids

    def arguments(self):
        return [f"127.0.0.1:{self.redis.port}", self.cookie_name, KEY_PREFIX]
