"""A great corpus: how fast it is imported, how large it is, how fast an entry is looked up in it.

    python bench/corpus.py [ARTICLES]        default 20,000; the texts are made up

Prints times beside those of the same work done plainly in the same run, so that the ratio counts, not the machine:
an import beside reading, tokenising and hashing the same texts alone, a look-up beside making the entry's fingerprint.
"""

from __future__ import annotations

import json
import random
import resource
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time, thread_time

from monitor.corpus.following import open_index
from monitor.corpus.importing import import_files
from monitor.corpus.reading import contents_of
from monitor.store.store import Store
from monitor.stories.copies import fingerprint
from monitor.text.article import ArticleText

SYLLABLES = [
    "ka",
    "lo",
    "mi",
    "ren",
    "tas",
    "vo",
    "ne",
    "dur",
    "pel",
    "sha",
    "gor",
    "bin",
    "ul",
    "fex",
    "cra",
    "ton",
    "wes",
    "jo",
    "qui",
    "zan",
]
PAPERS = 200
SEED = 7


def main(articles: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "articles.jsonl"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows(articles))
        plain = plainly(path)
        with Store.open(Path(folder) / "state") as store:
            at = process_time()
            done = import_files(store, "made-up", [path])
            spent = process_time() - at
            assert done.new == articles
            print(
                f"import: {articles / spent:,.0f} articles a second of one core, {spent / plain:.1f} times the plain work"
            )
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
            print(f"memory: {peak:,.0f} MB at most")
            look(store, path)
        size = sum(each.stat().st_size for each in (Path(folder) / "state").iterdir())
        print(f"disk: {size / 1e6:,.0f} MB, {size / articles / 1e3:.1f} KB an article")


def plainly(path: Path) -> float:
    """Seconds to read the texts and make a fingerprint of each."""
    at = process_time()
    for found in contents_of([path], "made-up"):
        assert isinstance(found.content, ArticleText)
        fingerprint(found.content.title, found.content.body, found.content.url)
    return process_time() - at


def look(store: Store, path: Path) -> None:
    at = process_time()
    index = open_index(store)
    print(f"load: {process_time() - at:.2f} s for {len(index):,} articles")
    with path.open(encoding="utf-8") as file:
        asked = [json.loads(line) for line in islice(file, 0, None, max(len(index) // 400, 1))]
    for kind in ("whole", "second half", "summary", "strange"):
        times, plain, known = [], [], 0
        for row in asked:
            title, text = query(kind, row)
            at = thread_time()
            print_ = fingerprint(title, text, None)
            made = thread_time()
            hits = index.hits(print_, title, text)
            times.append(thread_time() - made)
            plain.append(made - at)
            known += any(hit.known and hit.title == row["title"] for hit in hits)
        print(
            f"look-up, {kind}: {median(times) * 1e3:.2f} ms, {median(times) / median(plain):.1f} times its fingerprint; "
            f"{known} of {len(asked)} known"
        )


def query(kind: str, row: dict[str, str]) -> tuple[str, str]:
    lines = row["text"].split("\n")
    match kind:
        case "second half":
            return "Other words over it altogether today", "\n".join(lines[len(lines) // 2 :])
        case "summary":
            return row["title"], " ".join(row["text"].split()[:40])
        case "strange":
            words = row["text"].split()
            random.Random(SEED).shuffle(words)
            return " ".join(words[:8]), " ".join(words)
        case _:
            return row["title"], row["text"]


def rows(articles: int) -> Iterator[dict[str, str]]:
    """Articles of made-up words that are as unevenly frequent as real ones."""
    chance = random.Random(SEED)
    words = sorted({"".join(chance.choice(SYLLABLES) for _ in range(chance.randint(1, 4))) for _ in range(60_000)})
    chance.shuffle(words)
    weights = [1 / (rank + 2.7) for rank in range(len(words))]
    sums = [0.0]
    for weight in weights:
        sums.append(sums[-1] + weight)

    def some(count: int) -> list[str]:
        return chance.choices(words, cum_weights=sums[1:], k=count)

    for number in range(articles):
        body, at = some(chance.randint(250, 600)), 0
        lines = []
        while at < len(body):
            size = chance.randint(12, 40)
            lines.append(" ".join(body[at : at + size]).capitalize() + ".")
            at += size
        paper = number % PAPERS
        lines.insert(2, f"We at paper number {paper} ask all readers to accept our rules before they read on today.")
        yield {
            "title": " ".join(some(9)).capitalize(),
            "text": "\n".join(lines),
            "url": f"https://paper{paper}.example.com/{number}",
            "date": f"{2010 + number % 14}-0{1 + number % 9}-1{number % 10}",
        }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
