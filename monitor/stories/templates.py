"""Templates: headlines that one host uses again and again, and that therefore say nothing of what is below them.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.model.ids import EntryId
from monitor.model.story import Fingerprint
from monitor.stories.headline import masked_title

USES, DAYS = 3, 2
"""How often, and on how many days, a host uses a headline until it is a template."""

REMEMBERED = timedelta(days=14)
"""How long a headline that was used more than once is remembered."""

_SWEEP = timedelta(hours=6)


def template_key(print_: Fingerprint) -> str:
    """Host and masked headline of an entry: what a template is known by."""
    return f"{print_.host} {masked_title(print_.title)}"


@dataclass(slots=True)
class _Uses:
    """How a host used one masked headline."""

    last_at: datetime
    pages: set[int | str] = field(default_factory=set)
    days: set[int] = field(default_factory=set)

    @property
    def is_template(self) -> bool:
        return len(self.pages) >= USES and len(self.days) >= DAYS


class Templates:
    """The headlines in use; used by one thread."""

    def __init__(self) -> None:
        self._uses: dict[str, _Uses] = {}
        self._known: set[str] = set()
        self._swept_at: datetime | None = None

    def note(self, print_: Fingerprint, entry_id: EntryId, at: datetime) -> None:
        """Count a use. One page is one use, in however many feeds it stands; so is one entry without a link."""
        if not print_.title or not print_.host:
            return
        key = template_key(print_)
        uses = self._uses.setdefault(key, _Uses(at))
        uses.last_at = max(uses.last_at, at)
        if len(uses.pages) < USES:
            uses.pages.add(print_.page or entry_id)
        if len(uses.days) < DAYS:
            uses.days.add(at.toordinal())
        if uses.is_template:
            self._known.add(key)

    def among(self, prints: Iterable[Fingerprint]) -> frozenset[str]:
        """Keys of the templates among these entries' headlines."""
        if not self._known:
            return frozenset()
        return frozenset(self._known.intersection(template_key(print_) for print_ in prints))

    def expire(self, before: datetime) -> None:
        """Forget headlines used once and not since `before`, and templates not used for 14 days more; now and then."""
        if self._swept_at is not None and before - self._swept_at < _SWEEP:
            return
        self._swept_at = before
        for key, uses in list(self._uses.items()):
            if uses.last_at < (before if len(uses.pages) < 2 else before - REMEMBERED):
                del self._uses[key]
                self._known.discard(key)
