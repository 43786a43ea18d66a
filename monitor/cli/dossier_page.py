"""An explanation as one page of HTML that needs nothing else: no scripts, no requests, light and dark.

Door: html.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape

from monitor.cli.dossier import trip
from monitor.model.entry import Entry
from monitor.model.watch import Hit, Reason, Zone
from monitor.store.views import Dossier

_LONGEST_TEXT = 6_000
"""Characters of a text that are shown."""
_OPEN_TO = 2
"""Levels of clauses that stand open where the watchlist does not match."""
_STYLE = """
:root { color-scheme: light dark; --ink: #1d2330; --soft: #5b6472; --paper: #fbfaf7; --line: #dcd8cf;
  --yes: #19733f; --no: #a83232; --mark: #ffe28a; --card: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e4de; --soft: #a3a8b1; --paper: #15181e; --line: #333944;
  --yes: #6fcf97; --no: #f08a8a; --mark: #6b5410; --card: #1c2029; } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { font: 600 1.7rem/1.25 Georgia, serif; margin: 0 0 .4rem } h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem }
a { color: inherit } .soft, dt { color: var(--soft) } .yes { color: var(--yes) } .no { color: var(--no) }
dl { display: grid; grid-template-columns: 5.5rem 1fr; gap: .2rem 1rem; margin: 0 } dd { margin: 0 }
section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.2rem;
  margin: 1rem 0 } section h2 { margin: 0 0 .5rem }
details { margin: .15rem 0 .15rem 1.1rem } section > details { margin-left: 0 }
summary { cursor: default } details.leaf > summary { list-style: none; padding-left: 1.1rem }
details.leaf > summary::-webkit-details-marker { display: none }
code { font: .92em/1.5 ui-monospace, monospace } mark { background: var(--mark); color: inherit; border-radius: .15rem }
.note, .found { display: block; margin-left: 1.1rem; color: var(--soft); font-size: .92em }
.text { white-space: pre-line }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .85rem }
"""


def page(
    entry: Entry,
    dossier: Dossier | None,
    reasons: Mapping[str, Reason],
    now: datetime,
    notes: Sequence[str] = (),
) -> str:
    """The whole explanation of one entry; every word of it that is not ours is escaped.

    Args:
        entry: The entry.
        dossier: What became of it; None for a draft.
        reasons: What each watchlist says of it.
        now: When.
        notes: Sentences on what was asked.
    """
    title = escape(entry.title or "(no headline)")
    met, others = ({name: one for name, one in sorted(reasons.items()) if one.ok is ok} for ok in (True, False))
    said = (f'<p class="soft">{escape(note)}</p>' for note in notes)
    parts = (
        _head(entry),
        said,
        _trip(dossier, now),
        _known(entry, dossier),
        _verdicts(met),
        _texts(entry, met),
        _verdicts(others),
    )
    body = "\n".join(line for part in parts for line in part)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
{body}
<footer>monitor explain, {now:%Y-%m-%d %H:%M} UTC</footer>
</body>
</html>
"""


def _head(entry: Entry) -> Iterator[str]:
    yield f"<h1>{escape(entry.title or '(no headline)')}</h1>"
    facts = [entry.source, f"{entry.published_at:%Y-%m-%d %H:%M} UTC" if entry.published_at else ""]
    yield f'<p class="soft">{escape(" · ".join(fact for fact in facts if fact))}</p>'
    if entry.link and entry.link.startswith(("http://", "https://")):
        link = escape(entry.link)
        yield f'<p><a href="{link}" rel="noreferrer noopener">{link}</a></p>'


def _trip(dossier: Dossier | None, now: datetime) -> Iterator[str]:
    if dossier is None:
        return
    yield "<section><h2>What became of it</h2><dl>"
    for line in trip(dossier, now):
        name, text = line[:9].strip(), line[9:]
        yield f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>"
    yield "</dl></section>"


def _known(entry: Entry, dossier: Dossier | None) -> Iterator[str]:
    """The entry's text beside each article of a corpus, what stands in both marked."""
    text = (entry.body or entry.summary)[:_LONGEST_TEXT]
    for known in dossier.corpora if dossier and text else ():
        found = ((text.find(passage), len(passage)) for passage in known.passages)
        places = [(at, at + size) for at, size in found if at >= 0]
        yield f"<section><h2>In corpus {escape(known.hit.corpus)}</h2><p>{escape(known.hit.sentence)}</p>"
        if places:
            yield f'<div class="text">{_marked(text, places)}</div>'
        yield "</section>"


def _verdicts(reasons: Mapping[str, Reason]) -> Iterator[str]:
    for name, reason in reasons.items():
        verdict = '<span class="yes">matches</span>' if reason.ok else '<span class="no">does not match</span>'
        yield f"<section><h2>{escape(name)}: {verdict}</h2>"
        yield from _tree(reason, 0, shown=reason.ok)
        yield "</section>"


def _tree(reason: Reason, depth: int, *, shown: bool) -> Iterator[str]:
    kind = "" if reason.parts else ' class="leaf"'
    is_open = " open" if shown or not reason.parts or depth < _OPEN_TO else ""
    sign = '<span class="yes">✓</span>' if reason.ok else '<span class="no">✗</span>'
    yield f"<details{kind}{is_open}><summary>{sign} <code>{escape(reason.clause)}</code></summary>"
    if reason.note:
        yield f'<span class="note">{escape(reason.note)}</span>'
    if reason.hits and not reason.parts:
        found = dict.fromkeys(f"“{hit.text}” in the {hit.zone}" for hit in reason.hits)
        yield f'<span class="found">found {escape(", ".join(found))}</span>'
    for part in reason.parts:
        yield from _tree(part, depth + 1, shown=shown)
    yield "</details>"


def _texts(entry: Entry, reasons: Mapping[str, Reason]) -> Iterator[str]:
    """The texts, the tail too, with the words that speak for the watchlists that match."""
    hits = [hit for reason in reasons.values() for hit in _hits(reason)]
    texts = {Zone.TITLE: entry.title, Zone.SUMMARY: entry.summary, Zone.BODY: entry.body, Zone.TAIL: entry.tail}
    for zone, text in texts.items():
        if text:
            places = [(hit.start, hit.end) for hit in hits if hit.zone is zone]
            yield f'<section><h2>{zone.value}</h2><div class="text">{_marked(text[:_LONGEST_TEXT], places)}</div>'
            yield ('<p class="soft">… cut here</p>' if len(text) > _LONGEST_TEXT else "") + "</section>"


def _hits(reason: Reason) -> Iterator[Hit]:
    if reason.ok:
        yield from reason.hits
        for part in reason.parts:
            yield from _hits(part)


def _marked(text: str, places: Sequence[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in sorted(set(places)):
        if at <= start and end <= len(text):
            parts += [escape(text[at:start]), f"<mark>{escape(text[start:end])}</mark>"]
            at = end
    return "".join(parts) + escape(text[at:])
