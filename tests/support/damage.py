"""Ways in which a file on a disk goes wrong, each chosen by a random.Random."""

SECTOR = 512
PAGE = 4096


def place(choices, size):
    """Anywhere, or in the first pages, where the most depends on little."""
    return choices.randrange(size if choices.random() < 0.7 else 2 * PAGE)


def bit(new, _, choices):
    at = place(choices, len(new))
    new[at] ^= 1 << choices.randrange(8)


def byte(new, _, choices):
    new[place(choices, len(new))] = choices.randrange(256)


def head_of_a_page(new, _, choices):
    """Where a page says what it is and where its entries stand."""
    at = choices.randrange(len(new) // PAGE) * PAGE + choices.randrange(48)
    new[at] ^= 1 << choices.randrange(8)


def empty_sector(new, _, choices):
    at = choices.randrange(len(new) // SECTOR) * SECTOR
    new[at:at + SECTOR] = bytes(SECTOR)


def page_of_before(new, old, choices):
    """One that was not written when the others were."""
    at = choices.randrange(min(len(new), len(old)) // PAGE) * PAGE
    new[at:at + PAGE] = old[at:at + PAGE]


def end_of_before(new, old, choices):
    at = choices.randrange(min(len(new), len(old)) // PAGE) * PAGE
    new[at:] = old[at:]


def beginning_of_before(new, old, choices):
    at = choices.randrange(min(len(new), len(old)) // PAGE) * PAGE
    new[:at] = old[:at]


def page_elsewhere(new, _, choices):
    source, target = (choices.randrange(len(new) // PAGE) * PAGE for _ in range(2))
    new[target:target + PAGE] = new[source:source + PAGE]


def shorter(new, _, choices):
    del new[choices.randrange(len(new)):]


MIXED = (page_of_before, end_of_before, beginning_of_before)
KINDS = (bit, bit, bit, byte, head_of_a_page, head_of_a_page, empty_sector, page_elsewhere, shorter, *MIXED)


def damaged(new, old, choices):
    """(what was done, the bytes of `new` after it). old: an earlier version of the same file; both whole pages."""
    kind, result = choices.choice(KINDS), bytearray(new)
    kind(result, old, choices)
    return kind, bytes(result)
