"""Whose voice an outlet is: outlets of one owner are one source, however many they are.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from monitor.model.story import Kinship, Relation, Story

MOST_NAMED = 1_000
"""Outlets, and owners, of one story that are told apart: an aggregator may name as many as it likes."""

_TABLE = "owners.txt"


def owner_of(outlet: str, host: str) -> str:
    """The owner of an outlet; an outlet that the table does not know owns itself.

    Args:
        outlet: Its name as shown to people.
        host: Host of the entry's link, without `www.`; may be empty.

    Returns:
        The owner's name, or the outlet's name in small letters, or else its host.
    """
    table = _owners()
    named = table.get(outlet.casefold())
    return named or next((table[h] for h in _domains(host) if h in table), outlet.casefold() or host)


def voices(story: Story, kin: Kinship, owner: str) -> tuple[str, ...]:
    """The story's independent sources once an entry of this owner joined it: a copy adds nothing to them.

    Args:
        story: As it stands without the entry; a new one has no sources yet.
        kin: How the entry came into it.
        owner: Of the entry's outlet.
    """
    if owner in story.owners or (kin.relation is Relation.COPY and story.owners):
        return story.owners
    return noted(story.owners, (owner,))


def noted(names: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """Names and further ones, each once, in order of appearance; at most a thousand."""
    return tuple(dict.fromkeys((*names, *more)))[:MOST_NAMED]


def _domains(host: str) -> Iterator[str]:
    """The host and the domains above it, nearest first."""
    labels = host.casefold().split(".")
    return (".".join(labels[n:]) for n in range(len(labels) - 1))


@cache
def _owners() -> dict[str, str]:
    """Owner by outlet, hosts and names in small letters."""
    rows = files("monitor.data").joinpath(_TABLE).read_text("utf-8").splitlines()
    pairs = (row.partition(": ") for row in rows if row.strip() and not row.startswith("#"))
    return {outlet.strip().casefold(): owner for owner, _, outlets in pairs for outlet in outlets.split(",")}
