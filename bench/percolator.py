"""Watchlists beside stories: our percolator and other ways to the same question, side by side in one process.

    python bench/percolator.py [--hundred-thousand] [--write]

Stories come from the labelled data beside the project where that is there, else they are made up. The queries are made
of the stories' own words, always the same. tantivy takes part where it is installed. `--write` puts the figures into
docs/reference/percolator.md and percolator.svg.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import re
import sqlite3
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import log10
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.archive import headlines
from monitor.model.entry import Entry
from monitor.model.ids import EntryId, FeedId
from monitor.query.analysis import analyse
from monitor.query.compile import Rule, rule_of
from monitor.query.percolator import Percolator
from monitor.query.reading import reading

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "stories"
DOCS = Path(__file__).resolve().parents[1] / "docs" / "reference"
SIZES = (10, 1_000, 10_000)
BATCH = 100
"""Stories that a round of polls brings: what the engines that work in batches are given at once."""
BUDGET = 4.0
"""Seconds for one engine at one size; what takes longer is measured on fewer stories."""
AT = datetime(2026, 3, 1, tzinfo=UTC)
OURS = "monitor, with reasons"


@dataclass(frozen=True)
class Query:
    """All groups must occur, one word of each; `within`: the two groups so near each other."""

    groups: tuple[tuple[str, ...], ...]
    within: int = 0

    @property
    def line(self) -> str:
        joint = f" NEAR/{self.within} " if self.within else " AND "
        return joint.join(f"({' OR '.join(group)})" if len(group) > 1 else group[0] for group in self.groups)


@dataclass
class Table:
    """Stories a second, by engine and number of watchlists."""

    name: str
    stories: int
    words: float
    rates: dict[str, dict[int, float]] = field(default_factory=dict)
    matches: dict[int, float] = field(default_factory=dict)


def stories(*, full: bool) -> list[Entry]:
    """Headlines with summaries, or with full texts."""
    found: list[tuple[str, str]] = []
    if DATA.exists():
        names = ("basil.jsonl",) if full else ("lede_5h.jsonl", "basil.jsonl", "ecbplus.jsonl")
        rows = [json.loads(line) for name in names for line in (DATA / name).read_text("utf-8").splitlines()]
        found = [(row["title"], row["text"] if full else _summary(row)) for row in rows]
    else:
        dice, titles = random.Random(3), headlines()
        found = [(title, " ".join(dice.choices(titles, k=60 if full else 3))) for title in titles[:800]]
    return [_entry(number, title, text, full=full) for number, (title, text) in enumerate(found)]


def _summary(row: dict[str, str]) -> str:
    return " ".join((row.get("summary") or row.get("text") or "").split()[:40])


def _entry(number: int, title: str, text: str, *, full: bool) -> Entry:
    texts = {"body": text} if full else {"summary": text}
    return Entry(
        id=EntryId(str(number)),
        feed_id=FeedId("f"),
        key=str(number),
        title=title,
        language="en",
        first_seen_at=AT,
        **texts,
    )


def text_of(entry: Entry) -> str:
    return f"{entry.title}\n{entry.summary}\n{entry.body}"


def queries(count: int) -> list[Query]:
    """Made of words of a stream of headlines, each word that occurs three times as likely as any other.

    So most are names, as the words of watchlists are.
    """
    held = Counter(word for title in headlines() for word in set(re.findall(r"[A-Za-z]{4,14}", title)))
    words = sorted(word for word, number in held.items() if number >= 3 and not word.isupper())
    dice = random.Random(4)

    def group(most: int) -> tuple[str, ...]:
        return tuple(dice.choice(words) for _ in range(dice.randint(1, most)))

    kinds = (lambda: Query((group(1),)), lambda: Query((group(4), group(4))), lambda: Query((group(3), group(3)), 8))
    weights = (1, 6, 3)
    return [dice.choices(kinds, weights)[0]() for _ in range(count)]


def measured(ask: Callable[[Entry], object], entries: list[Entry], rounds: int = 1) -> float:
    """Stories a second, over all of them or as many as the time allows; the best of some rounds."""
    return max(_one_round(ask, entries) for _ in range(rounds))


def _one_round(ask: Callable[[Entry], object], entries: list[Entry]) -> float:
    start, done = perf_counter(), 0
    for entry in entries:
        ask(entry)
        done += 1
        if perf_counter() - start > BUDGET:
            break
    return done / (perf_counter() - start)


def batched(search: Callable[[Query], object], asked: list[Query], indexing: float) -> float:
    """Stories a second of an engine that takes in a batch of stories and asks each query of them all at once."""
    start, done = perf_counter(), 0
    for query in asked:
        search(query)
        done += 1
        if perf_counter() - start > BUDGET:
            break
    return BATCH / (indexing + (perf_counter() - start) * len(asked) / done)


def ours(rules: list[Rule], entries: list[Entry], table: Table, size: int) -> None:
    percolator = Percolator(rules)
    for entry in entries:
        percolator.holding(entry)
    table.rates.setdefault(OURS, {})[size] = measured(percolator.matches, entries, 3)
    table.rates.setdefault("monitor, verdicts only", {})[size] = measured(percolator.holding, entries, 3)
    table.matches[size] = sum(len(percolator.holding(entry)) for entry in entries) / len(entries)


def naive(rules: list[Rule], entries: list[Entry]) -> float:
    def ask(entry: Entry) -> int:
        found = reading(analyse(entry))
        return sum(found.holds(rule.tree, rule.area) for rule in rules)

    return measured(ask, entries)


def by_re(asked: list[Query], entries: list[Entry]) -> float:
    compiled = [
        [re.compile(rf"\b(?:{'|'.join(map(re.escape, group))})", re.IGNORECASE) for group in query.groups]
        for query in asked
    ]

    def ask(entry: Entry) -> int:
        text = text_of(entry)
        return sum(all(one.search(text) for one in groups) for groups in compiled)

    return measured(ask, entries)


def by_fts5(asked: list[Query], entries: list[Entry]) -> float:
    start = perf_counter()
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE story USING fts5(text, tokenize='porter unicode61')")
    database.executemany("INSERT INTO story VALUES (?)", [(text_of(entry),) for entry in entries[:BATCH]])
    indexing = perf_counter() - start

    def search(query: Query) -> object:
        return database.execute("SELECT rowid FROM story WHERE story MATCH ?", (_fts(query),)).fetchall()

    return batched(search, asked, indexing)


def _fts(query: Query) -> str:
    if query.within:
        left, right = query.groups
        return " OR ".join(f"NEAR({one} {other}, {query.within})" for one in left for other in right)
    return " AND ".join(f"({' OR '.join(group)})" for group in query.groups)


def by_tantivy(asked: list[Query], entries: list[Entry]) -> float | None:
    try:
        import tantivy  # noqa: PLC0415  optional
    except ImportError:
        return None
    start = perf_counter()
    schema = tantivy.SchemaBuilder().add_text_field("text", tokenizer_name="en_stem").build()
    index = tantivy.Index(schema)
    writer = index.writer()
    for entry in entries[:BATCH]:
        writer.add_document(tantivy.Document(text=text_of(entry)))
    writer.commit()
    index.reload()
    searcher = index.searcher()
    indexing = perf_counter() - start

    def search(query: Query) -> object:
        line = " AND ".join(f"({' OR '.join(group)})" for group in query.groups)
        return searcher.search(index.parse_query(line, ["text"]), BATCH).hits

    return batched(search, asked, indexing)


def run(sizes: Iterable[int], *, full: bool) -> Table:
    entries = stories(full=full)
    words = sum(len(text_of(entry).split()) for entry in entries) / len(entries)
    table = Table("full texts" if full else "headlines with summaries", len(entries), words)
    for size in sizes:
        asked = queries(size)
        rules = [rule_of(f"q{number}", query.line) for number, query in enumerate(asked)]
        ours(rules, entries, table, size)
        others: dict[str, float | None] = {"SQLite FTS5, batches": by_fts5(asked, entries)}
        others["tantivy, batches"] = by_tantivy(asked, entries)
        if size <= SIZES[-1]:
            others["each query by itself"] = naive(rules, entries)
            others["re, one pattern a group"] = by_re(asked, entries)
        for name, rate in others.items():
            if rate is not None:
                table.rates.setdefault(name, {})[size] = rate
        print(f"{table.name}, {size:,} watchlists: {table.rates[OURS][size]:,.0f} stories/s", file=sys.stderr)
    return table


def memory(size: int) -> float:
    """Megabytes of a percolator of so many watchlists, their trees included."""
    asked = queries(size)
    tracemalloc.start()
    percolator = Percolator([rule_of(f"q{number}", query.line) for number, query in enumerate(asked)])
    held = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    assert percolator.rules
    return held


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
`python bench/percolator.py` measures how fast, beside other ways to the same question, in one process, on one core.
In brackets: how many times faster monitor is, reasons and passages of all matches included.

The queries are made of words of a stream of headlines, mostly names: one word; two groups of up to four words; two groups near each other.
monitor knows inflections and distances.
The patterns of `re` know beginnings of words only.
FTS5 and tantivy know stems; they are given 100 stories at a time, index them, and ask each query of all 100, and tantivy is asked for both groups instead of their distance.
None of these gives a reason or a passage.

## Headlines with summaries

{short}

{short_size} stories of {short_words:.0f} words.

![Stories a second over the number of watchlists](percolator.svg)

## Full texts

{full}

{full_size} stories of {full_words:.0f} words.

## Memory

A percolator of 10,000 of these watchlists takes {memory:.0f} MB, their trees included.

Measured with Python {python} on {machine}.
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--hundred-thousand", action="store_true")
    arguments.add_argument("--write", action="store_true")
    given = arguments.parse_args()
    sizes = (*SIZES, 100_000) if given.hundred_thousand else SIZES
    short, full = run(sizes, full=False), run(SIZES, full=True)
    print(f"{markdown(short)}\n\n{markdown(full)}")
    if given.write:
        text = PAGE.format(
            short=markdown(short), short_size=short.stories, short_words=short.words,
            full=markdown(full), full_size=full.stories, full_words=full.words,
            memory=memory(10_000), python=platform.python_version(), machine=platform.machine(),
        )  # fmt: skip
        (DOCS / "percolator.md").write_text(text, encoding="utf-8")
        (DOCS / "percolator.svg").write_text(svg(short), encoding="utf-8")


if __name__ == "__main__":
    main()
