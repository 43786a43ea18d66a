"""The page of figures that `bench/percolator.py` writes: tables, a drawing, and what they mean."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from math import log10

OURS = "monitor"
REASONS = "monitor, every reason worked out"


@dataclass
class Table:
    """Stories a second, by engine and number of watchlists."""

    name: str
    stories: int
    words: float
    rates: dict[str, dict[int, float]] = field(default_factory=dict)
    matches: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Costs:
    """What is measured besides speed."""

    thirty: float
    """Milliseconds of a story with 30 watchlists."""
    memory: dict[int, float]
    """Megabytes by number of watchlists."""
    edit: float
    """Milliseconds to compile and add one watchlist to 10,000."""
    longest: float
    """Milliseconds to compile or refuse the slowest hostile query."""


def markdown(table: Table) -> str:
    sizes = list(table.rates[OURS])
    heads = [f"{size:,}" for size in sizes]
    lines = [f"| stories a second, by watchlists | {' | '.join(heads)} |", f"|---|{'---:|' * len(sizes)}"]
    for name, rates in table.rates.items():
        cells = []
        for size in sizes:
            ratio = table.rates[OURS][size] / rates[size] if size in rates else 0
            beside = "" if name.startswith("monitor") or not ratio else f" ({_plain(ratio)})"
            cells.append(f"{_plain(rates[size])}{beside}" if size in rates else "–")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines.append(f"| matches a story | {' | '.join(f'{table.matches[size]:,.2f}' for size in sizes)} |")
    return "\n".join(lines)


def _plain(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"


COLOURS = ("#0b6e4f", "#7fb069", "#c44536", "#e09f3e", "#3d5a80", "#8d6a9f")


def svg(table: Table) -> str:
    """Stories a second over watchlists, both axes logarithmic."""
    rates = [rate for line in table.rates.values() for rate in line.values()]
    low, high = int(log10(min(rates))) - (min(rates) < 1), int(log10(max(rates))) + 1
    sizes = list(table.rates[OURS])
    first, last = log10(sizes[0]), log10(sizes[-1])

    def x(size: float) -> float:
        return 70 + 360 * (log10(size) - first) / (last - first)

    def y(rate: float) -> float:
        return 320 - 280 * (log10(rate) - low) / (high - low)

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 370" font-family="sans-serif" font-size="12">',
        '<rect width="660" height="370" fill="#fbfaf7"/>',
        f'<text x="70" y="24" font-weight="bold">Stories a second, {table.name}</text>',
    ]
    for power in range(low, high + 1):
        at = y(10**power)
        parts.append(f'<path d="M70 {at:.1f}H430" stroke="#dcd8cf"/>')
        parts.append(f'<text x="62" y="{at + 4:.1f}" text-anchor="end">{10**power:,}</text>')
    parts += [f'<text x="{x(size):.1f}" y="340" text-anchor="middle">{size:,}</text>' for size in sizes]
    parts.append('<text x="250" y="360" text-anchor="middle">watchlists</text>')
    for number, (name, line) in enumerate(table.rates.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(f"{x(size):.1f},{y(rate):.1f}" for size, rate in line.items())
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        parts += [f'<circle cx="{x(s):.1f}" cy="{y(r):.1f}" r="3.5" fill="{colour}"/>' for s, r in line.items()]
        parts.append(f'<path d="M448 {52 + 22 * number}h20" stroke="{colour}" stroke-width="3"/>')
        parts.append(f'<text x="474" y="{56 + 22 * number}">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


PAGE = """# The percolator in figures

All watchlists are tried on each story as it comes.
`python bench/percolator.py` measures how fast, beside other ways to the same question, in one process.
A second is one of processor time, all threads together.
In brackets: how many times faster monitor is.
The machine was shared with other work while this was measured, so compare figures of one table rather than of two.

The queries are made of words of a stream of headlines, mostly names: one word; two groups of up to four words; two groups near each other.
monitor knows inflections and distances.
The patterns of `re` know beginnings of words only.
FTS5 and tantivy know stems; they are given 100 stories at a time, index them, and ask each query of all 100, and tantivy is asked for both groups instead of their distance.
None of these gives a reason or a passage.
monitor says which watchlists match, and works out the reason, the strength and the passage of a match when it is asked for them.
The second line is what it does if it is asked for those of every match, as for the entries that a feed brings, since these are stored with their reasons.

## Headlines with summaries

{short}

{short_size} stories of {short_words:.0f} words.

![Stories a second over the number of watchlists](percolator.svg)

What costs most in a match is its reason and its passage, so the speed with reasons depends on how often something matches.
The same stories with watchlists made of rare words only:

{rare}

With 30 watchlists a story takes {thirty:.3f} ms.

## Full texts

{full}

{full_size} stories of {full_words:.0f} words.

Where the watchlists are few, nearly all of the time goes into cutting a text into words and looking them up; SQLite does that in C, and is faster there.
Where they are many, a text of this length matches hundreds, and their reasons are what takes the time.

## Memory and edits

| watchlists | megabytes, their trees included |
|---:|---:|
{memory}

To compile one watchlist more and add it to 10,000 takes {edit:.1f} ms.
The words that no other watchlist has are looked up in the dictionaries when the next story comes.
The slowest of ten hostile queries (thousands of terms, prefixes, brackets, one endless phrase) is compiled or refused in {longest:.0f} ms.

Measured with Python {python} on {machine}.
"""


def page(short: Table, rare: Table, full: Table, costs: Costs) -> str:
    """The whole page."""
    return PAGE.format(
        short=markdown(short),
        short_size=short.stories,
        short_words=short.words,
        rare=markdown(rare),
        full=markdown(full),
        full_size=full.stories,
        full_words=full.words,
        thirty=costs.thirty,
        memory="\n".join(f"| {size:,} | {held:.0f} |" for size, held in costs.memory.items()),
        edit=costs.edit,
        longest=costs.longest,
        python=platform.python_version(),
        machine=platform.machine(),
    )
