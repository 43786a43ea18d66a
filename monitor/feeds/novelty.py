"""New, revised or seen: how the entries of one feed are told apart, for ever and per feed.

Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum

from monitor.feeds.formulas import without_formulas
from monitor.model.entry import Entry
from monitor.model.feed import Feed, FeedState, Identity, ParsedEntry, ParsedFeed
from monitor.model.ids import digest, entry_id
from monitor.model.plan import Identified
from monitor.text.urls import canonical_url, country_of

TOLERATED_SHARE = 0.05
"""A key may be blank or shared by this share of a document's entries before a weaker identity is used."""
REUSED_BELOW = 0.5
"""Headlines less alike than this, under another link, are two stories with one guid."""
COMPARED_CHARACTERS = 200

ORDER = tuple(Identity)


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


def identify(parsed: ParsedFeed, feed: Feed, state: FeedState, now: datetime) -> Identified:
    """The document's entries with the keys that tell them apart.

    The guid is used while it works; when more than 5 % of a document's guids are blank or shared by different
    entries, the feed falls back to its links, then to dates, titles, contents, and never climbs back.

    Source: the fallback order is FreshRSS's.
    """
    chosen = _identity(parsed.entries, state.identity)
    kept: dict[str, Entry] = {}
    repeated = 0
    for item in parsed.entries:
        entry = _entry(item, chosen, feed, parsed, now)
        if entry.key in kept:
            if kept[entry.key].content_hash == entry.content_hash:
                repeated += 1
                continue
            entry = _rekeyed(entry, f"{entry.key}|{entry.content_hash}")
            if entry.key in kept:
                repeated += 1
                continue
        kept[entry.key] = entry
    note = "" if chosen is Identity.GUID else f"guids of this feed cannot be trusted; entries are told by {chosen}"
    return Identified(identity=chosen, note=note, entries=without_formulas([*kept.values()]), repeated=repeated)


def keys_of(entries: Iterable[Entry]) -> tuple[set[str], set[str]]:
    """Every key and every second key under which these entries may have been stored."""
    listed = list(entries)
    return {k for e in listed for k in (e.key, _reuse_key(e))}, {e.second_key for e in listed if e.second_key}


def judge(identified: Identified, seen: Mapping[str, Entry]) -> tuple[Judged, ...]:
    """Each entry of the document as new, revised or seen; in the document's order.

    Args:
        identified: The document's entries.
        seen: The feed's stored entries by key and by second key (see `keys_of`).
    """
    listed = {entry.key for entry in identified.entries}
    return tuple(_judge(entry, seen, listed) for entry in identified.entries)


def title_similarity(one: str, other: str) -> float:
    """How alike two headlines are, 0..1, on their first 200 characters."""
    first, second = one[:COMPARED_CHARACTERS].casefold(), other[:COMPARED_CHARACTERS].casefold()
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _judge(entry: Entry, seen: Mapping[str, Entry], listed: AbstractSet[str]) -> Judged:
    previous = seen.get(_reuse_key(entry)) or seen.get(entry.key)
    if previous is not None and previous.key == entry.key and _guid_was_reused(previous, entry):
        return Judged(
            Novelty.NEW, _rekeyed(entry, _reuse_key(entry)), note="its guid was used before for another story"
        )
    if previous is None:
        previous = _churned(entry, seen, listed)
        if previous is None:
            return Judged(Novelty.NEW, entry)
    if previous.content_hash == entry.content_hash:
        return Judged(Novelty.SEEN, previous, previous)
    return Judged(Novelty.REVISED, _revision(entry, previous), previous)


def _churned(entry: Entry, seen: Mapping[str, Entry], listed: AbstractSet[str]) -> Entry | None:
    """The same entry under an older guid: same link and headline, and neither date nor text says otherwise.

    Where the document lists the older guid beside the new one with another text, they are two entries.
    """
    previous = seen.get(entry.second_key) if entry.second_key else None
    if previous is None or previous.content_hash == entry.content_hash:
        return previous
    if previous.key in listed:
        return None
    dates = (previous.published_at, entry.published_at)
    return previous if None in dates or dates[0] == dates[1] else None


