"""A soak as a picture: requests each second, memory and descriptors over time, and a mark for each fault."""

from xml.sax.saxutils import escape

WIDTH, PANEL, LEFT, TOP, GAP = 960, 150, 80, 50, 45
COLOURS = ["#1f5fa8", "#c05a00", "#2d7d46"]  # of the sidecars
FAULT_COLOURS = ["#b00020", "#7a3db8", "#00838f", "#8d6e00", "#5d4037", "#37474f", "#ad1457", "#2e7d32"]


def rates(series):
    """[(seconds, answers each second)…], over about a fiftieth of the time each."""
    step = max(1, len(series) // 50)
    marks = series[::step]
    return [(b.seconds, (b.answered - a.answered) / (b.seconds - a.seconds)) for a, b in zip(marks, marks[1:])
            if b.seconds > a.seconds]


def panel(number, title, lines, seconds, faults):
    """One diagram: a list of SVG elements. lines: for each sidecar, [(seconds, value)…]."""
    base = TOP + number * (PANEL + GAP) + PANEL
    top = max((value for line in lines for _, value in line), default=0) * 1.1 or 1

    def place(point):
        return f"{LEFT + point[0] / seconds * (WIDTH - LEFT - 20):.1f},{base - point[1] / top * PANEL:.1f}"

    drawn = [f'<text x="{LEFT}" y="{base - PANEL - 6}" font-weight="bold">{escape(title)}</text>',
             f'<path d="M{LEFT},{base - PANEL}V{base}H{WIDTH - 20}" fill="none" stroke="#888"/>']
    drawn += [f'<text x="{LEFT - 6}" y="{base - share * PANEL + 4:.0f}" text-anchor="end">{share * top:,.4g}</text>'
              for share in (0, 0.5, 1)]
    for when, colour in faults:
        x = place((min(when, seconds), 0)).split(",")[0]
        drawn.append(f'<path d="M{x},{base}v-8" stroke="{colour}" stroke-opacity="0.6"/>')
    for line, colour in zip(lines, COLOURS):
        drawn.append(f'<polyline points="{" ".join(map(place, line))}" fill="none" stroke="{colour}"/>')
    return drawn


def legend(kinds, y):
    x, drawn = LEFT, []
    for kind, colour in kinds.items():
        drawn.append(f'<text x="{x}" y="{y}" fill="{colour}">▎{escape(kind)}</text>')
        x += 9 * len(kind) + 30
    return drawn


def picture(title, all_series, faults):
    """The SVG text. all_series: for each sidecar, [Sample…]. faults: [(seconds, kind)…]."""
    seconds = max((series[-1].seconds for series in all_series if series), default=1)
    kinds = {kind: FAULT_COLOURS[i % len(FAULT_COLOURS)] for i, kind in enumerate(sorted({k for _, k in faults}))}
    marks = [(when, kinds[kind]) for when, kind in faults]
    memory = [[(each.seconds, each.memory / 2**20) for each in series] for series in all_series]
    descriptors = [[(each.seconds, each.descriptors) for each in series] for series in all_series]
    height = TOP + 3 * (PANEL + GAP) + 20
    drawn = [f'<text x="{LEFT}" y="22" font-size="16">{escape(title)}</text>',
             *panel(0, "requests each second", [rates(all_series[0])], seconds, marks),
             *panel(1, "memory of its own, MiB", memory, seconds, marks),
             *panel(2, "descriptors", descriptors, seconds, marks),
             f'<text x="{WIDTH - 20}" y="{height - 48}" text-anchor="end">{seconds:,.0f} s</text>',
             *legend(kinds, height - 12)]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" '
            f'font-size="12">\n<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(drawn) + "\n</svg>\n")
