"""openapi.yaml names the paths and methods that the program has, on the port that has them, and no others."""

import pathlib
import re
import unittest

from program import Program

ROOT = pathlib.Path(__file__).resolve().parents[2]
METHODS = {"get", "head", "put", "post", "delete", "patch", "options"}
EVERY_METHOD = METHODS | {"trace"}
PARAMETERS = {"{sessionId}": "aaaaaaaaaaaaaaaaaaaa", "{userId}": "ada", "{tail}": "a/b?c"}


def documented():
    """{path: {METHOD…}} of openapi.yaml, whose paths stand two and whose methods four columns in.

    The endpoints of proxies take every method, of which the document shows one.
    """
    paths, path, inside = {}, None, False
    for line in (ROOT / "openapi.yaml").read_text().splitlines():
        if not line.startswith(" ") and line.strip() and not line.startswith("#"):
            inside = line.startswith("paths:")
        elif inside and (match := re.fullmatch(r"  (/\S*):", line)):
            path = match[1]
            paths[path] = set()
        elif inside and (match := re.fullmatch(r"    (\w+):", line)) and match[1] in METHODS:
            paths[path].add(match[1].upper())
    return {path: {"*"} if path.startswith("/authz/") else methods for path, methods in paths.items()}


def in_the_code():
    """{path: {METHOD…}} of the endpoint table; a GET answers HEAD as well."""
    paths = {}
    source = (ROOT / "src/http/endpoint.cpp").read_text()
    for method, path in re.findall(r'Endpoint\{Verb::(\w+), "([^"]+)"', source):
        method = method.rstrip("_").upper()
        paths.setdefault(path, set()).update({"GET", "HEAD"} if method == "GET" else {method})
    contracts = (ROOT / "src/http/proxy/contract.cpp").read_text()
    for path, optional_path, rest in re.findall(r'Contract\{"([^"]+)", "([^"]+)",(.*)\}', contracts):
        for each in (path, optional_path):
            paths[each] = {"*"}
            if ", true" in rest:
                paths[each + "/{tail}"] = {"*"}
    return paths


class OpenApiTest(unittest.TestCase):
    def test_the_document_and_the_table_of_endpoints_name_the_same_paths_and_methods(self):
        self.assertEqual({path: methods | ({"HEAD"} if "GET" in methods else set())
                          for path, methods in documented().items()}, in_the_code())

    def test_each_path_answers_on_one_port_and_its_allow_field_lists_the_documented_methods(self):
        with Program() as program:
            for path, methods in documented().items():
                if methods == {"*"}:
                    continue
                target = path
                for name, value in PARAMETERS.items():
                    target = target.replace(name, value)
                allowed = []
                for port in ("data", "control"):
                    status, headers, _ = program.request("OPTIONS", target, port=port)
                    self.assertIn(status, (404, 405), f"OPTIONS {target} on the {port} port")
                    if status == 405:
                        allowed.append({method.strip() for method in dict(headers)["Allow"].split(",")})
                self.assertEqual(allowed, [methods | ({"HEAD"} if "GET" in methods else set())], path)

    def test_the_paths_that_take_every_method_are_on_the_data_port_alone(self):
        with Program() as program:
            for path in [path for path, methods in documented().items() if methods == {"*"}]:
                target = path.replace("{tail}", PARAMETERS["{tail}"])
                for method in EVERY_METHOD:
                    status, _, body = program.request(method.upper(), target)
                    self.assertIn(status, (200,) if "/optional/" in path else (401, 403), f"{method} {target}")
                    self.assertEqual(body, b"")
                self.assertEqual(program.request("GET", target, port="control")[0], 404)

    def test_the_running_program_serves_the_document_as_it_stands_in_the_repository(self):
        with Program() as program:
            status, headers, body = program.request("GET", "/openapi.yaml", port="control")
            self.assertEqual(status, 200)
            self.assertEqual(dict(headers)["Content-Type"], "application/yaml")
            self.assertEqual(body, (ROOT / "openapi.yaml").read_bytes())


if __name__ == "__main__":
    unittest.main()
