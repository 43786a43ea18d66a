"""First contact: what matched in feeds when they were first read, told once and quietly instead of alert by alert.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model.alert import Notice
from monitor.model.ids import NoticeId, digest
from monitor.model.watch import Watchlist

FIRST_CONTACT = "first contact"
HEADLINES = 3
"""Headlines that one watchlist is told."""
WATCHLISTS = 40
"""Watchlists that one summary names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An entry that stood in its feed at the first poll."""

    title: str
    outlet: str
    watchlists: tuple[str, ...]
    """Those it matches."""


def first_contact(
    found: Sequence[Standing], watchlists: Mapping[str, Watchlist], until: datetime
) -> tuple[tuple[str, Notice], ...]:
    """One summary for each destination whose watchlists matched something, with the destination's name.

    Args:
        found: What matched since the last summary.
        watchlists: As they are configured; those in shadow tell nobody.
        until: When the last of these feeds was read; the notices' ids hang on it.
    """
    matched = {
        name: rows
        for name, watchlist in watchlists.items()
        if not watchlist.shadow and (rows := [each for each in found if name in each.watchlists])
    }
    names = dict.fromkeys(name for watchlist in matched for name in watchlists[watchlist].to)
    return tuple((name, _summary(name, matched, watchlists, until)) for name in names)


def _summary(
    destination: str, matched: Mapping[str, Sequence[Standing]], watchlists: Mapping[str, Watchlist], until: datetime
) -> Notice:
    mine = {name: rows for name, rows in matched.items() if destination in watchlists[name].to}
    lines = [_line(watchlists[name].title, rows) for name, rows in list(mine.items())[:WATCHLISTS]]
    if len(mine) > WATCHLISTS:
        lines.append(f"and {len(mine) - WATCHLISTS} more watchlists")
    lines.append("From now on each new story rings once. All of it: monitor entries --outcome baseline")
    total = len({id(each) for rows in mine.values() for each in rows})
    return Notice(
        id=NoticeId(digest("notice", FIRST_CONTACT, destination, until.isoformat())),
        kind=FIRST_CONTACT,
        subject=f"already in the archive: {total} {'entry matches' if total == 1 else 'entries match'}",
        detail="\n".join(lines),
        at=until,
    )


def _line(title: str, rows: Sequence[Standing]) -> str:
    named = ", ".join(f"“{each.title}” ({each.outlet})" for each in rows[:HEADLINES])
    more = f" and {len(rows) - HEADLINES} more" if len(rows) > HEADLINES else ""
    return f"{title}, {len(rows)} {'entry' if len(rows) == 1 else 'entries'}: {named}{more}"
