"""deploy/traefik and deploy/envoy as far as they can be checked without Traefik and Envoy: every name in them is one
that the proxy's documentation has where it stands, and what refers to something else in the file finds it."""

import pathlib
import re
import unittest

import yaml

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"

# Traefik 3, "Routing & Load Balancing" and "Middlewares" of the file provider.
TRAEFIK = {
    "": {"http"},
    "http": {"routers", "middlewares", "services"},
    "http.routers.*": {"rule", "middlewares", "service", "entryPoints", "priority", "tls"},
    "http.middlewares.*": {"forwardAuth", "headers"},
    "http.middlewares.*.forwardAuth": {
        "address", "authRequestHeaders", "authResponseHeaders", "authResponseHeadersRegex", "addAuthCookiesToResponse",
        "maxResponseBodySize", "trustForwardHeader", "tls"},
    "http.services.*": {"loadBalancer"},
    "http.services.*.loadBalancer": {"servers"},
    "http.services.*.loadBalancer.servers": {"url"},
}

# Envoy's API v3, by message; each `typed_config` says which it is.
ENVOY = {
    "HttpConnectionManager": {"stat_prefix", "codec_type", "use_remote_address", "generate_request_id",
                              "common_http_protocol_options", "upgrade_configs", "http_filters", "route_config"},
    "HeaderMutation": {"mutations"},
    "ExtAuthz": {"transport_api_version", "failure_mode_allow", "status_on_error", "http_service", "allowed_headers"},
    "ExtAuthzPerRoute": {"disabled", "check_settings"},
    "Router": set(),
    "HttpProtocolOptions": {"explicit_http_config", "common_http_protocol_options"},
}
ENVOY_HTTP_SERVICE = {
    "": {"path_prefix", "server_uri", "authorization_request", "authorization_response"},
    "server_uri": {"uri", "cluster", "timeout"},
    "authorization_request": {"allowed_headers", "headers_to_add"},
    "authorization_response": {"allowed_upstream_headers", "allowed_client_headers",
                               "allowed_client_headers_on_success"},
}


def traefik_names(value, place=""):
    """(place, names) of each object; a name that the user chose is `*` in the place."""
    if isinstance(value, list):
        for each in value:
            yield from traefik_names(each, place)
    if isinstance(value, dict):
        free = place in ("http.routers", "http.middlewares", "http.services")
        if not free:
            yield place, set(value)
        for name, each in value.items():
            yield from traefik_names(each, f"{place}.{'*' if free else name}".lstrip("."))


def typed(value):
    """(message, fields) of each `typed_config` and its like, wherever it stands."""
    if isinstance(value, list):
        for each in value:
            yield from typed(each)
    if isinstance(value, dict):
        if "@type" in value:
            yield value["@type"], set(value) - {"@type"}
        for each in value.values():
            yield from typed(each)


def clusters_in(value):
    if isinstance(value, list):
        for each in value:
            yield from clusters_in(each)
    if isinstance(value, dict):
        if isinstance(value.get("cluster"), str):
            yield value["cluster"]
        for each in value.values():
            yield from clusters_in(each)


class TraefikTest(unittest.TestCase):
    config = yaml.safe_load((DEPLOY / "traefik/dynamic.yml").read_text())

    def test_every_option_is_one_of_traefiks(self):
        for place, names in traefik_names(self.config):
            with self.subTest(place=place):
                self.assertLessEqual(names, TRAEFIK[place])

    def test_routers_name_middlewares_and_services_that_are_there(self):
        for name, router in self.config["http"]["routers"].items():
            with self.subTest(router=name):
                self.assertLessEqual(set(router["middlewares"]), set(self.config["http"]["middlewares"]))
                self.assertIn(router["service"], self.config["http"]["services"])
                self.assertRegex(router["rule"], r"^(Path|PathPrefix)\(`/\w*`\)$")

    def test_every_answer_takes_away_what_the_client_called_itself(self):
        for name, middleware in self.config["http"]["middlewares"].items():
            with self.subTest(middleware=name):
                auth = middleware["forwardAuth"]
                self.assertNotIn("trustForwardHeader", auth)
                self.assertNotIn("authRequestHeaders", auth)
                for header in ("X-Session-User", "X-Session_user", "X.session.user", "x-session-attr-name"):
                    self.assertTrue(re.search(auth["authResponseHeadersRegex"], header), header)
                self.assertFalse(re.search(auth["authResponseHeadersRegex"], "Set-Cookie"))

    def test_the_static_file_names_the_entry_point_and_the_dynamic_file(self):
        static = yaml.safe_load((DEPLOY / "traefik/traefik.yml").read_text())
        self.assertEqual(static, {"entryPoints": {"web": {"address": ":80"}},
                                  "providers": {"file": {"filename": "/etc/traefik/dynamic.yml"}}})


class EnvoyTest(unittest.TestCase):
    config = yaml.safe_load((DEPLOY / "envoy/envoy.yaml").read_text())

    def test_every_field_of_a_filter_is_one_of_its_messages(self):
        found = list(typed(self.config))
        self.assertGreaterEqual(len(found), 6)
        for url, fields in found:
            with self.subTest(message=url):
                self.assertRegex(url, r"^type\.googleapis\.com/envoy\.extensions\.[a-z0-9_.]+\.v3\.\w+$")
                self.assertLessEqual(fields, ENVOY[url.rsplit(".", 1)[1]])

    def test_every_field_of_the_http_service_is_one_of_its_message(self):
        manager = self.config["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]
        service = next(each["typed_config"]["http_service"] for each in manager["http_filters"]
                       if each["name"] == "envoy.filters.http.ext_authz")
        for place, names in ENVOY_HTTP_SERVICE.items():
            self.assertLessEqual(set(service[place] if place else service), names)
        for patterns in (*service["authorization_request"].values(), *service["authorization_response"].values()):
            for pattern in patterns["patterns"]:
                self.assertIn(set(pattern), ({"exact"}, {"prefix"}, {"safe_regex"}))

    def test_every_cluster_that_is_named_is_there(self):
        own = {cluster["name"] for cluster in self.config["static_resources"]["clusters"]}
        self.assertEqual(set(clusters_in(self.config["static_resources"]["listeners"])), own)


if __name__ == "__main__":
    unittest.main()
