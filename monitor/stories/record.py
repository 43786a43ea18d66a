"""Records: an entry of the window as one string of bytes, a fifth of what it takes as objects.

Pure.
"""

from __future__ import annotations

from array import array
from datetime import timedelta
from struct import Struct, unpack_from

from monitor.model.ids import EntryId, FeedId, StoryId
from monitor.model.story import Fingerprint, Neighbour
from monitor.timing import EPOCH

_HEAD = Struct("<qQHHH?dd")
"""Microseconds since 1970, page, how many terms of the headline, terms and shingles follow, is it a copy, lengths."""
_SEEN, _MEASURE = Struct("<q"), Struct("<20xH9xd")
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


def unpack(record: bytes) -> tuple[Neighbour, tuple[int, ...]]:
    """The entry as it was packed, and the terms of its headline."""
    seen, page, headline, terms, shingles, is_copy, *lengths = _HEAD.unpack_from(record)
    numbers = unpack_from(f"={headline + terms}I{shingles}Q", record, _HEAD.size)
    text = record[_HEAD.size + 4 * (headline + terms) + 8 * shingles :].decode("utf-8", "surrogatepass")
    title, host, outlet, entry_id, feed_id, story_id = text.split("\n")
    neighbour = Neighbour(
        entry_id=EntryId(entry_id),
        feed_id=FeedId(feed_id),
        story_id=StoryId(story_id),
        fingerprint=Fingerprint(
            title=title,
            host=host,
            shingles=numbers[headline + terms :],
            terms=numbers[headline : headline + terms],
            page=page,
        ),
        seen_at=EPOCH + timedelta(microseconds=seen),
        outlet=outlet,
        is_copy=is_copy,
        lengths=(lengths[0], lengths[1]),
    )
    return neighbour, numbers[:headline]


def place_of(record: bytes) -> tuple[EntryId, StoryId]:
    """Which entry it is, and in which story."""
    entry_id, _, story_id = record.rsplit(b"\n", 3)[1:]
    return EntryId(entry_id.decode()), StoryId(story_id.decode())


def seen_at(record: bytes) -> int:
    """When it was seen, in microseconds since 1970."""
    return int(_SEEN.unpack_from(record)[0])


def measure_of(record: bytes) -> tuple[int, float]:
    """How many shingles it has, and how long its text is as a vector."""
    shingles, length = _MEASURE.unpack_from(record)
    return shingles, length
