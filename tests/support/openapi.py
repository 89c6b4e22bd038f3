"""openapi.yaml as a judge: whether an answer, and what was sent to get it, are what the document says."""

import copy
import json
import pathlib

import jsonschema
import yaml

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "openapi.yaml"
METHODS = ("get", "head", "put", "post", "patch", "delete")
# What `default` stands for: a client's mistakes that no operation has for itself.
DEFAULT_STATUSES = {404, 405, 413, 501, 505}


def resolved(node, root):
    """`node` with every $ref in it replaced by what it names; what stands beside a $ref is kept."""
    if isinstance(node, list):
        return [resolved(item, root) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = root
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/")]
        return resolved(target, root) | {name: value for name, value in node.items() if name != "$ref"}
    return {name: resolved(value, root) for name, value in node.items()}


def closed(schema, is_part=False):
    """A schema that refuses members which the document does not name. Attributes name none, and stay open."""
    if isinstance(schema, list):
        return [closed(item, is_part) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out = {name: closed(value, name == "allOf") for name, value in schema.items() if not name.startswith("example")}
    if not is_part and ("properties" in schema or "allOf" in schema) and isinstance(schema.get("type", ""), str):
        out["unevaluatedProperties"] = False
    return out


class Contract:
    def __init__(self):
        document = yaml.safe_load(DOCUMENT.read_text())
        self.paths = resolved(document["paths"], document)
        self.schemas = document["components"]["schemas"]
        self.seen = set()

    def operations(self):
        """(METHOD, path) of each operation. A GET answers HEAD as well, also where the document does not say so."""
        found = {(method.upper(), path) for path, item in self.paths.items() for method in METHODS if method in item}
        return sorted(found | {("HEAD", path) for method, path in found if method == "GET"})

    def operation(self, method, path):
        item = self.paths[path]
        return item.get(method.lower()) or item["get"]

    def statuses(self):
        """(METHOD, path, status) for each answer that is documented; `default` is not among them."""
        return {(method, path, int(status)) for method, path in self.operations()
                for status in self.operation(method, path)["responses"] if status != "default"}

    def port(self, path):
        return "control" if "servers" in self.paths[path] else "data"

    def check(self, method, path, status, headers, body):
        """Fails unless the answer is documented, header by header and member by member; takes note of it."""
        where = f"{method} {path} {status}"
        responses = self.operation(method, path)["responses"]
        answer = responses.get(str(status))
        if answer is None:
            assert status in DEFAULT_STATUSES, f"{where} is not documented"
            answer = responses["default"]
        self.seen.add((method, path, status))
        fields = {name.lower(): value for name, value in headers}
        assert fields.get("cache-control") == "no-store" and "date" in fields, f"{where}: {fields}"
        for name, header in answer.get("headers", {}).items():
            self._check_header(where, name, header, fields.get(name.lower()))
        if method == "HEAD":
            assert body == b"", where
        else:
            self._check_body(where, answer.get("content"), fields, body)
        if status >= 400 and body:
            assert json.loads(body)["status"] == status, where

    @staticmethod
    def _check_header(where, name, header, value):
        if value is None:
            assert not header.get("required"), f"{where} lacks {name}"
            return
        typed = int(value) if header["schema"].get("type") == "integer" else value
        jsonschema.Draft202012Validator(header["schema"]).validate(typed)

    @staticmethod
    def _check_body(where, content, fields, body):
        if content is None:
            assert body == b"", f"{where} has a body"
            return
        media_type = fields["content-type"]
        assert media_type in content, f"{where} has {media_type}"
        if "schema" in content[media_type]:
            schema = closed(content[media_type]["schema"])
            errors = list(jsonschema.Draft202012Validator(schema).iter_errors(json.loads(body)))
            assert not errors, f"{where}: {errors[0].message} in {body}"

    def check_request(self, method, path, headers, body):
        """Fails unless `body`, which was accepted, is one that the document allows."""
        wanted = self.operation(method, path).get("requestBody")
        if body is None:
            assert not (wanted and wanted.get("required")), f"{method} {path} was accepted without a body"
            return
        assert wanted, f"{method} {path} takes no body"
        media_type = dict(headers or {}).get("Content-Type", "application/json").split(";")[0]
        schema = closed(copy.deepcopy(wanted["content"][media_type]["schema"]))
        sent = json.loads(body) if isinstance(body, (str, bytes)) else body
        jsonschema.Draft202012Validator(schema).validate(sent)
