"""/metrics of the built program, and that what is drawn and alerted from it asks for numbers that it has."""

import json
import pathlib
import re
import shutil
import subprocess
import unittest

try:
    import yaml
except ImportError as missing:
    raise SystemExit(77) from missing  # without Debian's python3-yaml the rules cannot be read

from program import Program
from redis_server import Redis
from redis_sidecar import Sidecar, until
from scrape import Scrape

ROOT = pathlib.Path(__file__).resolve().parents[2]
DASHBOARD = ROOT / "deploy/grafana/sessgate.json"
RULES = ROOT / "deploy/prometheus/sessgate.rules.yml"
NAME = re.compile(r"\bsessgate_\w+")
SELECTOR = re.compile(r"\b(sessgate_\w+)\{([^}]*)\}")
MATCHER = re.compile(r'(\w+)(=~|!=|!~|=)"([^"]*)"')
OF_PROMETHEUS = {"instance", "job"}


def expressions_of_dashboard():
    found = []
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        found += [target["expr"] for target in panel.get("targets", [])]
    return found


def used(program):
    """A scrape of a program that was asked everything that leaves numbers with labels of their own."""
    status, _, body = program.request("POST", "/sessions", body={"userId": "ada"}, port="control")
    assert status == 201, body
    session = json.loads(body)["session"]
    for path in ("/session", "/session-user", "/authz/nginx"):
        program.request("GET", path, {"Cookie": f"__Host-session={session['token']}"})
    program.request("GET", "/session", {"Cookie": "__Host-session=nonsense"})
    program.request("DELETE", f"/sessions/{session['sessionId']}", port="control")
    return Scrape(program)


class NamesTest(unittest.TestCase):
    """Every name in the dashboard, the alert rules and the docs is one of a real scrape."""

    @classmethod
    def setUpClass(cls):
        cls.scrapes = []
        with Program("lmdb") as program:
            cls.scrapes.append(used(program))
        with Redis() as redis, Sidecar(redis.url) as sidecar:
            sidecar.wait_until_store_answers()
            cls.scrapes.append(used(sidecar))
        cls.types = {name: kind for scrape in cls.scrapes for name, kind in scrape.types.items()}
        cls.series = [each for scrape in cls.scrapes for each in scrape.series]
        cls.names = set(cls.types) | {name for name, _, _ in cls.series}

    def assert_known(self, expressions):
        self.assertTrue(expressions)
        for expression in expressions:
            names = NAME.findall(expression)
            self.assertEqual([name for name in names if name not in self.names], [], expression)
            for name, inside in SELECTOR.findall(expression):
                for label, operator, value in MATCHER.findall(inside):
                    self.assert_matches(expression, name, label, operator, value)

    def assert_matches(self, expression, name, label, operator, value):
        if label in OF_PROMETHEUS:
            return
        values = {labels[label] for each, labels, _ in self.series if each == name and label in labels}
        self.assertTrue(values, f"{name} has no label {label}: {expression}")
        if operator in ("=", "!="):
            self.assertIn(value, values, expression)
        else:
            self.assertTrue([each for each in values if re.fullmatch(value, each)], expression)

    def test_the_dashboard_draws_numbers_that_are_there(self):
        self.assert_known(expressions_of_dashboard())

    def test_the_alerts_watch_numbers_that_are_there(self):
        groups = yaml.safe_load(RULES.read_text())["groups"]
        self.assert_known([rule["expr"] for group in groups for rule in group["rules"]])

    def test_the_dashboard_draws_every_metric(self):
        drawn = set(NAME.findall(" ".join(expressions_of_dashboard())))
        drawn |= {name.removesuffix("_bucket") for name in drawn}
        self.assertEqual(set(self.types) - drawn, set())

    def test_the_docs_list_every_metric_with_its_kind_and_labels_and_no_other(self):
        rows = re.findall(r"^\| `(sessgate_\w+)` \| (\w+) \|([^|]*)\|", (ROOT / "docs/metrics.md").read_text(),
                          re.MULTILINE)
        labels = {}
        for name, carried, _ in self.series:
            name = re.sub(r"_(bucket|count|sum)$", "", name) if name not in self.types else name
            labels.setdefault(name, set()).update(set(carried) - {"le"})
        self.assertEqual({name: (kind, set(re.findall(r"`(\w+)`", named))) for name, kind, named in rows},
                         {name: (kind, labels[name]) for name, kind in self.types.items()})

    def test_histograms_are_cumulative_and_end_in_all(self):
        for scrape in self.scrapes:
            for name, labels, count in scrape.series:
                if not name.endswith("_seconds_count"):
                    continue
                buckets = [value for each, carried, value in scrape.series
                           if each == name.replace("_count", "_bucket") and labels.items() <= carried.items()]
                self.assertEqual(buckets, sorted(buckets))
                self.assertEqual(buckets[-1], count, f"{name} {labels}")


@unittest.skipUnless(shutil.which("promtool"), "Debian's package prometheus has promtool")
class PromtoolTest(unittest.TestCase):
    def promtool(self, *arguments, **more):
        done = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, timeout=60, **more)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_rules_and_the_example_of_a_scrape_are_sound(self):
        self.promtool("check", "rules", RULES)
        self.promtool("check", "config", ROOT / "deploy/prometheus/prometheus.yml")

    def test_the_rules_say_what_they_should_of_made_up_numbers(self):
        self.promtool("test", "rules", ROOT / "tests/integration/alerts.test.yml")

    def test_a_scrape_is_well_formed_and_its_names_follow_the_conventions(self):
        with Program() as program:
            scrape = used(program)
        self.assertEqual(scrape.content_type, "text/plain; version=0.0.4; charset=utf-8")
        self.promtool("check", "metrics", input=scrape.text)


class StoreStateTest(unittest.TestCase):
    def test_the_state_of_redis_is_shown_as_it_changes(self):
        with Redis() as redis, Sidecar(redis.url, {"threads": 2}) as sidecar:
            sidecar.wait_until_store_answers()
            until(lambda: Scrape(sidecar)["sessgate_store_links"] == 1)
            until(lambda: Scrape(sidecar)["sessgate_store_connections"] == 2)
            before = Scrape(sidecar)
            self.assertEqual(before["sessgate_store_up"], 1)
            self.assertEqual(before["sessgate_store_links_wanted"], 1)
            self.assertLess(abs(before["sessgate_store_clock_skew_seconds"]), 1)

            sidecar.sign_in()
            until(lambda: Scrape(sidecar)["sessgate_store_invalidations_total"] >= 1)
            self.assertEqual(Scrape(sidecar)["sessgate_store_transactions"], 1)
            self.assertEqual(Scrape(sidecar)["sessgate_store_transactions_waiting"], 0)

            redis.kill()
            until(lambda: Scrape(sidecar)["sessgate_store_connections"] == 0)
            after = Scrape(sidecar)
            self.assertEqual(after["sessgate_store_up"], 0)
            self.assertEqual(after["sessgate_store_links"], 0)
            self.assertEqual(after["sessgate_store_connections_lost_total"], 2)

    def test_the_room_that_the_embedded_store_has_and_takes_is_shown(self):
        with Program("lmdb", {"store.lmdb_map_size": "64MiB"}) as program:
            before = Scrape(program)
            self.assertEqual(before["sessgate_store_bytes_max"], 64 * 2 ** 20)
            for number in range(200):
                program.request("POST", "/sessions", body={"userId": f"user-{number}"}, port="control")
            self.assertGreater(Scrape(program)["sessgate_store_bytes"], before["sessgate_store_bytes"])


if __name__ == "__main__":
    unittest.main()
