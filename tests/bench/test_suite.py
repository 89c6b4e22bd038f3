"""The suite in its short form: a round of the light subjects, and all that is made of what it measured. The numbers say
nothing here; that they come, and are asked for what they have to show, does."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

import performance_page
from cases import CASES, REDIS
from goals import GOALS, Goal, verdict
from measurement import Round
from results import medians

HERE = Path(__file__).resolve().parent
CASES_HERE = ["sessgate", "sessgate-memo", "nginx", "nginx-pipelined", "haproxy", "sessgate-redis", "redis-benchmark"]
SHORT = ["--only", *CASES_HERE, "--rounds", "1", "--seconds", "1", "--sessions", "20", "--latency-rounds", "1",
         "--latency-seconds", "0.5"]


@unittest.skipIf(len(os.sched_getaffinity(0)) < 2, "two cores are needed")
class SuiteTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        output = cls.folder / "suite.json"
        cls.done = subprocess.run([sys.executable, HERE / "suite.py", *SHORT, "--output", output], capture_output=True,
                                 text=True, timeout=250, cwd=cls.folder)
        assert cls.done.returncode == 0, cls.done.stdout + cls.done.stderr
        cls.report = json.loads(output.read_text())

    def test_each_case_is_measured_or_said_to_be_left_out(self):
        self.assertEqual(self.report["cases"].keys() | self.report["left_out"].keys(), set(CASES_HERE))
        self.assertIn("sessgate", self.report["cases"])
        for name in self.report["left_out"]:
            self.assertIn(f"{name} is left out: ", self.done.stdout)

    def test_requests_were_answered_and_none_failed(self):
        for name, row in self.report["cases"].items():
            self.assertEqual((name, row["failed"], row["rate"] > 0), (name, 0, True))

    def test_each_goal_has_a_verdict(self):
        self.assertEqual(len(self.report["verdicts"]), len(GOALS))
        for line in self.report["verdicts"]:
            self.assertRegex(line, r"^(ok    |missed|not measured) ")
            self.assertIn(line, self.done.stdout)

    def test_redis_itself_has_its_own_cost_and_no_server(self):
        if "redis-benchmark" in self.report["left_out"]:
            self.skipTest(self.report["left_out"]["redis-benchmark"])
        rows = {line.split("`")[1]: [cell.strip() for cell in line.split("|")[2:-1]]
                for line in self.report["tables"][REDIS][2:]}

        self.assertEqual(list(rows), ["sessgate-redis", "redis-benchmark"])
        self.assertNotIn("", rows["sessgate-redis"])
        self.assertEqual(rows["redis-benchmark"][:3], ["", "", ""])
        for cell in rows["redis-benchmark"][3:]:
            self.assertGreater(float(cell.replace(",", "")), 0)

    def test_latency_was_measured_at_nine_rates(self):
        self.assertEqual([point["part"] for point in self.report["latency"]["sessgate"]],
                         [tenth / 10 for tenth in range(1, 10)])

    def test_the_page_takes_tables_and_plots(self):
        page = performance_page.put(performance_page.PAGE.read_text(), performance_page.sections(self.report))
        plots = performance_page.plots(self.report)

        self.assertIn("| `sessgate`: one shard, LMDB, near-cache |", page)
        self.assertEqual(performance_page.REDIS_LIMIT in page, "redis-benchmark" in self.report["cases"])
        self.assertIn("(performance-cpu.svg)", page)
        for _, text in plots.values():
            self.assertEqual(ElementTree.fromstring(text).tag, "{http://www.w3.org/2000/svg}svg")


class VerdictTest(unittest.TestCase):
    most = Goal("CPU", "cpu_us", "ours", "theirs", "<=", 0.9)

    def test_a_ratio_within_its_limit_is_ok_and_one_beyond_is_missed(self):
        for ours, word in ((0.9, "ok    "), (0.903, "missed"), (0.91, "missed")):
            with self.subTest(ours=ours):
                line = verdict(self.most, {"ours": {"cpu_us": ours}, "theirs": {"cpu_us": 1.0}})

                self.assertEqual(line, f"{word} {ours:.3f} <= 0.90  CPU")

    def test_what_a_case_is_missing_for_is_not_measured(self):
        self.assertTrue(verdict(self.most, {"ours": {"cpu_us": 1.0}}).startswith("not measured"))

    def test_where_requests_failed_nothing_is_measured(self):
        line = verdict(self.most, {"ours": {"cpu_us": 0.5, "failed": 1}, "theirs": {"cpu_us": 1.0}})

        self.assertTrue(line.startswith("not measured"))

    def test_every_goal_names_cases_that_there_are(self):
        names = {case.name for case in CASES}

        self.assertLessEqual({goal.ours for goal in GOALS} | {goal.theirs for goal in GOALS} - {None}, names)

    def test_sessions_from_redis_are_held_against_nginx_and_fastify(self):
        rows = {"sessgate-redis": {"cpu_us": 7.0, "per_core": 90}, "nginx": {"cpu_us": 5.0}, "fastify": {"per_core": 20}}
        lines = [verdict(goal, rows) for goal in GOALS]

        self.assertEqual([line for line in lines if not line.startswith("not measured")], [
            "ok     1.400 <= 1.40  CPU with every session read from Redis to nginx's `return 200`",
            "ok     4.500 >= 4.00  requests of one core to those of Fastify with ioredis",
            "missed 4.500 >= 5.00  the same, the further goal"])

    def test_a_row_is_the_median_of_its_rounds(self):
        latency = {"p50": 1, "p99": 2, "p999": 3}
        rounds = [Round(10, 0, 100.0, cpu, 0.0, 0.0, latency, False, marks)
                  for cpu, marks in ((4.0, []), (2.0, ["others 20%"]), (9.0, []))]
        row = medians(rounds, cores=2)

        self.assertEqual((row["cpu_us"], row["per_core"], row["capacity"], row["disturbed"]), (4.0, 250_000, 500_000, 1))


if __name__ == "__main__":
    unittest.main()
