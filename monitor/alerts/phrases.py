"""What a message says of an alert, phrase by phrase; text and HTML put the same ones together.

Each phrase takes `line`, which makes foreign words safe for where they go; the phrase's own words need nothing.
An empty phrase means there is nothing to say.

Pure.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import UTC, datetime

from monitor.model.alert import Alert
from monitor.text.clean import clean_line

Line = Callable[[str], str]

OUTLETS_NAMED = 5
HEADLINE_CHARACTERS = 400


def headline(alert: Alert, line: Line) -> str:
    """The headline, never empty."""
    return line(alert.headline[:HEADLINE_CHARACTERS]) or "(no headline)"


def news(alert: Alert, line: Line) -> str:
    """For an alert that is not the story's first: what is new."""
    return f"Update {alert.number - 1}: {line(alert.why_now)}" if alert.number > 1 else ""


def before(alert: Alert, line: Line) -> str:
    """The headline that a revision replaced."""
    return f"Before: {line(alert.previous_headline[:HEADLINE_CHARACTERS])}" if alert.previous_headline else ""


def came(alert: Alert, line: Line) -> str:
    """In a follow-up: the outlets that came since the story was last told, the first few by name."""
    return f"New: {named(alert.new_outlets, line)}" if alert.number > 1 and alert.new_outlets else ""


def grew(alert: Alert) -> str:
    """In a follow-up: that the match is more prominent than before."""
    if alert.number == 1 or alert.previous_strength is None or f"→ {alert.strength.label}" in alert.why_now:
        return ""
    return f"Stronger: {alert.previous_strength.label} before, {alert.strength.label} now"


def source(alert: Alert, line: Line) -> str:
    """Who published it, and when."""
    seen = f"published {when(alert.published_at)}" if alert.published_at else f"seen {when(alert.at)}"
    return f"{line(alert.outlet) or 'unknown outlet'} · {seen}"


def instead(name: str, line: Line) -> str:
    """In a message to a fallback: which destination it was meant for."""
    return f"Sent here because {line(name)} could not be reached." if name else ""


def why(alert: Alert, line: Line) -> str:
    """Which watchlist rang, and by which words."""
    words = ", ".join(line(word) for word in alert.words)
    found = f"{alert.strength.label} match" + (f" of {words}" if words else "")
    return f"Why: watchlist “{line(alert.watchlist_title)}”: {line(alert.why_now)}; {found}"


def spread(alert: Alert, line: Line) -> str:
    """How many outlets carry the story, the first few by name."""
    if len(alert.outlets) <= 1 and alert.entries <= 1:
        return ""
    return f"Carried by {how_many(len(alert.outlets), alert.independent)}: {named(alert.outlets, line)}"


def how_many(outlets: int, independent: int) -> str:
    """`7 outlets, 3 independent`; where each speaks for itself, `7 outlets`."""
    fewer = f", {independent} independent" if 0 < independent < outlets else ""
    return f"{outlets} {'outlet' if outlets == 1 else 'outlets'}{fewer}"


def named(outlets: tuple[str, ...], line: Line) -> str:
    """The first few outlets by name, and how many more there are."""
    named = ", ".join(line(outlet) for outlet in outlets[:OUTLETS_NAMED])
    more = f" and {len(outlets) - OUTLETS_NAMED} more" if len(outlets) > OUTLETS_NAMED else ""
    return f"{named}{more}"


def related(alert: Alert, line: Line) -> str:
    """The corpus article that the entry is related to."""
    return f"Related: {line(alert.related)}" if alert.related else ""


def mute(alert: Alert) -> str:
    """The command that mutes its watchlist."""
    return f"monitor silence add {shlex.quote(clean_line(alert.watchlist))}"


def when(at: datetime) -> str:
    """`2026-11-12 10:04 UTC`."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def segments(snippet: str, marks: tuple[tuple[int, int], ...]) -> list[tuple[str, bool]]:
    """The snippet in pieces, each with whether it is a matched word; marks that cannot be are left out."""
    pieces: list[tuple[str, bool]] = []
    done = 0
    for start, end in marks:
        if done <= start < end <= len(snippet):
            pieces += [(snippet[done:start], False), (snippet[start:end], True)]
            done = end
    return [(text, is_match) for text, is_match in [*pieces, (snippet[done:], False)] if text]
