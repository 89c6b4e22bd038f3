"""nginx keeps its connections to sessgate: on allow, on deny, and beside many requests at a time."""

import pathlib
import socket
import threading
import unittest

from application import Application
from matrix import COOKIE, Sessgate
from proxies import Nginx

REQUESTS = 10_000
CLIENTS = 16  # each below the 1000 requests that nginx serves on a connection of its client
KEEPALIVE = 64  # deploy/nginx/nginx.conf, for each of its workers; the test has one


def connections_to(port):
    """How many connections to this port of loopback there are or lately were: closed ones stay for a minute."""
    found = set()
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, remote = line.split()[1:3]
        for one, other in ((local, remote), (remote, local)):
            if int(one.split(":")[1], 16) == port and int(other.split(":")[1], 16) != 0:
                found.add(other)
    return len(found)


def ask_many(proxy, cookies, counts):
    """HEAD, whose answers end with their heads: a client that does little itself."""
    with socket.create_connection(("127.0.0.1", proxy.port), 10) as sock:
        for number in range(REQUESTS // CLIENTS):
            cookie = cookies[number % len(cookies)]
            line = f"Cookie: {COOKIE}={cookie}\r\n" if cookie else ""
            sock.sendall(f"HEAD /page HTTP/1.1\r\nHost: a\r\n{line}\r\n".encode())
            answer = b""
            while not answer.endswith(b"\r\n\r\n"):
                more = sock.recv(4096)
                assert more, "nginx closed the connection"
                answer += more
            counts.append(int(answer[9:12]))


class NginxKeepaliveTest(unittest.TestCase):
    def test_ten_thousand_requests_take_no_more_connections_than_keepalive_allows(self):
        with Sessgate() as sessgate, Application() as application, \
                Nginx(sessgate.program.port, application.port) as proxy:
            cookies = [sessgate.token(), None, sessgate.token(), "rubbish", sessgate.revoked_token()]
            before = connections_to(sessgate.program.port)
            counts = []
            clients = [threading.Thread(target=ask_many, args=(proxy, cookies, counts)) for _ in range(CLIENTS)]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
            used = connections_to(sessgate.program.port) - before

        self.assertEqual((counts.count(200), counts.count(401)), (REQUESTS * 2 // 5, REQUESTS * 3 // 5))
        self.assertGreater(used, 0)
        self.assertLessEqual(used, KEEPALIVE)


if __name__ == "__main__":
    unittest.main()
