"""Which parts of a destination's address are secret.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote

SHORTEST = 8
"""Parts shorter than this are left alone: blotting them out would make holes in ordinary text."""

_HARMLESS = frozenset({"console", "file"})
_OPEN = _HARMLESS | {"mailto", "mailtos", "json", "jsons", "xml", "xmls", "form", "forms", "ntfy", "ntfys"}
"""Services whose addresses hold no token; a user and password they may hold."""

_PASSWORD = re.compile(r"://[^/@]*:([^/]*)@")
_NAMED = re.compile(r"token|key|pass|secret|auth|sig", re.IGNORECASE)


def holds_secret(url: str) -> bool:
    """Whether an address, as it is written in a file, seems to hold a password or token itself."""
    scheme = url.partition("://")[0].lower()
    if "${" in url or url == "console":
        return False
    return bool(_PASSWORD.search(url)) or scheme not in _OPEN


def secrets_of(url: str) -> frozenset[str]:
    """Everything in a complete address that must never be shown: the address, passwords, tokens."""
    scheme, _, rest = url.partition("://")
    if scheme.lower() in _HARMLESS:
        return frozenset()
    found = {url, rest, *_passwords(url), *_parameters(rest)}
    if scheme.lower() not in _OPEN:
        found.update(_tokens(scheme.lower(), rest))
    return frozenset(text for text in found | {unquote(text) for text in found} if text)


def _passwords(url: str) -> Iterator[str]:
    found = _PASSWORD.search(url)
    if found:
        yield found[1]


def _parameters(rest: str) -> Iterator[str]:
    for name, value in parse_qsl(rest.partition("?")[2]):
        if _NAMED.search(name) and len(value) >= SHORTEST:
            yield value


def _tokens(scheme: str, rest: str) -> Iterator[str]:
    """Segments of the path, and of the place of the host where a service has no host."""
    segments = rest.partition("?")[0].split("/")
    skipped = 1 if scheme in ("http", "https") else 0
    return (segment for segment in segments[skipped:] if len(segment) >= SHORTEST)
