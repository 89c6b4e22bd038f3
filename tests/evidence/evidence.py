"""Makes docs/evidence.md out of the three tables here and the names of the tests.

    evidence.py [--write]      without --write it is printed
"""

import pathlib
import sys
import tomllib

import names

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENT = names.ROOT / "docs" / "evidence.md"
TABLES = ("failures", "advisories", "asvs")

INTRODUCTION = """# Evidence

What may go wrong, what went wrong elsewhere, and what a standard asks for: each with the tests that show what sessgate
does. A row that no test shows says so. [security.md](security.md) says what is promised.

This page is made by `scripts/write-evidence` out of the tables in `tests/evidence/`; a test holds it to them, and the
tables to the tests. All of them run in `make test`, the `model` in its small form and the `fuzz` targets on their corpora;
`make proof` takes these to their full size. `packages` run in `make packages`.
"""


def tables():
    return [tomllib.loads((HERE / f"{name}.toml").read_text()) for name in TABLES]


def link(test, files):
    return f"[{test.replace('|', chr(92) + '|')}](../{files[test]})"


def shown_by(row, files):
    return "<br>".join(link(test, files) for test in row.get("tests", [])) or f"(no test: {row['open']})"


def lines_of(table, files):
    has_ids = "id" in table["row"][0]
    yield f"\n## {table['title']}\n"
    yield ("| id " if has_ids else "") + "| what | what sessgate does | shown by |"
    yield ("|---" if has_ids else "") + "|---|---|---|"
    for row in table["row"]:
        number = f"| {row['id']} " if has_ids else ""
        yield f"{number}| {row['what']} | {row['answer']} | {shown_by(row, files)} |"


def document():
    files = names.all_tests()
    return INTRODUCTION + "\n".join(line for table in tables() for line in lines_of(table, files)) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        DOCUMENT.write_text(document())
    else:
        print(document(), end="")
