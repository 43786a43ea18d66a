"""Where a request goes: the first URL, and each one that a server sends it to.

Pure.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, replace

from yarl import URL

from monitor.model.feed import Failed, Fault

MOST = 5
STATUSES = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_LONGEST_URL = 8_000
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Hop:
    """One request of the few that a fetch may take."""

    url: URL
    """Without user name, password and fragment."""
    authorization: str | None = None
    """Value of the header; goes to the origin that the feed's own URL names, and nowhere else."""
    visited: tuple[URL, ...] = ()
    permanent_url: URL | None = None
    """Where an unbroken chain of permanent redirects has led so far."""
    may_move: bool = True
    """False after a temporary redirect, and where the feed's URL holds a password that no other URL may lose."""


def first_hop(url: str) -> Hop | Failed:
    """The request for the feed's own URL; its user name and password become the header of Basic authentication.

    Source: RFC 7617.
    """
    asked = _url(url)
    if asked is None or asked.scheme not in {"http", "https"} or not asked.raw_host:
        return Failed(fault=Fault.CONNECT, detail="its URL is not one of http or https that can be asked")
    if asked.user is None and asked.password is None:
        return Hop(_bare(asked))
    pair = f"{asked.user or ''}:{asked.password or ''}".encode()
    return Hop(_bare(asked), authorization=f"Basic {b64encode(pair).decode('ascii')}", may_move=False)


def next_hop(hop: Hop, status: int, locations: list[str]) -> Hop | Failed:
    """The request that a redirect asks for, or why it is not followed.

    Args:
        hop: The request that was answered.
        status: One of `STATUSES`.
        locations: The values of every Location header of the answer.

    Source:
        RFC 9110 10.2.2 and 15.4.
    """
    target = _target(hop.url, locations)
    if isinstance(target, str):
        return Failed(fault=Fault.REDIRECT, detail=target, status=status)
    visited = (*hop.visited, hop.url)
    if target in visited:
        return _refused(status, "it is redirected in a circle (some sites do that to readers without cookies)")
    if len(visited) > MOST:
        return _refused(status, f"it is redirected more than {MOST} times")
    moves = hop.may_move and status in _PERMANENT
    return replace(
        hop,
        url=target,
        authorization=hop.authorization if target.origin() == hop.url.origin() else None,
        visited=visited,
        permanent_url=target if moves else hop.permanent_url,
        may_move=moves,
    )


def _refused(status: int, why: str) -> Failed:
    return Failed(fault=Fault.REDIRECT, detail=why, status=status)


def _target(base: URL, locations: list[str]) -> URL | str:
    """The absolute URL that is redirected to, or what is wrong with it."""
    if len(set(locations)) != 1:
        return f"it is redirected to {len(set(locations)) or 'no'} places"
    location = locations[0]
    if not location or len(location) > _LONGEST_URL or _FORBIDDEN.search(location):
        return "it is redirected to something that is no URL"
    reference = _url(location)
    target = base.join(reference) if reference is not None else None
    if target is None or target.scheme not in {"http", "https"} or not target.raw_host:
        return "it is redirected to something that is no http or https URL"
    if base.scheme == "https" and target.scheme == "http":
        return f"it is redirected from https to http ({target.raw_host})"
    return _bare(target)


def _url(text: str) -> URL | None:
    try:
        return URL(text)
    except ValueError:
        return None


def _bare(url: URL) -> URL:
    return url.with_user(None).with_fragment(None)
