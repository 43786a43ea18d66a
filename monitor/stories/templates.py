"""Templates: headlines that one host uses again and again, and that therefore say nothing of what is below them.

Pure.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model.ids import EntryId
from monitor.model.story import Fingerprint
from monitor.stories.headline import masked_title
from monitor.text.shingles import word_hash
from monitor.timing import EPOCH

USES, DAYS = 3, 2
"""How often, and on how many days, a host uses a headline until it is a template."""

REMEMBERED = timedelta(days=14)
"""How long a headline that was used more than once is remembered."""

_SWEEP = timedelta(hours=6)
_PAGE_BITS = 60
_PAGE = (1 << _PAGE_BITS) - 1


def template_key(print_: Fingerprint) -> str:
    """Host and masked headline of an entry: what a template is known by."""
    return f"{print_.host} {masked_title(print_.title)}"


@dataclass(slots=True)
class _Uses:
    """How a host used one masked headline more than once."""

    last_at: datetime
    pages: set[int]
    days: set[int]

    @property
    def is_template(self) -> bool:
        return len(self.pages) >= USES and len(self.days) >= DAYS


class Templates:
    """The headlines in use; used by one thread."""

    def __init__(self) -> None:
        self._once: dict[int, int] = {}
        """Headlines used once: the hash of the key, and minute and page in one number."""
        self._uses: dict[str, _Uses] = {}
        self._known: dict[str, set[str]] = {}
        self._swept_at: datetime | None = None

    def note(self, print_: Fingerprint, entry_id: EntryId, at: datetime) -> None:
        """Count a use. One page is one use, in however many feeds it stands; so is one entry without a link."""
        if not print_.title or not print_.host:
            return
        key, page = template_key(print_), print_.page or word_hash(entry_id) & _PAGE
        uses = self._uses.get(key) or self._second_use(key, page, at)
        if uses is None:
            return
        uses.last_at = max(uses.last_at, at)
        if len(uses.pages) < USES:
            uses.pages.add(page)
        if len(uses.days) < DAYS:
            uses.days.add(at.toordinal())
        if uses.is_template:
            self._known.setdefault(print_.host, set()).add(key)

    def among(self, prints: Iterable[Fingerprint]) -> frozenset[str]:
        """Keys of the templates among these entries' headlines."""
        known = self._known
        return frozenset(
            key for print_ in prints if print_.host in known and (key := template_key(print_)) in known[print_.host]
        )

    def expire(self, before: datetime) -> None:
        """Forget headlines used once and not since `before`, and templates not used for 14 days more; now and then."""
        if self._swept_at is not None and before - self._swept_at < _SWEEP:
            return
        self._swept_at = before
        limit = _minute(before) << _PAGE_BITS
        for number in [number for number, use in self._once.items() if use < limit]:
            del self._once[number]
        for key, uses in list(self._uses.items()):
            if uses.last_at < (before if len(uses.pages) < 2 else before - REMEMBERED):
                del self._uses[key]
                self._known.get(key.partition(" ")[0], set()).discard(key)

    def parts(self) -> dict[str, array[int]]:
        """All of it, as numbers."""
        often = [[key, uses.last_at.isoformat(), [*uses.pages], [*uses.days]] for key, uses in self._uses.items()]
        uses = self._once.values()
        return {
            "once": array("Q", self._once),
            "once at": array("I", (use >> _PAGE_BITS for use in uses)),
            "once on": array("Q", (use & _PAGE for use in uses)),
            "often": array("B", json.dumps(often).encode()),
        }

    def fill(self, parts: Mapping[str, array[int]]) -> None:
        """Take in what `parts` gave."""
        for key, minute, page in zip(parts["once"], parts["once at"], parts["once on"], strict=True):
            self._once[key] = minute << _PAGE_BITS | page
        for key, last_at, pages, days in json.loads(parts["often"].tobytes()):
            uses = self._uses[key] = _Uses(datetime.fromisoformat(last_at), set(pages), set(days))
            if uses.is_template:
                self._known.setdefault(key.partition(" ")[0], set()).add(key)

    def _second_use(self, key: str, page: int, at: datetime) -> _Uses | None:
        """The uses of a headline that was used before; None at its first use."""
        number = word_hash(key)
        before = self._once.pop(number, None)
        if before is None:
            self._once[number] = _minute(at) << _PAGE_BITS | page
            return None
        first_at = EPOCH + timedelta(minutes=before >> _PAGE_BITS)
        uses = self._uses[key] = _Uses(first_at, {before & _PAGE}, {first_at.toordinal()})
        return uses


def _minute(at: datetime) -> int:
    return (at - EPOCH) // timedelta(minutes=1)
