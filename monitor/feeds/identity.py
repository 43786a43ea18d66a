"""The keys by which the entries of one feed are told apart, for ever and per feed.

The key of an entry is its guid, or what stands for it where a feed's guids cannot be trusted. When that has changed,
the entry is found again by its link key, made of its link, or by its text key, made of its texts and its date.

Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.feeds.formulas import without_formulas
from monitor.model.entry import Entry
from monitor.model.feed import Feed, FeedState, Identity, ParsedEntry, ParsedFeed
from monitor.model.ids import digest, entry_id
from monitor.model.plan import Identified
from monitor.text.urls import canonical_url, country_of

TOLERATED_SHARE = 0.05
"""A key may be blank or shared by this share of a document's entries before a weaker identity is used."""
LONGEST_KEY = 200
"""Characters; of longer ones the digest is kept."""

ORDER = tuple(Identity)


def identify(parsed: ParsedFeed, feed: Feed, state: FeedState, now: datetime) -> Identified:
    """The document's entries with the keys that tell them apart.

    The guid is used while it works; when more than 5 % of a document's guids are blank or shared by different
    entries, the feed falls back to its links, then to dates, titles, contents, and never climbs back.

    Source: the fallback order is FreshRSS's.
    """
    chosen = _identity(parsed.entries, state.identity)
    links = Counter(map(_by_link, parsed.entries))
    kept: dict[str, Entry] = {}
    repeated = 0
    for item in parsed.entries:
        entry = _entry(item, chosen, feed, parsed, now)
        entry = replace(entry, link_key=_link_key(entry, links), text_key=_text_key(entry))
        if entry.key in kept:
            if kept[entry.key].content_hash == entry.content_hash:
                repeated += 1
                continue
            entry = rekeyed(entry, f"{entry.key}|{entry.content_hash}")
            if entry.key in kept:
                repeated += 1
                continue
        kept[entry.key] = entry
    note = "" if chosen is Identity.GUID else f"guids of this feed cannot be trusted; entries are told by {chosen}"
    return Identified(identity=chosen, note=note, entries=without_formulas([*kept.values()]), repeated=repeated)


def keys_of(entries: Iterable[Entry]) -> tuple[set[str], set[str], set[str]]:
    """Every key, every link key and every text key under which these entries may have been stored."""
    listed = list(entries)
    keys = {k for e in listed for k in (e.key, reuse_key(e))}
    return keys, {k for e in listed for k in link_keys(e)}, {e.text_key for e in listed}


def link_keys(entry: Entry) -> tuple[str, str]:
    """The page of an entry with its headline, and the page by itself unless it is the first one of a site."""
    url = entry.canonical_url
    if not url or not entry.title:
        return "", ""
    return digest("titled", url, entry.title.casefold()), digest("page", url) if url.count("/") > 2 else ""


def rekeyed(entry: Entry, key: str) -> Entry:
    """The entry under another key."""
    return replace(entry, key=key, id=entry_id(entry.feed_id, key))


def reuse_key(entry: Entry) -> str:
    """The key of an entry whose guid was used before for another story."""
    return f"{entry.key}|{digest(entry.canonical_url or entry.title)}"


def content_hash(item: ParsedEntry) -> str:
    """Changes when title or texts of an item change."""
    return digest(item.title, item.summary, item.body)


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
    distinct = {(key(item), content_hash(item), _by_link(item)) for item in items}
    shared = Counter(k for k, _, _ in distinct)
    bad = sum(1 for item in items if not key(item) or shared[key(item)] > 1)
    return bad / len(items)


def _entry(item: ParsedEntry, identity: Identity, feed: Feed, parsed: ParsedFeed, now: datetime) -> Entry:
    key = _first_key(item, identity)
    url = canonical_url(item.link) if item.link else None
    return Entry(
        id=entry_id(feed.id, key),
        feed_id=feed.id,
        key=key,
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


def _link_key(entry: Entry, links: Mapping[str, int]) -> str:
    """The page of an entry, with its headline where the page is not its own: a site's first one, or shared."""
    titled, page = link_keys(entry)
    return page if links[entry.canonical_url or ""] == 1 and page else titled


def _text_key(entry: Entry) -> str:
    """The texts and the date of an entry; empty where it has a headline only."""
    date = entry.published_at.isoformat() if entry.published_at else ""
    return digest("twin", entry.content_hash, date) if entry.summary or entry.body else ""


def _first_key(item: ParsedEntry, identity: Identity) -> str:
    """The key by this identity, or by the next weaker one that this item has."""
    for weaker in ORDER[ORDER.index(identity) :]:
        if key := KEYS[weaker](item):
            return f"{weaker}:{key}" if len(key) <= LONGEST_KEY else f"{weaker}:{digest(key)}"
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
