"""Plots as SVG: bars beside each other, and lines over an axis. They read on white and on black."""

import math
from html import escape

WIDTH = 760
COLOURS = ("#2f81f7", "#d29922", "#3fb950", "#db61a2", "#a371f7", "#7d8590")
STYLE = """  <style>
    text { fill: #7d8590; font-size: 13px; }
    .right { text-anchor: end; }
    .middle { text-anchor: middle; }
    .axis { stroke: #7d8590; stroke-width: 1; fill: none; opacity: 0.4; }
    .line { stroke-width: 2; fill: none; }
  </style>"""


def document(title, height, lines):
    """A whole file. title: what the picture shows, in a sentence."""
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img"',
        '     aria-labelledby="title" font-family="system-ui, -apple-system, \'Segoe UI\', Helvetica, Arial, sans-serif">',
        f'  <title id="title">{escape(title)}</title>', STYLE, *("  " + line for line in lines), "</svg>", ""])


def bars(title, rows):
    """rows: [(label, number, what is written behind its bar)…]; a bar is as long as its number."""
    left, right, step = 190, 190, 26
    longest = max(number for _, number, _ in rows)
    lines = []
    for index, (label, number, words) in enumerate(rows):
        y = 10 + index * step
        length = max(1, (WIDTH - left - right) * number / longest)
        colour = COLOURS[0] if label.startswith("sessgate") else COLOURS[-1]
        lines += [f'<text class="right" x="{left - 8}" y="{y + 14}">{escape(label)}</text>',
                  f'<rect x="{left}" y="{y}" width="{length:.1f}" height="{step - 6}" rx="3" fill="{colour}"/>',
                  f'<text x="{left + length + 8:.1f}" y="{y + 14}">{escape(words)}</text>']
    return document(title, 20 + step * len(rows), lines)


class Axis:
    """Numbers to places between `begin` and `end`; logarithmic when it is asked for, then its marks are powers of ten."""

    def __init__(self, numbers, begin, end, is_logarithmic):
        self.begin, self.end, self.is_logarithmic = begin, end, is_logarithmic
        low, high = min(numbers), max(numbers)
        if is_logarithmic:
            self.marks = [10.0 ** power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]
        else:
            step = 10 ** math.floor(math.log10(high)) / 2
            self.marks = [step * index for index in range(math.ceil(high / step) + 1)]
        self.low, self.high = self.scale(self.marks[0]), self.scale(self.marks[-1])

    def scale(self, number):
        return math.log10(number) if self.is_logarithmic else number

    def place(self, number):
        part = (self.scale(number) - self.low) / ((self.high - self.low) or 1)
        return self.begin + part * (self.end - self.begin)


def lines(title, x_label, y_label, series, log_x=False, log_y=False):
    """series: {name: [(x, y)…]}; all numbers positive."""
    height = 380
    points = [point for line in series.values() for point in line]
    across = Axis([x for x, _ in points], 80, WIDTH - 150, log_x)
    upward = Axis([y for _, y in points], height - 50, 36, log_y)
    drawn = [f'<path class="axis" d="M80 {upward.place(mark):.1f} H{WIDTH - 150}"/>'
             f'<text class="right" x="72" y="{upward.place(mark) + 4:.1f}">{mark:,.10g}</text>' for mark in upward.marks]
    drawn += [f'<text class="middle" x="{across.place(mark):.1f}" y="{height - 32}">{mark:,.10g}</text>'
              for mark in across.marks]
    drawn += [f'<text class="middle" x="{WIDTH / 2 - 35}" y="{height - 10}">{escape(x_label)}</text>',
              f'<text x="8" y="16">{escape(y_label)}</text>']
    for colour, (name, line) in zip(COLOURS, series.items()):
        path = " L".join(f"{across.place(x):.1f} {upward.place(y):.1f}" for x, y in line)
        x, y = line[-1]
        drawn += [f'<path class="line" stroke="{colour}" d="M{path}"/>',
                  f'<text x="{across.place(x) + 8:.1f}" y="{upward.place(y) + 4:.1f}" style="fill: {colour}">{escape(name)}</text>']
    return document(title, height, drawn)
