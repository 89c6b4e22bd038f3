"""Holds the one-way rule between layers (DESIGN.md, 8) for every #include in include/ and src/. No exceptions list."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What each layer may include: itself and what stands before it.
MAY_INCLUDE = {
    "core": {"core"},
    "ports": {"core", "ports"},
    "service": {"core", "ports", "service"},
    "adapters": {"core", "ports", "adapters"},
    "http": {"core", "ports", "service", "http"},
    "app": {"core", "ports", "service", "adapters", "http", "app"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def layer_of_file(path):
    """The layer that the file at `path` (relative to the root) belongs to; files directly in src/ stand above all."""
    parts = path.parts
    if parts[0] == "include":
        return parts[2]
    return parts[1] if len(parts) > 2 else "app"


def included_layer(include):
    """(layer, shown): whose header `include` names and whether that layer shows it to others; None for a library's."""
    parts = include.split("/")
    if parts[0] == "sessgate":
        return (parts[1], True)
    return (parts[0], False) if parts[0] in MAY_INCLUDE else None


def broken_rules(path, text):
    """Each line of `text` that breaks the rule, as `path:line: the line (why)`."""
    layer = layer_of_file(path)
    broken = []
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        if found is None:
            continue
        why = why_broken(layer, found[1], found[2])
        if why:
            broken.append(f"{path}:{number}: {line.strip()} ({why})")
    return broken


def why_broken(layer, quote, include):
    target = included_layer(include)
    if target is None:
        return "neither a library's <header> nor \"<layer>/…\"" if quote == '"' else None
    included, shown = target
    if included not in MAY_INCLUDE.get(layer, set()):
        return f"{layer} must not include {included}"
    if included != layer and not shown:
        return f"a private header of {included}"
    return None


def source_files():
    for folder in ("include", "src"):
        yield from (p for p in sorted((ROOT / folder).rglob("*")) if p.suffix in (".hpp", ".cpp"))


class LayersTest(unittest.TestCase):
    def test_no_include_points_down(self):
        files = list(source_files())
        self.assertTrue(files, "no source file was found")

        broken = [line for file in files for line in broken_rules(file.relative_to(ROOT), file.read_text())]

        self.assertEqual(broken, [], "\n" + "\n".join(broken))

    def test_every_folder_is_a_layer(self):
        folders = {p.name for f in ("include/sessgate", "src") for p in (ROOT / f).iterdir() if p.is_dir()}

        self.assertEqual(folders - set(MAY_INCLUDE), set())

    def test_every_included_header_of_ours_exists(self):
        missing = []
        for file in source_files():
            for include in (m[2] for m in map(INCLUDE.match, file.read_text().splitlines()) if m):
                target = included_layer(include)
                if target and not (ROOT / ("include" if target[1] else "src") / include).is_file():
                    missing.append(f"{file.relative_to(ROOT)}: {include}")

        self.assertEqual(missing, [])


class LinesThatBreakTheRuleTest(unittest.TestCase):
    """The reader finds what it is there to find."""

    def broken(self, path, line):
        return broken_rules(pathlib.Path(path), f"#pragma once\n\n{line}\n")

    def test_a_lower_layer_is_found_with_file_and_line(self):
        line = '#include "sessgate/service/session_service.hpp"'

        found = self.broken("include/sessgate/core/token.hpp", line)

        self.assertEqual(found, [f"include/sessgate/core/token.hpp:3: {line} (core must not include service)"])

    def test_each_forbidden_pair_is_found(self):
        for layer, allowed in MAY_INCLUDE.items():
            for other in MAY_INCLUDE:
                with self.subTest(layer=layer, other=other):
                    found = self.broken(f"src/{layer}/x.cpp", f'#  include <sessgate/{other}/x.hpp>')

                    self.assertEqual(len(found), 0 if other in allowed else 1)

    def test_another_layers_private_header_is_found(self):
        self.assertEqual(len(self.broken("src/app/run.cpp", '#include "http/head_check.hpp"')), 1)
        self.assertEqual(len(self.broken("src/http/server.cpp", '#include "http/head_check.hpp"')), 0)

    def test_a_header_named_without_its_layer_is_found(self):
        self.assertEqual(len(self.broken("src/http/server.cpp", '#include "head_check.hpp"')), 1)
        self.assertEqual(len(self.broken("src/http/server.cpp", '#include "../core/token.hpp"')), 1)

    def test_files_directly_in_src_stand_above_all_layers(self):
        self.assertEqual(self.broken("src/main.cpp", '#include "sessgate/app/run.hpp"'), [])

    def test_a_library_header_is_nobodys_business(self):
        self.assertEqual(self.broken("include/sessgate/core/token.hpp", "#include <boost/asio.hpp>"), [])


if __name__ == "__main__":
    unittest.main()
