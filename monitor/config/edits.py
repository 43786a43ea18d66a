"""Whether the configuration was edited: how its files look now, beside how they looked before.

Asked again and again, not announced by the system: a watch of the system's hears nothing more once the folder is
replaced, and nothing of links that are turned, nor of most network shares.

Edge: files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from monitor.config.files import stamp
from monitor.config.load import files_in
from monitor.model.ids import digest


@dataclass(slots=True)
class Edits:
    """The edits of one folder of configuration."""

    folder: Path
    _taken: str = ""
    _latest: str = ""

    def settled(self, others: Iterable[Path] = ()) -> bool:
        """Whether something changed since this was last true, and nothing since it was last asked.

        So a file that is being written is left alone until it stands still. Everything is new at first.

        Args:
            others: Files outside the folder that are part of the configuration.
        """
        latest, before = self._look(others), self._latest
        self._latest = latest
        if latest == self._taken or latest != before:
            return False
        self._taken = latest
        return True

    def _look(self, others: Iterable[Path]) -> str:
        try:
            inside = files_in(self.folder)
        except OSError:
            inside = []
        paths = sorted({*inside, *others})
        return digest(*(part for path in paths for part in (str(path), stamp(path))))
