"""Traefik and Envoy, which are not in Debian: small proxies that read the same files in deploy/, and do with them what
the source of each says that it does (Traefik v3, pkg/middlewares/auth/forward.go; Envoy, ext_authz over HTTP)."""

import contextlib
import http.client
import http.server
import re
import threading

import yaml

from application import QuietServer
from proxies import Proxy

HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}


class Denied(Exception):
    """The client's answer, where the request does not go on."""

    def __init__(self, status, headers=()):
        super().__init__(status)
        self.status, self.headers = status, list(headers)


def call(connection, method, path, headers, body=b""):
    """One request on an http.client connection: its answer."""
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders(body)
    return connection.getresponse()


def without(headers, unwanted):
    return [(name, value) for name, value in headers if not unwanted(name.lower())]


def connection_options(headers):
    return {option.strip().lower() for name, value in headers if name.lower() == "connection"
            for option in value.split(",")}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def pass_on(self):
        stand_in = self.server.stand_in
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = self.headers.items()
        upgrade = self.headers.get("Upgrade")
        listed = connection_options(headers) | HOP_BY_HOP
        headers = without(headers, lambda name: name in listed)
        try:
            headers, added = stand_in.authorize(self, headers)
        except Denied as denied:
            return self.answer(denied.status, denied.headers, b"")
        if upgrade:
            headers += [("Connection", "Upgrade"), ("Upgrade", upgrade)]
        with contextlib.closing(http.client.HTTPConnection(stand_in.application, timeout=10)) as connection:
            answer = call(connection, self.command, self.path, headers, body)
            if answer.status == 101:
                return self.tunnel(answer.getheaders(), connection)
            relayed = without(answer.getheaders(), lambda name: name in HOP_BY_HOP)
            self.answer(answer.status, relayed + added, answer.read(), answer.getheader("Content-Length"))

    def answer(self, status, headers, body, length=None):
        self.send_response_only(status)
        for name, value in without(headers, lambda name: name == "content-length"):
            self.send_header(name, value)
        self.send_header("Content-Length", length or str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def tunnel(self, headers, connection):
        self.send_response_only(101)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        connection.sock.sendall(self.connection.recv(4096))
        self.wfile.write(connection.sock.recv(4096))
        self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = pass_on

    def log_message(self, *_):
        pass


class StandIn(Proxy):
    is_stand_in = True

    def __enter__(self):
        self.server = QuietServer(("127.0.0.1", self.port), Handler)
        self.server.stand_in = self
        self.read(yaml.safe_load(self.configuration(self.file, {}).read_text()))
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def ask(self, timeout, method, path, headers):
        """sessgate's answer as (status, headers); Denied when there is none."""
        with contextlib.closing(http.client.HTTPConnection(self.sessgate, timeout=timeout)) as connection:
            try:
                answer = call(connection, method, path, headers)
                answer.read()
            except (OSError, http.client.HTTPException):
                raise Denied(self.status_on_error) from None
        return answer.status, answer.getheaders()


def canonical(name):
    """As Go spells it: `x-session_user` is `X-Session_user`."""
    return "-".join(part.capitalize() for part in name.split("-"))


class Traefik(StandIn):
    name = "traefik"
    file = "traefik/dynamic.yml"
    status_on_error = 500
    timeout = 1  # Traefik's own is 30 s and cannot be set

    def read(self, config):
        self.middlewares = config["http"]["middlewares"]
        self.routers = config["http"]["routers"]

    def authorize(self, request, headers):
        router = self.routers["login" if request.path.split("?")[0] == "/login" else "app"]
        auth = self.middlewares[router["middlewares"][0]]["forwardAuth"]
        pattern = re.compile(auth["authResponseHeadersRegex"])
        forwarded = {"X-Forwarded-Method": request.command, "X-Forwarded-Proto": "http",
                     "X-Forwarded-Host": request.headers.get("Host"), "X-Forwarded-Uri": request.path,
                     "X-Forwarded-For": request.client_address[0]}
        client = without([(canonical(name), value) for name, value in headers],
                         lambda name: name.startswith("x-forwarded-") or name == "content-length")
        status, answer = self.ask(self.timeout, "GET", auth["address"].removeprefix(f"http://{self.sessgate}"),
                                  [("Host", self.sessgate), *without(client, lambda name: name == "host"),
                                   *forwarded.items()])
        if not 200 <= status < 300:
            raise Denied(status, without(answer, lambda name: name in HOP_BY_HOP))
        kept = [(name, value) for name, value in headers if not pattern.search(canonical(name))]
        copied = [(name, value) for name, value in answer if pattern.search(canonical(name))]
        cookies = [(name, value) for name, value in answer if name.lower() == "set-cookie"
                   and value.split("=")[0] in auth["addAuthCookiesToResponse"]]
        return kept + copied, cookies


def matcher(patterns):
    """Envoy's StringMatcher, any of several; names are in lower case."""
    def matches(name):
        return any(name == p.get("exact") or ("prefix" in p and name.startswith(p["prefix"]))
                   or ("safe_regex" in p and re.fullmatch(p["safe_regex"]["regex"], name)) for p in patterns)

    return matches


class Envoy(StandIn):
    name = "envoy"
    file = "envoy/envoy.yaml"
    status_on_error = 503  # status_on_error of the file, held to it below

    def read(self, config):
        manager = config["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]
        filters = {each["name"]: each["typed_config"] for each in manager["http_filters"]}
        names = list(filters)
        assert names.index("envoy.filters.http.header_mutation") < names.index("envoy.filters.http.ext_authz")
        assert manager["common_http_protocol_options"]["headers_with_underscores_action"] == "DROP_HEADER"
        mutations = filters["envoy.filters.http.header_mutation"]["mutations"]["request_mutations"]
        self.removed = {mutation["remove"] for mutation in mutations}
        auth = filters["envoy.filters.http.ext_authz"]
        assert auth["failure_mode_allow"] is False and auth["status_on_error"] == {"code": "ServiceUnavailable"}
        service = auth["http_service"]
        self.prefix = service["path_prefix"]
        self.timeout = float(service["server_uri"]["timeout"].removesuffix("s"))
        answer = service["authorization_response"]
        self.asked_with = matcher(service["authorization_request"]["allowed_headers"]["patterns"])
        self.upstream = matcher(answer["allowed_upstream_headers"]["patterns"])
        self.on_denial = matcher([*answer["allowed_client_headers"]["patterns"],
                                  *({"exact": name} for name in ("www-authenticate", "location"))])
        self.on_success = matcher(answer["allowed_client_headers_on_success"]["patterns"])

    def authorize(self, request, headers):
        headers = [(name.lower(), value) for name, value in headers if "_" not in name]
        headers = without(headers, lambda name: name in self.removed | {"x-forwarded-proto"})
        headers.append(("x-forwarded-proto", "http"))
        if request.path.split("?")[0] == "/login":
            return headers, []
        checked = [(name, value) for name, value in headers
                   if self.asked_with(name) or name in ("host", "authorization")]
        cookies = [value for name, value in checked if name == "cookie"]
        checked = without(checked, lambda name: name == "cookie") + [("cookie", "; ".join(cookies))] * bool(cookies)
        status, answer = self.ask(self.timeout, request.command, self.prefix + request.path,
                                  [*checked, ("content-length", "0")])
        if status >= 500:
            raise Denied(self.status_on_error)
        if status != 200:
            raise Denied(status, [(name, value) for name, value in answer if self.on_denial(name.lower())])
        identity = [(name.lower(), value) for name, value in answer if self.upstream(name.lower())]
        replaced = {name for name, _ in identity}
        client = [(name, value) for name, value in answer if self.on_success(name.lower())]
        return without(headers, lambda name: name in replaced) + identity, client


STAND_INS = (Traefik, Envoy)
