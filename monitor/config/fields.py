"""Kinds of values, fields and records: one description from which files are read and schemas are made.

Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from monitor.config.suggest import did_you_mean, named
from monitor.errors import ConfigError, Problem
from monitor.located import Items, Located, Mark, Pairs, Text

T = TypeVar("T")
U = TypeVar("U")
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A kind of value: how it is read, and the same as JSON Schema."""

    read: Callable[[Located], T]
    """Raises ConfigError with the place when the value is not of this kind."""
    schema: Schema
    says: str
    """In a few words, for the reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Generic[T]):
    """One key of a record."""

    name: str
    kind: Kind[T]
    default: T
    meaning: str
    otherwise: str = ""
    """What holds when the key is absent, for the reference."""
    required: bool = False
    also: tuple[str, ...] = ()
    """Words that people write for it; they are refused with a hint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A mapping with known keys."""

    name: str
    """With its article: `a feed`."""
    meaning: str
    fields: tuple[Field[Any], ...]
    passed: Mapping[str, Schema] = field(default_factory=dict)
    """Keys that other rooms read."""
    hints: Mapping[str, str] = field(default_factory=dict)
    """What to say when a key that belongs elsewhere is found here."""
    example: str = ""
    """How one is written, for whoever wrote something else."""

    def schema(self) -> Schema:
        """The record as JSON Schema (2020-12)."""
        own = {f.name: {**f.kind.schema, "description": f.meaning} for f in self.fields}
        required = [f.name for f in self.fields if f.required]
        found: dict[str, Any] = {"type": "object", "description": self.meaning, "additionalProperties": False}
        found["properties"] = {**own, **self.passed}
        return {**found, "required": required} if required else found

    def unknown(self, key: Text) -> Problem:
        """The problem with a key that this record does not have."""
        words = {word: f.name for f in self.fields for word in f.also}
        known = [*(f.name for f in self.fields), *self.passed]
        hint = self.hints.get(key.value) or did_you_mean(key.value, known, words)
        return key.mark.problem(f"unknown key {named(key)} in {self.name}", hint)


class Reading:
    """One mapping of a file, read field by field; what is wrong is collected."""

    def __init__(self, value: Located, record: Record) -> None:
        self.record = record
        self.pairs = mapping(value, record.name, record.example)
        known = {f.name for f in record.fields} | set(record.passed)
        self.problems = [record.unknown(key) for key, _ in self.pairs if key.value not in known]

    @property
    def mark(self) -> Mark:
        """Where the mapping begins."""
        return self.pairs.mark

    def take(self, wanted: Field[T]) -> T:
        """The field's value, or its default when it is absent or wrong."""
        value = self.pairs.get(wanted.name)
        if value is None:
            if wanted.required and not self.meant(wanted):
                hint = f"{wanted.name}: {wanted.meaning[:1].lower()}{wanted.meaning[1:]}"
                self.say(self.mark.problem(f"{self.record.name} needs '{wanted.name}'", hint))
            return wanted.default
        try:
            return wanted.kind.read(value)
        except ConfigError as error:
            self.problems += error.problems
            return wanted.default

    def meant(self, wanted: Field[Any]) -> bool:
        """Whether an unknown key was most likely meant to be this one."""
        return any(problem.hint == f"did you mean {wanted.name}?" for problem in self.problems)

    def say(self, problem: Problem) -> None:
        """Adds a problem."""
        self.problems.append(problem)

    def done(self) -> None:
        """Call when every field was taken.

        Raises:
            ConfigError: something was wrong.
        """
        if self.problems:
            raise ConfigError(self.problems)


def mapping(value: Located, name: str, example: str = "") -> Pairs:
    """The value, which must be a mapping.

    Raises:
        ConfigError: it is something else.
    """
    if isinstance(value, Pairs):
        return value
    if isinstance(value, Items):
        hint = f"write {example}" if example else "write key: value, without the dash"
        raise ConfigError([value.mark.problem(f"{name} is a mapping, not a list", hint)])
    if value.plain and not value.value:
        raise ConfigError([value.mark.problem(f"{name} has nothing in it", "write it out, or delete the key")])
    usual = f"write {example}" if example else "write key: value lines, indented"
    hint = "is a space missing after a colon?" if ":" in value.value else usual
    raise ConfigError([value.mark.problem(f"{name} is a mapping of keys and values, not text", hint)])


def each(values: Iterable[U], read: Callable[[U], T]) -> list[T]:
    """What `read` makes of every value.

    Raises:
        ConfigError: with the problems of all of them.
    """
    results: list[T] = []
    problems: list[Problem] = []
    for value in values:
        try:
            results.append(read(value))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return results
