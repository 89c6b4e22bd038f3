"""Whether something grows: a line through the samples of one process's life, by least squares, after a warm-up."""

WARM_UP = 1 / 3  # of the life
MEMORY_GROWTH_MAX = 0.05  # of the mean, and
MEMORY_GROWTH_FREE = 1 << 20  # so many bytes beside, which an allocator may take at any time
DESCRIPTOR_GROWTH_MAX = 4  # connections come and go with each fault
SAMPLES_MIN = 10


def slope(points):
    """Of the line through (x, y) with the least squares: how much y grows for each x."""
    x_mean = sum(x for x, _ in points) / len(points)
    y_mean = sum(y for _, y in points) / len(points)
    spread = sum((x - x_mean) ** 2 for x, _ in points)
    return sum((x - x_mean) * (y - y_mean) for x, y in points) / spread if spread else 0.0


def longest_life(series):
    """The samples of the process that lived longest."""
    lives = {}
    for sample in series:
        lives.setdefault(sample.process, []).append(sample)
    return max(lives.values(), key=lambda life: life[-1].seconds - life[0].seconds, default=[])


class Trend:
    """seconds: how long was looked at, after the warm-up. memory, descriptors: how much the line grows in that time."""

    def __init__(self, series):
        life = longest_life(series)
        self.samples = life[int(len(life) * WARM_UP):]
        self.seconds = self.samples[-1].seconds - self.samples[0].seconds if self.samples else 0
        self.memory = self.growth_of("memory")
        self.descriptors = self.growth_of("descriptors")

    def growth_of(self, what):
        if not self.samples:
            return 0
        return slope([(each.seconds, getattr(each, what)) for each in self.samples]) * self.seconds

    def complaints(self):
        """What is wrong with it, in words; an empty list when nothing grows."""
        if len(self.samples) < SAMPLES_MIN:
            return [f"only {len(self.samples)} samples of one life after the warm-up"]
        found = []
        mean = sum(each.memory for each in self.samples) / len(self.samples)
        if self.memory > MEMORY_GROWTH_MAX * mean + MEMORY_GROWTH_FREE:
            found.append(f"memory grows: {self}")
        if self.descriptors > DESCRIPTOR_GROWTH_MAX:
            found.append(f"descriptors grow: {self}")
        return found

    def __str__(self):
        hours = self.seconds / 3600
        an_hour = f" ({self.memory / 2**20 / hours:+.1f} MiB an hour)" if self.seconds >= 60 else ""
        return (f"{self.memory / 1024:+,.0f} KiB{an_hour} and {self.descriptors:+.1f} descriptors in "
                f"{self.seconds:,.0f} s after the warm-up")
