"""Where the time goes: a flame graph of one shard that answers from the near-cache under full load, sampled with perf.

Each box is a function; it is as wide as the share of samples in which it or something that it called was running, and
stands on the function that called it. Kernel functions are grey.
"""

import argparse
import collections
import os
import re
import subprocess
import sys
from html import escape
from pathlib import Path

import load_tool
import svg
from load_tool import Request
from subject import command
from surroundings import Surroundings

SHARE_MIN = 0.003
STEP = 17
RATE = 499


class Node:
    """A function where it was called: how many samples, and what it called."""

    def __init__(self):
        self.samples, self.calls = 0, collections.defaultdict(Node)

    def add(self, stack):
        node = self
        node.samples += 1
        for frame in stack:
            node = node.calls[frame]
            node.samples += 1


def tree(text):
    """Of what `perf script` prints: one block for each sample, its innermost frame first."""
    root = Node()
    for block in text.split("\n\n"):
        frames = re.findall(r"^\s+[0-9a-f]+ (.*) \((.*)\)$", block, re.MULTILINE)
        root.add([(shorter(name), "kernel" in where or where.startswith("[")) for name, where in reversed(frames)])
    return root


def shorter(name):
    """A function's name without offset, parameters and the project's namespace."""
    name = re.sub(r"\+0x[0-9a-f]+$", "", name).replace("sessgate::", "").replace("(anonymous namespace)::", "")
    return re.sub(r"[<(].*", "", name) or name


def boxes(root):
    """(lines of the drawing, its height)."""
    lines, depth_max = [], 0

    def draw(node, left, depth):
        nonlocal depth_max
        for (name, is_kernel), call in sorted(node.calls.items()):
            share = call.samples / root.samples
            if share < SHARE_MIN:
                continue
            width, depth_max = share * svg.WIDTH, max(depth_max, depth)
            fits = max(0, int(width / 6.5) - 1)
            lines.append((left, depth, width, name, name if len(name) <= fits else name[:fits], is_kernel, share))
            draw(call, left, depth + 1)
            left += width

    draw(root, 0, 0)
    height = (depth_max + 1) * STEP
    return [f'<g><title>{escape(name)}: {share:.1%}</title><rect x="{x:.1f}" y="{height - (depth + 1) * STEP}" '
            f'width="{width:.1f}" height="{STEP - 1}" fill="{svg.COLOURS[5 if is_kernel else 0]}" fill-opacity="0.45"/>'
            f'<text x="{x + 2:.1f}" y="{height - depth * STEP - 5}" style="font-size: 11px">{escape(shown)}</text></g>'
            for x, depth, width, name, shown, is_kernel, share in lines], height


def sample(subject, load_cores, seconds, file):
    """Samples its processes while the load asks; the text of all samples."""
    pids = ",".join(map(str, subject.pids))
    with subprocess.Popen([command("perf"), "record", "-q", "-e", "cpu-clock", "-F", str(RATE), "--call-graph", "dwarf,8192",
                           "-p", pids, "-o", file, "--", "sleep", str(seconds)], stderr=subprocess.DEVNULL):
        load_tool.run(subject, Request(), seconds, load_cores)
    return subprocess.run([command("perf"), "script", "-i", file], capture_output=True, text=True, check=True).stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--sessions", type=int, default=4096)
    parser.add_argument("--output", default="build/bench/flame.svg")
    options = parser.parse_args()
    first, second, *_ = sorted(os.sched_getaffinity(0))
    output = Path(options.output)
    output.parent.mkdir(parents=True, exist_ok=True)
    with Surroundings(options.sessions, {first}, {second}) as surroundings:
        text = sample(surroundings.subject("sessgate"), {second}, options.seconds, output.with_suffix(".data"))
    root = tree(text)
    if root.samples < 10:
        sys.exit("perf took no samples: this kernel does not allow it")
    lines, height = boxes(root)
    output.write_text(svg.document("Where one shard spends its time while it answers from the near-cache.", height, lines))
    print(f"{root.samples:,} samples, drawn in {output}")


if __name__ == "__main__":
    main()
