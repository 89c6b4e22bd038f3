"""Puts what was measured into docs/performance.md, between its markers, with its plots beside it.

    scripts/write-performance [FOLDER]     (build/bench when none is named: suite.json, and scale.json
    and flame.svg where they are)
"""

import json
import re
import sys
from pathlib import Path

import svg
from cases import REDIS

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "performance.md"
CPU_PLOT = ("sessgate", "sessgate-memo", "sessgate-unix", "sessgate-lmdb", "sessgate-redis", "epoll-canned", "epoll-table",
            "epoll-redis", "nginx", "haproxy", "nginx-lua-shared", "nginx-lua-redis", "node")
CORE_PLOT = ("sessgate-redis", "epoll-redis", "nginx-lua-redis", "fastify", "fastify-pipelined", "lucia", "express-session", "better-auth")
REDIS_LIMIT = ("`redis-benchmark` asks Redis with nothing in between, and shares its core, as every load here does: with a "
               "connection for each client, Redis and its clients cannot do more than this on one core.")


def sections(suite):
    """{marker: the lines between its two ends}, of the suite's results."""
    machine = suite["machine"]
    disturbed = sum(row["disturbed"] for row in suite["cases"].values())
    rounds = sum(row["rounds"] for row in suite["cases"].values())
    run = [f"Measured on {suite['date']}, commit {machine['commit']}: {machine['cores']} cores of {machine['processor']}, Linux "
           f"{machine['kernel']}; {suite['options']['rounds']} rounds of {suite['options']['seconds']:g} s for each case, "
           f"{suite['options']['sessions']:,} sessions. Of {rounds} rounds, {disturbed} were disturbed by something else."]
    run += [f"`{name}` is missing here: {reason}." for name, reason in suite["left_out"].items()]
    tables = [line for title, lines in suite["tables"].items()
              for line in (f"**{title}**", "", *lines, *remark(suite, title), "")][:-1]
    pictures = {name: picture for name, (picture, _) in plots(suite).items()}
    above = [line for name in ("cpu", "core") if name in pictures for line in (pictures[name], "")]
    below = ["", pictures["latency"]] if "latency" in pictures else []
    return {"run": run, "verdicts": ["```", *suite["verdicts"], "```"], "tables": above + tables,
            "latency": latency(suite) + below}


def remark(suite, title):
    """The lines below the table of this title: what the row says that has no server."""
    return ["", REDIS_LIMIT] if title == REDIS and "redis-benchmark" in suite["cases"] else []


def latency(suite):
    lines = ["| of its capacity | " + " | ".join(f"{name} p50, p99 µs" for name in suite["latency"]) + " |",
             "|---:" * (len(suite["latency"]) + 1) + "|"]
    for points in zip(*suite["latency"].values()):
        cells = [f"{point['p50']:,.0f}, {point['p99']:,.0f}" for point in points]
        lines.append(f"| {points[0]['part']:.0%} | " + " | ".join(cells) + " |")
    return lines


def plots(suite):
    """{name: (the line that shows it, SVG)}, of the suite's results."""
    cases = suite["cases"]
    cpu = [(name, cases[name]["cpu_us"], f"{cases[name]['cpu_us']:.2f} µs") for name in CPU_PLOT if name in cases]
    core = [(name, cases[name]["per_core"], f"{cases[name]['per_core']:,.0f}") for name in CORE_PLOT if name in cases]
    p99 = {name: [(point["rate"], point["p99"]) for point in points] for name, points in suite["latency"].items()}
    titles = {"cpu": "Server CPU time for each session check, beside other servers",
              "core": "Session checks that one core does in a second, each session read from Redis",
              "latency": "The slowest hundredth of the answers at fixed rates, by the rate"}
    drawn = {"cpu": cpu and svg.bars(titles["cpu"], cpu), "core": core and svg.bars(titles["core"], core),
             "latency": p99 and svg.lines(titles["latency"], "requests a second", "p99, µs", p99, log_y=True)}
    return {name: (show(name, titles[name]), text) for name, text in drawn.items() if text}


def show(name, title):
    return f"![{title}](performance-{name}.svg)"


def scale_sections(scale):
    """{marker: lines}, of the results of scale.py: one table for each thing that grows."""
    return {f"scale-{name}": [part["note"], "", *part["table"]] for name, part in scale["parts"].items()}


def put(text, sections):
    """The page with the lines of each section between its markers. Raises ValueError where a marker is missing."""
    for name, lines in sections.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        if begin not in text or end not in text:
            raise ValueError(f"{PAGE.name} has no place for {name}")
        text = re.sub(f"{begin}.*?{end}", lambda _: begin + "\n".join(lines) + "\n" + end, text, flags=re.DOTALL)
    return text


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/bench")
    suite = json.loads((folder / "suite.json").read_text())
    parts = sections(suite)
    if (folder / "scale.json").exists():
        parts |= scale_sections(json.loads((folder / "scale.json").read_text()))
    drawn = {name: text for name, (_, text) in plots(suite).items()}
    if (folder / "flame.svg").exists():
        drawn["flame"] = (folder / "flame.svg").read_text()
        parts["flame"] = [show("flame", "Where one shard spends its time while it answers from the near-cache")]
    PAGE.write_text(put(PAGE.read_text(), parts))
    for name, text in drawn.items():
        (DOCS / f"performance-{name}.svg").write_text(text)


if __name__ == "__main__":
    main()
