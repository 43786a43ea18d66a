"""Records: an entry of the window as one string of bytes, a fifth of what it takes as objects.

Pure.
"""

from __future__ import annotations

from array import array
from datetime import timedelta
from struct import Struct

from monitor.model.ids import EntryId, FeedId, StoryId
from monitor.model.story import Fingerprint, Neighbour
from monitor.timing import EPOCH

_HEAD = Struct("<qQHHH?dd")
"""Microseconds since 1970, page, how many terms of the headline, terms and shingles follow, is it a copy, lengths."""
_SEEN = Struct("<q")
_PAGE = Struct("<8xQ")
_MICROSECOND = timedelta(microseconds=1)


def pack(neighbour: Neighbour, title_terms: tuple[int, ...], shingles: tuple[int, ...]) -> bytes:
    """The entry with the terms of its headline, and with these of its shingles."""
    print_ = neighbour.fingerprint
    head = _HEAD.pack(
        (neighbour.seen_at - EPOCH) // _MICROSECOND,
        print_.page,
        len(title_terms),
        len(print_.terms),
        len(shingles),
        neighbour.is_copy,
        *neighbour.lengths,
    )
    named = (
        print_.title,
        print_.host,
        neighbour.outlet.replace("\n", " "),
        neighbour.entry_id,
        neighbour.feed_id,
        neighbour.story_id,
    )
    text = "\n".join(named).encode("utf-8", "surrogatepass")
    return b"".join((head, array("I", title_terms + print_.terms).tobytes(), array("Q", shingles).tobytes(), text))


def unpack(record: bytes) -> Neighbour:
    """The entry as it was packed."""
    seen, page, headline, terms, shingles, is_copy, *lengths = _HEAD.unpack_from(record)
    at = _HEAD.size + 4 * headline
    then = at + 4 * terms
    last = then + 8 * shingles
    title, host, outlet, entry_id, feed_id, story_id = record[last:].decode("utf-8", "surrogatepass").split("\n")
    return Neighbour(
        entry_id=EntryId(entry_id),
        feed_id=FeedId(feed_id),
        story_id=StoryId(story_id),
        fingerprint=Fingerprint(
            title=title,
            host=host,
            shingles=tuple(array("Q", record[then:last])),
            terms=tuple(array("I", record[at:then])),
            page=page,
        ),
        seen_at=EPOCH + timedelta(microseconds=seen),
        outlet=outlet,
        is_copy=is_copy,
        lengths=(lengths[0], lengths[1]),
    )


def title_terms_of(record: bytes) -> tuple[int, ...]:
    """The terms of its headline alone, in order."""
    return tuple(_title_terms(record))


def place_of(record: bytes) -> tuple[EntryId, StoryId]:
    """Which entry it is, and in which story."""
    entry_id, _, story_id = record.rsplit(b"\n", 3)[1:]
    return EntryId(entry_id.decode()), StoryId(story_id.decode())


def seen_at(record: bytes) -> int:
    """When it was seen, in microseconds since 1970."""
    return int(_SEEN.unpack_from(record)[0])


def page_of(record: bytes) -> int:
    """Its page."""
    return int(_PAGE.unpack_from(record)[0])


def size_of(record: bytes) -> int:
    """How many shingles it has."""
    return int(_HEAD.unpack_from(record)[4])


def _title_terms(record: bytes) -> array[int]:
    count = _HEAD.unpack_from(record)[2]
    return array("I", record[_HEAD.size : _HEAD.size + 4 * count])
