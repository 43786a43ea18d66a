"""Watchlists beside stories: our percolator and other ways to the same question, side by side in one process.

    python bench/percolator.py [--hundred-thousand] [--write]

Stories come from the labelled data beside the project where that is there, else they are made up. The queries are made
of the words of headlines, always the same. tantivy takes part where it is installed. Time is that of the processor, so
that whatever else the machine does counts little. `--write` puts the figures into docs/reference/percolator.md and
percolator.svg.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sqlite3
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.archive import headlines
from bench.percolator_page import OURS, REASONS, Costs, Table, page, svg
from monitor.errors import QueryError
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
BUDGET = 2.0
"""Seconds for one engine at one size; what takes longer is measured on fewer stories."""
AT = datetime(2026, 3, 1, tzinfo=UTC)
HOSTILE = (
    " OR ".join(f"w{number:05}x" for number in range(1_800)),
    " OR ".join(f"pre{number:04}*" for number in range(1_600)),
    " OR ".join(f"like:name{number:04}" for number in range(1_100)),
    " NEAR/50 ".join(f"({' OR '.join(f'w{number}x{group}' for number in range(350))})" for group in range(4)),
    " AND ".join(f"(a{number}x OR b{number}x OR c{number}x)" for number in range(480)),
    " ".join(["word"] * 4_000),
    "京" * 20_000,
    "(" * 10_000 + "x" + ")" * 9_999,
    "title:" * 3_000 + "x",
    "(a OR " * 3_000,
)


@dataclass(frozen=True)
class Query:
    """All groups must occur, one word of each; `within`: the two groups so near each other."""

    groups: tuple[tuple[str, ...], ...]
    within: int = 0

    @property
    def line(self) -> str:
        joint = f" NEAR/{self.within} " if self.within else " AND "
        return joint.join(f"({' OR '.join(group)})" if len(group) > 1 else group[0] for group in self.groups)


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


@cache
def queries(count: int, *, rare: bool = False) -> list[Query]:
    """Made of words of a stream of headlines, each word that occurs three times as likely as any other.

    So most are names, as the words of watchlists are; rare: of words that occur ten times at most in 60,000 headlines.
    """
    held = Counter(word for title in headlines() for word in set(re.findall(r"[A-Za-z]{4,14}", title)))
    most = 10 if rare else len(held)
    words = sorted(word for word, number in held.items() if 3 <= number <= most and not word.isupper())
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
    start, done = process_time(), 0
    for entry in entries:
        ask(entry)
        done += 1
        if process_time() - start > BUDGET:
            break
    return done / (process_time() - start)


def batched(search: Callable[[Query], object], asked: list[Query], indexing: float) -> float:
    """Stories a second of an engine that takes in a batch of stories and asks each query of them all at once."""
    start, done = process_time(), 0
    for query in asked:
        search(query)
        done += 1
        if process_time() - start > BUDGET:
            break
    return BATCH / (indexing + (process_time() - start) * len(asked) / done)


@cache
def rules_of(size: int, *, rare: bool = False) -> list[Rule]:
    return [rule_of(f"q{number}", query.line) for number, query in enumerate(queries(size, rare=rare))]


def ours(rules: list[Rule], entries: list[Entry], table: Table, size: int) -> None:
    percolator = Percolator(rules)

    def reasons(entry: Entry) -> object:
        return tuple(percolator.matches(entry).values())

    table.matches[size] = sum(len(percolator.matches(entry)) for entry in entries) / len(entries)
    table.rates.setdefault(OURS, {})[size] = measured(percolator.matches, entries, 3)
    table.rates.setdefault(REASONS, {})[size] = measured(reasons, entries, 3)


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
    start = process_time()
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE story USING fts5(text, tokenize='porter unicode61')")
    database.executemany("INSERT INTO story VALUES (?)", [(text_of(entry),) for entry in entries[:BATCH]])
    indexing = process_time() - start

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
    start = process_time()
    schema = tantivy.SchemaBuilder().add_text_field("text", tokenizer_name="en_stem").build()
    index = tantivy.Index(schema)
    writer = index.writer()
    for entry in entries[:BATCH]:
        writer.add_document(tantivy.Document(text=text_of(entry)))
    writer.commit()
    index.reload()
    searcher = index.searcher()
    indexing = process_time() - start

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
        rules = rules_of(size)
        ours(rules, entries, table, size)
        others: dict[str, float | None] = {"SQLite FTS5, batches": by_fts5(asked, entries)}
        others["tantivy, batches"] = by_tantivy(asked, entries)
        if size <= SIZES[-1] or not full:
            others["each query by itself"] = naive(rules, entries)
            others["re, one pattern a group"] = by_re(asked, entries)
        for name, rate in others.items():
            if rate is not None:
                table.rates.setdefault(name, {})[size] = rate
        print(f"{table.name}, {size:,} watchlists: {table.rates[OURS][size]:,.0f} stories/s", file=sys.stderr)
    return table


def seldom(sizes: Iterable[int]) -> Table:
    """Ours alone, with watchlists of rare words: few match."""
    entries = stories(full=False)
    table = Table("headlines with summaries", len(entries), 0)
    for size in sizes:
        ours(rules_of(size, rare=True), entries, table, size)
        print(f"rare words, {size:,} watchlists: {table.rates[OURS][size]:,.0f} stories/s", file=sys.stderr)
    return table


def thirty() -> Table:
    """Ours alone, with as many watchlists as most people have."""
    entries = stories(full=False)
    table = Table("headlines with summaries", len(entries), 0)
    ours(rules_of(30), entries, table, 30)
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


def edit(size: int) -> float:
    """Milliseconds to compile one watchlist more and to put it into a percolator of so many."""
    *rules, _ = rules_of(size)
    percolator, line = Percolator(rules), queries(size)[-1].line

    def once() -> float:
        start = process_time()
        percolator.with_rules([rule_of("one more", line)])
        return process_time() - start

    return min(once() for _ in range(20)) * 1e3


def longest_compilation() -> float:
    """Milliseconds until the slowest of some hostile queries is compiled or refused."""
    return max(min(_compilation(text) for _ in range(3)) for text in HOSTILE) * 1e3


def _compilation(text: str) -> float:
    start = process_time()
    with suppress(QueryError):
        Percolator([rule_of("hostile", text)])
    return process_time() - start


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--hundred-thousand", action="store_true")
    arguments.add_argument("--write", action="store_true")
    given = arguments.parse_args()
    sizes = (*SIZES, 100_000) if given.hundred_thousand else SIZES
    costs = Costs(
        thirty=1e3 / thirty().rates[OURS][30],
        memory={size: memory(size) for size in sizes[2:]},
        edit=edit(10_000),
        longest=longest_compilation(),
    )
    short, rare, full = run(sizes, full=False), seldom(sizes[1:]), run(sizes, full=True)
    text = page(short, rare, full, costs)
    print(text)
    if given.write:
        (DOCS / "percolator.md").write_text(text, encoding="utf-8")
        (DOCS / "percolator.svg").write_text(svg(short), encoding="utf-8")


if __name__ == "__main__":
    main()
