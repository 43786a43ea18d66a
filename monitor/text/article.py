"""An article and the page around it: headline, outlet, date, body, and the tail of everything else.

The body is the densest run of full sentences; whatever stands before or behind it, and boxes within it, is tail.
A headline list therefore stays out even when it names the article's own subject, and a box in the middle of the
text does not end it.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.text.dateline import find_date
from monitor.text.furniture import FULL_SENTENCE, Kind, Line, classify, core, is_bullet
from monitor.text.masthead import outlet_of, unsuffixed
from monitor.text.urls import safe_link

_HEADING_WORDS = 8
_HEADLINE_WORDS = 35
_DATE_LINE_WORDS = 14

_WORTH = {Kind.SHORT_SENTENCE: 1, Kind.PLAIN: -6, Kind.MARKER: -30, Kind.NOTE: -20, Kind.EDGE: -8}
"""What a line that is no full sentence adds to a run, in words."""

_LIST_WORTH = -3
_MOST_WORTH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleText:
    """The parts of a saved page; each is empty or None where the page does not say it."""

    title: str = ""
    outlet: str = ""
    published: str | None = None
    """ISO 8601 date."""
    body: str = ""
    """Sentences and headings of the article, a line for each line of the page."""
    tail: str = ""
    """Everything else that was readable, in the page's order."""
    url: str | None = None
    """The page's own address, where it prints it."""


def split_article(raw: str) -> ArticleText:
    """A saved page's text in its parts.

    Args:
        raw: Plain text, lines as the page shows them; hard-wrapped paragraphs are joined first.
    """
    lines = [classify(line) for line in _unwrapped(raw)]
    start, end = _densest(lines)
    title_at = _title_place(lines, start if start < end else len(lines))
    if title_at is not None and start <= title_at < end:
        start = title_at + 1
    keep = _kept(lines, start, end) if start < end else _loose(lines, title_at)
    headline = lines[title_at].text if title_at is not None else ""
    title, suffix = unsuffixed(headline, [line.text for line in lines])
    rest = [line for at, line in enumerate(lines) if at not in keep]
    return ArticleText(
        title=title,
        outlet=suffix or outlet_of([line.text for line in lines], title),
        published=_date(lines, start),
        body=_joined(lines[at] for at in sorted(keep)),
        tail=_joined(line for line in rest if line.text != headline),
        url=_address(lines, start),
    )


def split_tail(text: str) -> tuple[str, str]:
    """Body and tail of a feed's text; together they hold every line that says anything.

    Gentler than `split_article`: what came in a feed is the article unless a line says otherwise.

    Returns:
        The text whole and an empty tail when nothing in it looks like an article.
    """
    lines = [classify(line) for line in text.splitlines() if line.strip()]
    keep = _kept(lines, 0, _longest(lines), plain=True)
    if not keep:
        return text, ""
    rest = (line for at, line in enumerate(lines) if at not in keep)
    return _joined(lines[at] for at in sorted(keep)), _joined(rest)


def _joined(lines: Iterator[Line] | Sequence[Line]) -> str:
    return "\n".join(line.text for line in lines)


def _densest(lines: Sequence[Line]) -> tuple[int, int]:
    """The run of lines with the greatest worth, as [start, end); empty when no line is worth anything."""
    best, found, worth, start = 0, (0, 0), 0, 0
    said: set[str] = set()
    for at, line in enumerate(lines):
        if worth <= 0:
            worth, start = 0, at
        worth += 0 if line.text in said else _worth(line)
        said.add(line.text)
        if worth > best:
            best, found = worth, (start, at + 1)
    return found


def _worth(line: Line) -> int:
    match line.kind:
        case Kind.SENTENCE:
            return min(line.words, _MOST_WORTH)
        case Kind.PLAIN if is_bullet(line.text):
            return _LIST_WORTH
        case Kind.CAPTION | Kind.LABEL:
            return _LIST_WORTH
        case kind:
            return _WORTH[kind]


def _longest(lines: Sequence[Line]) -> int:
    """How many of a feed's lines are the article: as many as are worth most together, every word counted."""
    worth, best, end = 0, 0, 0
    for at, line in enumerate(lines, start=1):
        pages_own = line.kind in {Kind.MARKER, Kind.NOTE, Kind.EDGE}
        worth += _WORTH[line.kind] if pages_own else 0 if line.kind in {Kind.LABEL, Kind.CAPTION} else line.words
        if worth > best:
            best, end = worth, at
    return end


