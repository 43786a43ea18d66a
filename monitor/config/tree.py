"""A tree of located values under construction, with everything that may not stand in it.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.config.traps import empty_item, swallowed_item
from monitor.errors import Problem
from monitor.located import Items, Located, Mark, Pairs, Text

DEEPEST = 20
"""Levels of nesting; the deepest useful watchlist has about eight."""

MOST_PROBLEMS = 50
"""A file with more problems than this is not read further."""


class Stopped(Exception):
    """Nothing more can be read; why is already among the problems. Never shown to anybody."""


@dataclass(slots=True)
class _Open:
    """A sequence or mapping whose end has not come yet."""

    mark: Mark
    mapping: bool
    values: list[Located] = field(default_factory=list)
    pairs: list[tuple[Text, Located]] = field(default_factory=list)
    places: dict[str, Mark] = field(default_factory=dict)
    key: Text | None = None

    def closed(self) -> Items | Pairs:
        return Pairs(tuple(self.pairs), self.mark) if self.mapping else Items(tuple(self.values), self.mark)


@dataclass(slots=True)
class Tree:
    """Takes values in the order of the file; `root` is what they amount to."""

    root: Located | None = None
    problems: list[Problem] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)

    def start(self, mark: Mark, *, mapping: bool) -> None:
        """A sequence or mapping begins."""
        if len(self._open) >= DEEPEST:
            self.stop(mark.problem(f"nested more than {DEEPEST} levels deep", "is a bracket missing?"))
        self._open.append(_Open(mark, mapping))

    def end(self) -> None:
        """The innermost sequence or mapping ends."""
        self.add(self._open.pop().closed())

    def add(self, value: Located) -> None:
        """A value, complete: an item, a key, the value of a key, or the root."""
        if not self._open:
            self.root = value
        elif not self._open[-1].mapping:
            self._item(self._open[-1], value)
        elif self._open[-1].key is None:
            self._open[-1].key = self._key(value)
        else:
            self._pair(self._open[-1], self._open[-1].key, value)

    def say(self, problem: Problem) -> None:
        """Keeps a problem and goes on, unless there are too many."""
        self.problems.append(problem)
        if len(self.problems) >= MOST_PROBLEMS:
            message = f"more than {MOST_PROBLEMS} problems; the rest of the file was not read"
            self.stop(Problem(problem.file, 0, 0, message, "mend the others first"))

    def stop(self, problem: Problem) -> None:
        """Keeps a problem beyond which nothing can be read.

        Raises:
            Stopped: always.
        """
        self.problems.append(problem)
        raise Stopped

    def _item(self, parent: _Open, value: Located) -> None:
        parent.values.append(value)
        if isinstance(value, Text) and value.plain and not value.value:
            self.say(empty_item(value.mark))
        elif isinstance(value, Text) and (problem := swallowed_item(value)):
            self.say(problem)

    def _key(self, value: Located) -> Text:
        if not isinstance(value, Text):
            self.say(value.mark.problem("a key must be text", "if the braces or brackets belong to the text, quote it"))
            return Text("", value.mark, plain=False)
        if value.value == "<<":
            self.say(value.mark.problem("merge keys (<<) are not read", "write the keys out"))
        elif value.plain and not value.value:
            self.say(value.mark.problem("the key before the colon is empty"))
        return value

    def _pair(self, parent: _Open, key: Text, value: Located) -> None:
        parent.key = None
        first = parent.places.setdefault(key.value, key.mark)
        if first is key.mark:
            parent.pairs.append((key, value))
        elif key.value:
            hint = f"the first is in line {first.line}; keep one of the two"
            self.say(key.mark.problem("this key stands twice in the same mapping", hint))
