"""What decides, as one fingerprint: two runs that bear the same one were judged by the same program.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from monitor import __version__
from monitor.model.ids import digest

DECIDING = {
    "data",
    "evaluate.py",
    "feeds",
    "labelled.py",
    "members.py",
    "model",
    "places.py",
    "plan.py",
    "query",
    "rules.py",
    "stories",
    "text",
    "timing.py",
}
"""The rooms and files of the package that tell entries apart, group them, and match them."""

LIBRARIES = ("rapidfuzz", "simplemma")
"""Whose answers enter a decision."""


def method_of(package: Traversable | None = None) -> str:
    """The fingerprint of the method: its version, its code with every constant, its word lists, its libraries.

    Args:
        package: Where the program lies; by default, this one.
    """
    package = files("monitor") if package is None else package
    rooms = sorted((each for each in package.iterdir() if each.name in DECIDING), key=lambda each: each.name)
    written = (part for room in rooms for part in _written(room, room.name))
    return digest(__version__, *map(version, LIBRARIES), *written)


def _written(place: Traversable, name: str) -> Iterator[str]:
    """Each file's name and the hash of its content, in the order of the names."""
    if place.is_file():
        yield from (name, blake2b(place.read_bytes(), digest_size=16).hexdigest())
        return
    for inside in sorted(place.iterdir(), key=lambda each: each.name):
        if inside.name != "__pycache__":
            yield from _written(inside, f"{name}/{inside.name}")
