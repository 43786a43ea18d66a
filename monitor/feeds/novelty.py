"""New, revised or seen: what an arriving entry is to its own feed.

Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import timedelta
from difflib import SequenceMatcher
from enum import StrEnum

from monitor.feeds.identity import link_keys, rekeyed, reuse_key
from monitor.model.entry import Entry
from monitor.model.plan import Identified

REUSED_BELOW = 0.5
"""Headlines less alike than this, under another link, are two stories with one guid."""
MOVED = 3
"""So many undated texts at once under new guids and links are those known before."""
ANOTHER_DAY = timedelta(hours=12)
"""So far apart, two dates of one guid with another page and text are two items of a series."""
COMPARED_CHARACTERS = 200


class Novelty(StrEnum):
    """What an arriving entry is to its own feed."""

    NEW = "new"
    REVISED = "revised"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Judged:
    """An arriving entry beside what the feed published under the same identity before."""

    novelty: Novelty
    entry: Entry
    """As it is to be written: a revision has the old id and the next revision number."""
    previous: Entry | None = None
    note: str = ""


def judge(identified: Identified, seen: Mapping[str, Entry]) -> tuple[Judged, ...]:
    """Each entry of the document as new, revised or seen; in the document's order.

    Args:
        identified: The document's entries.
        seen: The feed's stored entries by key, by link key and by text key (see `keys_of`).
    """
    listed = {key for entry in identified.entries for key in (entry.key, reuse_key(entry))}
    moved = _moved(identified.entries, seen, listed)
    listed |= {same.key for entry in identified.entries if (same := _unchanged(entry, seen)) is not None}
    while True:
        judged = tuple(_judge(entry, seen, listed, moved.get(entry.key)) for entry in identified.entries)
        several = _revised_by_several(judged)
        if several <= listed:
            return judged
        listed |= several


def _revised_by_several(judged: Sequence[Judged]) -> set[str]:
    """Keys of the stored entries of which a document seems to hold several new versions: then it holds none."""
    revised = Counter(each.previous.key for each in judged if each.novelty is Novelty.REVISED and each.previous)
    return {key for key, times in revised.items() if times > 1}


def title_similarity(one: str, other: str) -> float:
    """How alike two headlines are, 0..1, on their first 200 characters."""
    first, second = one[:COMPARED_CHARACTERS].casefold(), other[:COMPARED_CHARACTERS].casefold()
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _moved(entries: Sequence[Entry], seen: Mapping[str, Entry], listed: AbstractSet[str]) -> dict[str, Entry]:
    """By key, what the feed published with the same texts and date under another guid and link, and lists no longer.

    Of undated ones nothing where fewer than three have moved: a notice may come again word for word.
    """
    found = {e.key: twin for e in entries if (twin := seen.get(e.text_key)) is not None and twin.key not in listed}
    undated = {twin.key for twin in found.values() if twin.published_at is None}
    return {key: twin for key, twin in found.items() if twin.key not in undated or len(undated) >= MOVED}


def _judge(entry: Entry, seen: Mapping[str, Entry], listed: AbstractSet[str], moved: Entry | None) -> Judged:
    previous, note = seen.get(reuse_key(entry)) or seen.get(entry.key), ""
    if previous is None or previous.content_hash != entry.content_hash:
        previous = _unchanged(entry, seen) or moved or previous
    if previous is not None and previous.key == entry.key and _guid_was_reused(previous, entry):
        entry, previous, note = rekeyed(entry, reuse_key(entry)), None, "its guid was used before for another story"
    previous = previous or _version(entry, seen, listed)
    if previous is None:
        return Judged(Novelty.NEW, entry, note=note)
    if previous.content_hash == entry.content_hash:
        return Judged(Novelty.SEEN, previous, previous)
    return Judged(Novelty.REVISED, _revision(entry, previous), previous)


def _unchanged(entry: Entry, seen: Mapping[str, Entry]) -> Entry | None:
    """The same texts with the same link, under another guid."""
    return next((e for e in _under_link(entry, seen) if e.content_hash == entry.content_hash), None)


def _version(entry: Entry, seen: Mapping[str, Entry], listed: AbstractSet[str]) -> Entry | None:
    """An earlier text under the same link and another guid; where the document still lists that one, they are two."""
    earlier = (e for e in _under_link(entry, seen) if e.key not in listed and _is_version(e, entry))
    return next(earlier, None)


def _under_link(entry: Entry, seen: Mapping[str, Entry]) -> list[Entry]:
    return [seen[key] for key in link_keys(entry) if key in seen]


def _is_version(previous: Entry, entry: Entry) -> bool:
    """Whether an entry with the link of another, and another text, is that one under a new guid."""
    dates = (previous.published_at, entry.published_at)
    if previous.title.casefold() == entry.title.casefold():
        return None in dates or dates[0] == dates[1] or _is_numbered(previous, entry)
    if title_similarity(previous.title, entry.title) < REUSED_BELOW:
        return False
    return (None not in dates and dates[0] == dates[1]) or _is_numbered(previous, entry)


def _is_numbered(previous: Entry, entry: Entry) -> bool:
    """Whether two guids are one address with another number behind its `#`: the versions of one page."""
    (one, _, first), (other, _, second) = ((e.guid or "").rpartition("#") for e in (previous, entry))
    return one == other != "" and first.isdecimal() and second.isdecimal()


def _guid_was_reused(previous: Entry, entry: Entry) -> bool:
    """Whether another text under another link is another story: its headline or its date says so."""
    links = (previous.canonical_url or "", entry.canonical_url or "")
    if links[0] == links[1] or previous.content_hash == entry.content_hash:
        return False
    if title_similarity(previous.title, entry.title) < REUSED_BELOW:
        return True
    before, after = previous.published_at, entry.published_at
    is_elsewhere = len({link.partition("?")[0] for link in links}) > 1
    return is_elsewhere and before is not None and after is not None and abs(after - before) >= ANOTHER_DAY


def _revision(entry: Entry, previous: Entry) -> Entry:
    changed = previous.title != entry.title
    return replace(
        entry,
        id=previous.id,
        key=previous.key,
        body=entry.body or previous.body,
        first_seen_at=previous.first_seen_at,
        revision=previous.revision + 1,
        previous_title=previous.title if changed else previous.previous_title,
    )