def _guid_was_reused(previous: Entry, entry: Entry) -> bool:
    if previous.canonical_url == entry.canonical_url:
        return False
    return title_similarity(previous.title, entry.title) < REUSED_BELOW


def _revision(entry: Entry, previous: Entry) -> Entry:
    changed = previous.title != entry.title
    return replace(
        entry,
        id=previous.id,
        key=previous.key,
        first_seen_at=previous.first_seen_at,
        revision=previous.revision + 1,
        previous_title=previous.title if changed else previous.previous_title,
    )


def _rekeyed(entry: Entry, key: str) -> Entry:
    return replace(entry, key=key, id=entry_id(entry.feed_id, key))


def _reuse_key(entry: Entry) -> str:
    return f"{entry.key}|{digest(entry.canonical_url or entry.title)}"


def _identity(items: Sequence[ParsedEntry], current: Identity) -> Identity:
    """The first identity, from the current one downwards, that tells these entries apart."""
    for identity in ORDER[ORDER.index(current) :]:
        if _bad_share(items, KEYS[identity]) <= TOLERATED_SHARE:
            return identity
    return Identity.CONTENT


def _bad_share(items: Sequence[ParsedEntry], key: Callable[[ParsedEntry], str]) -> float:
    """Share of entries whose key is blank, or means different entries."""
    if not items:
        return 0.0
    distinct = {(key(item), content_hash(item)) for item in items}
    shared = Counter(k for k, _ in distinct)
    bad = sum(1 for item in items if not key(item) or shared[key(item)] > 1)
    return bad / len(items)


def _entry(item: ParsedEntry, identity: Identity, feed: Feed, parsed: ParsedFeed, now: datetime) -> Entry:
    key = _first_key(item, identity)
    url = canonical_url(item.link) if item.link else None
    return Entry(
        id=entry_id(feed.id, key),
        feed_id=feed.id,
        key=key,
        second_key=digest("second", url, item.title.casefold()) if url and item.title else "",
        guid=item.guid,
        link=item.link,
        canonical_url=url,
        title=item.title,
        summary=item.summary,
        body=item.body,
        tail=item.tail,
        authors=item.authors,
        categories=item.categories,
        language=item.language or parsed.language,
        country=country_of(item.link or feed.url),
        source=item.source or feed.name or parsed.title or feed.url,
        published_at=item.published_at or item.updated_at,
        first_seen_at=now,
        content_hash=content_hash(item),
        cut=item.cut,
    )


def content_hash(item: ParsedEntry) -> str:
    """Changes when title, texts or link of an item change, tracking parameters aside."""
    url = (canonical_url(item.link) or "") if item.link else ""
    return digest(item.title, item.summary, item.body, url)


def _first_key(item: ParsedEntry, identity: Identity) -> str:
    """The key by this identity, or by the next weaker one that this item has."""
    for weaker in ORDER[ORDER.index(identity) :]:
        if key := KEYS[weaker](item):
            return f"{weaker}:{key}" if len(key) <= COMPARED_CHARACTERS else f"{weaker}:{digest(key)}"
    return f"{Identity.CONTENT}:{content_hash(item)}"


def _by_link(item: ParsedEntry) -> str:
    return (canonical_url(item.link) or item.link) if item.link else ""


def _by_link_and_date(item: ParsedEntry) -> str:
    if not item.published_at:
        return ""
    return f"{_by_link(item)} {item.published_at.isoformat()}"


def _by_link_date_and_title(item: ParsedEntry) -> str:
    return f"{_by_link_and_date(item) or _by_link(item)} {item.title}" if item.title else ""


KEYS: Mapping[Identity, Callable[[ParsedEntry], str]] = {
    Identity.GUID: lambda item: item.guid or "",
    Identity.LINK: _by_link,
    Identity.LINK_DATE: _by_link_and_date,
    Identity.LINK_DATE_TITLE: _by_link_date_and_title,
    Identity.CONTENT: content_hash,
}
