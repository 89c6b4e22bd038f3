"""What tells a leak from an allocator at work, on series that are known; and the picture that is drawn of them."""

import random
import unittest
import xml.etree.ElementTree

from plot import picture
from trend import Trend, longest_life, slope
from watch import Sample

MIB = 1 << 20


def series(memory, descriptors=lambda _: 40, process=lambda _: 1, seconds=600):
    """A sample each second; memory in bytes, as the others a function of the second."""
    return [Sample(float(at), process(at), int(memory(at)), int(descriptors(at)), 500 * at) for at in range(seconds)]


class SlopeTest(unittest.TestCase):
    def test_the_slope_of_a_line_is_its_own(self):
        self.assertAlmostEqual(slope([(x, 3 * x + 7) for x in range(20)]), 3)

    def test_noise_has_hardly_any(self):
        chance = random.Random(1)

        self.assertLess(abs(slope([(x, chance.uniform(0, 10)) for x in range(2000)])), 0.001)

    def test_one_instant_has_none(self):
        self.assertEqual(slope([(1, 2), (1, 9)]), 0)


class TrendTest(unittest.TestCase):
    def test_a_program_that_takes_what_it_needs_and_then_no_more_is_fine(self):
        chance = random.Random(2)

        trend = Trend(series(lambda at: 10 * MIB + min(at, 150) * 20_000 + chance.uniform(0, 0.5) * MIB,
                             lambda at: 40 + chance.randrange(8)))

        self.assertEqual(trend.complaints(), [])

    def test_memory_that_grows_all_the_time_is_told(self):
        (complaint,) = Trend(series(lambda at: 10 * MIB + at * 6000)).complaints()

        self.assertRegex(complaint, r"^memory grows: .* MiB an hour\)")

    def test_a_leak_is_told_beside_noise_larger_than_it(self):
        chance = random.Random(3)

        trend = Trend(series(lambda at: 10 * MIB + at * 8000 + chance.uniform(0, 4) * MIB))

        self.assertRegex(trend.complaints()[0], "^memory grows")

    def test_a_descriptor_lost_each_minute_is_told(self):
        (complaint,) = Trend(series(lambda _: 10 * MIB, lambda at: 40 + at // 60)).complaints()

        self.assertRegex(complaint, "^descriptors grow")

    def test_only_the_longest_life_counts(self):
        lives = series(lambda at: 5 * MIB if at < 100 else 10 * MIB, process=lambda at: 1 if at < 100 else 2)

        self.assertEqual({each.process for each in longest_life(lives)}, {2})
        self.assertEqual(Trend(lives).complaints(), [])

    def test_too_few_samples_show_nothing(self):
        self.assertRegex(Trend(series(lambda _: MIB, seconds=9)).complaints()[0], "^only 6 samples")
        self.assertRegex(Trend([]).complaints()[0], "^only 0 samples")


class PictureTest(unittest.TestCase):
    def test_it_has_a_line_for_each_sidecar_and_a_mark_for_each_fault(self):
        faults = [(10.0, "kill"), (20.0, "halt"), (599.0, "kill")]

        svg = xml.etree.ElementTree.fromstring(picture("a & b", [series(lambda _: MIB), series(lambda _: 2 * MIB)], faults))

        name = "{http://www.w3.org/2000/svg}"
        self.assertEqual(len(svg.findall(f"{name}polyline")), 1 + 2 + 2)
        self.assertEqual(len([path for path in svg.findall(f"{name}path") if path.get("stroke-opacity")]), 3 * 3)
        words = "".join(svg.itertext())
        for word in ("a & b", "requests each second", "descriptors", "kill", "halt"):
            self.assertIn(word, words)

    def test_nothing_seen_is_an_empty_picture(self):
        xml.etree.ElementTree.fromstring(picture("nothing", [[]], []))


if __name__ == "__main__":
    unittest.main()
