"""What `/metrics` says, read line by line."""

import re

SERIES = re.compile(r"(\w+)(?:\{(.*)\})? (\S+)")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class Scrape:
    """types: {name: kind}. series: [(name, {label: value}, number)…], with a histogram's as `name_bucket` and so on."""

    def __init__(self, program):
        status, headers, body = program.request("GET", "/metrics", port="control")
        assert status == 200, body
        self.content_type = dict(headers)["Content-Type"]
        self.text = body.decode()
        self.types, self.series = {}, []
        for line in self.text.splitlines():
            if line.startswith("# TYPE "):
                name, kind = line.split()[2:]
                self.types[name] = kind
            elif match := SERIES.fullmatch(line):
                self.series.append((match[1], dict(LABEL.findall(match[2] or "")), float(match[3])))

    def __getitem__(self, name):
        """The number of the metric that has this name and no labels."""
        return self.of(name)

    def of(self, name, **labels):
        """The sum over the series that carry these labels; 0 when there is none."""
        return sum(value for each, carried, value in self.series
                   if each == name and labels.items() <= carried.items())
