"""An application behind nginx that asks /session-user with nginx's request id is answered from nginx's own question."""

import contextlib
import http.server
import json
import threading
import unittest

from application import QuietServer
from matrix import COOKIE, Sessgate
from program import connect, send
from proxies import Nginx
from scrape import Scrape


class AskingTwice(http.server.BaseHTTPRequestHandler):
    """Answers with what sessgate says to two calls in the browser request's scope and to one in no scope."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        told = {"Cookie": self.headers["Cookie"], "X-Forwarded-Method": "GET"}
        scope = {"X-Request-Id": self.headers["X-Request-Id"]}
        text = json.dumps([self.ask(told | scope), self.ask(told | scope), self.ask(told)]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def ask(self, headers):
        with contextlib.closing(connect(self.server.sessgate)) as connection:
            return json.loads(send(connection, "GET", "/session-user?renew=false", headers)[2])

    def log_message(self, *_):
        pass


class ScopeTest(unittest.TestCase):
    def test_both_calls_get_the_verdict_that_nginx_got(self):
        """`fresh` tells: only the validation that renewed the session says so, and the memo repeats it whole. Without a
        near-cache the browser's request is one read of the store, and the call in no scope another."""
        with Sessgate({"store.near_cache": False}) as sessgate, QuietServer(("127.0.0.1", 0), AskingTwice) as application:
            application.sessgate = sessgate.program.listen
            serving = threading.Thread(target=application.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
            serving.start()
            session = sessgate.sign_in(user={"attributes": {}})
            token = sessgate.idle_token()
            before = Scrape(sessgate.program)
            with Nginx(sessgate.program.port, application.server_address[1]) as nginx, \
                    contextlib.closing(nginx.connection()) as connection:
                status, headers, body = send(connection, "GET", "/page", {"Cookie": f"{COOKIE}={token}"})
            reads = [scrape.of("sessgate_store_calls_total", call="find")
                     for scrape in (before, Scrape(sessgate.program))]
            application.shutdown()

        self.assertEqual(status, 200)
        self.assertEqual(reads[1] - reads[0], 2)
        relayed = [value for name, value in headers if name == "Set-Cookie"]
        first, second, other = json.loads(body)
        self.assertEqual(first["session"]["userId"], session["userId"])
        self.assertEqual(first, second)
        self.assertEqual(first["setCookie"], relayed)
        self.assertTrue(first["session"]["fresh"])
        self.assertFalse(other["session"]["fresh"])


if __name__ == "__main__":
    unittest.main()
