"""An article as a corpus keeps it, in and out of the exported form.

Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from math import log

from monitor.errors import CorpusError
from monitor.model.ids import ArticleId, digest
from monitor.model.story import Article
from monitor.stories.copies import MOST_SHINGLES
from monitor.stories.headline import normal_title
from monitor.stories.known import LEAD_CHARACTERS
from monitor.stories.packing import packed, unpacked
from monitor.stories.terms import spread, terms
from monitor.text.article import ArticleText
from monitor.text.clean import clean_line
from monitor.text.shingles import SHINGLE_WORDS, upper_halves
from monitor.text.tokens import words

_PAIR_WORDS = 2


def article_of(corpus: str, text: ArticleText, *, identity: ArticleId | None = None) -> Article:
    """What is kept of an article: facts and fingerprints.

    Args:
        corpus: Where it goes.
        text: Its parts.
        identity: Its id where lines were taken out of the text since; else made of the text.
    """
    title, found = clean_line(text.title), words(text.body)
    key = normal_title(title)
    lead = spread(terms([*key.split(), *words(text.body[:LEAD_CHARACTERS])]))
    pairs, passages = upper_halves(found, (_PAIR_WORDS, SHINGLE_WORDS))
    (of_title,) = upper_halves(words(title), (_PAIR_WORDS,))
    return Article(
        id=identity or article_id(text),
        corpus=corpus,
        title=title,
        outlet=clean_line(text.outlet),
        url=text.url,
        published=text.published,
        words=len(found),
        title_key=key,
        shingles=tuple(passages[:MOST_SHINGLES]),
        pairs=tuple(sorted({*pairs, *of_title})),
        lead=tuple((term, 1 + log(count)) for term, count in sorted(lead.items())),
    )


def article_id(text: ArticleText) -> ArticleId:
    """The id of an article: importing the same text again gives the same one, however its lines are broken."""
    body = " ".join(text.body.casefold().split())
    return ArticleId(digest("article", normal_title(clean_line(text.title)), body))


def write_jsonl(articles: Iterable[Article]) -> Iterator[str]:
    """The exported form, a line with its newline for each article: facts and fingerprints, no sentence."""
    return (packed(article) + "\n" for article in articles)


def read_jsonl(lines: Iterable[str], corpus: str | None = None) -> Iterator[Article]:
    """The articles of exported lines; into `corpus`, or into the one each came from.

    Raises:
        CorpusError: A line is not of the exported form.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield exported(object_of(line), corpus)
            except ValueError as error:
                raise CorpusError(f"exported corpus: line {number}: {error}") from error


def exported(row: Mapping[str, object], corpus: str | None = None) -> Article:
    """The article of one exported line.

    Raises:
        CorpusError: It is damaged, or another version of this program wrote it.
    """
    article = unpacked(row, corpus)
    if any(found and found[-1] >> 32 for found in (article.shingles, article.pairs)):
        raise CorpusError(f"exported article: {article.title[:80]}: another version wrote it; import the texts anew")
    return article


def object_of(line: str) -> Mapping[str, object]:
    """The JSON object of a line.

    Raises:
        ValueError: It is none.
    """
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  the line is wrong, not the program
    return row


def shipped_seeds() -> tuple[Article, ...]:
    """The articles of the corpus `seeds` that comes with the program."""
    lines = files("monitor.data").joinpath("seeds.jsonl").read_text("utf-8").splitlines()
    return tuple(read_jsonl(lines))