def _kept(lines: Sequence[Line], start: int, end: int, *, plain: bool = False) -> set[int]:
    """Places of the lines within [start, end) that belong to the article."""
    keep: set[int] = set()
    said: set[str] = set()
    boxed = False
    for at in range(start, end):
        line = lines[at]
        boxed = _is_boxed(line, boxed=boxed)
        repeated = line.words >= FULL_SENTENCE and line.text in said
        if not boxed and not repeated and _belongs(lines, at, end, plain=plain, after=at - 1 in keep):
            keep.add(at)
            said.add(line.text)
    return keep


def _is_boxed(line: Line, *, boxed: bool) -> bool:
    """Whether the line stands in a box: from a marker up to the next sentence that no headline would be."""
    if line.kind is Kind.MARKER:
        return True
    sentence = line.kind in {Kind.SENTENCE, Kind.EDGE}
    return boxed and not (sentence and (line.text[-1] not in "?!" or line.words >= 20))


def _belongs(lines: Sequence[Line], at: int, end: int, *, plain: bool, after: bool) -> bool:
    line = lines[at]
    match line.kind:
        case Kind.SENTENCE | Kind.SHORT_SENTENCE | Kind.EDGE:
            return True
        case Kind.PLAIN:
            following = lines[at + 1] if at + 1 < end else None
            return plain or _is_heading(line, following) or (after and is_bullet(line.text) and line.words > 3)
        case _:
            return False


def _is_heading(line: Line, following: Line | None) -> bool:
    """A short line before a sentence, unless the sentence repeats it: then both describe a picture."""
    if following is None or following.kind is not Kind.SENTENCE or line.words > _HEADING_WORDS:
        return False
    return not following.text.startswith(line.text) and find_date(line.text) is None


def _loose(lines: Sequence[Line], title_at: int | None) -> set[int]:
    """Without a single full sentence, every line that is not furniture is the body."""
    kinds = {Kind.PLAIN, Kind.SHORT_SENTENCE, Kind.EDGE}
    keep = {at for at, line in enumerate(lines) if line.kind in kinds and at != title_at}
    return {at for at in keep if title_at is None or lines[at].text != lines[title_at].text}


def _title_place(lines: Sequence[Line], start: int) -> int | None:
    """Where the headline stands: the line the page says twice before its body, else the longest one there."""
    header = [at for at in range(start) if _may_be_title(lines[at])]
    counts: dict[str, int] = {}
    for at in header:
        counts[lines[at].text] = counts.get(lines[at].text, 0) + 1
    twice = [at for at in header if counts[lines[at].text] > 1 and lines[at].words >= 3]
    if twice:
        return twice[0]
    if header:
        return max(header, key=lambda at: (lines[at].words, -at))
    asks = start + 1 < len(lines) and lines[start].text[-1] in "?!" and lines[start].words <= 20
    return start if asks else None


def _may_be_title(line: Line) -> bool:
    if line.kind not in {Kind.PLAIN, Kind.SHORT_SENTENCE} or not 2 <= line.words <= _HEADLINE_WORDS:
        return False
    return not (line.words <= _DATE_LINE_WORDS and find_date(line.text)) and not core(line.text).startswith("by ")


def _date(lines: Sequence[Line], start: int) -> str | None:
    """The first date in a short line above the body, or within its first lines."""
    near = (line.text for line in lines[: start + 3] if line.words <= _DATE_LINE_WORDS)
    return next((found for text in near if (found := find_date(text))), None)


def _address(lines: Sequence[Line], start: int) -> str | None:
    """The first bare link above the body or within its first lines."""
    bare = (line.text for line in lines[: start + 3] if line.text.startswith(("https://", "http://")))
    return next((found for text in bare if (found := safe_link(text))), None)


def _unwrapped(raw: str) -> Iterator[str]:
    """The lines that say something, paragraphs that were broken at a fixed width made whole."""
    for block in re.split(r"\n\s*\n", raw):
        lines = [line for line in block.splitlines() if line.strip()]
        if _is_wrapped(lines):
            yield " ".join(line.strip() for line in lines)
        else:
            yield from lines


def _is_wrapped(lines: Sequence[str]) -> bool:
    if len(lines) < 3 or any(len(line) > 100 for line in lines) or any(len(line) < 40 for line in lines[:-1]):
        return False
    running_on = sum(line.lstrip()[0].islower() for line in lines[1:])
    return running_on * 2 > len(lines) - 1
