"""The connections of one try: they open only where the operator let them, and are cut when the try is given up.

A host that the operator wrote, and that can only mean a place of his own network (an address, `localhost`, a name
without a dot or under `.local` and its like), is contacted. Any other name must lead to the public Internet, or into
a network that `allow_private` of the destination opens: who answers for the name does not decide.

urllib3, through which every HTTP plugin connects, has one function that does; it is wrapped once. Outside a try it
does nothing of its own. Mail asks here by itself.

Edge: socket, urllib3.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from urllib3.util import connection

from monitor.gate import refusal
from monitor.model.alert import Destination
from monitor.model.feed import Network

_OWN_NETWORK = (".local", ".localhost", ".lan", ".home", ".internal", ".intranet", ".home.arpa")

_plain_connect = connection.create_connection


@dataclass(slots=True)
class Lines:
    """The connections that one try to send makes."""

    host: str
    """As the operator wrote it."""
    opened: Sequence[Network] = ()
    by_proxy: bool = False
    """A proxy of the environment is asked, which resolves names itself."""
    refused: str = ""
    """Why the latest name may not be contacted."""
    is_cut: bool = False
    _held: list[socket.socket] = field(default_factory=list, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    @contextmanager
    def followed(self) -> Iterator[None]:
        """What this thread connects to from now on is checked, and held until the end."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)
            self._let_go()

    def connect(self, address: tuple[str, int], plain: Callable[[tuple[str, int]], socket.socket]) -> socket.socket:
        """A connection to one of the addresses of a host that may be contacted.

        Raises:
            PermissionError: There is none; `refused` says why.
        """
        host, port = address
        if self.by_proxy or self._is_written(host):
            return self.hold(plain(address))
        found = socket.getaddrinfo(host.strip("[]"), port, connection.allowed_gai_family(), socket.SOCK_STREAM)
        reasons = {str(each[4][0]): refusal(str(each[4][0]), self.opened) for each in found}
        passing = [each for each, reason in reasons.items() if reason is None]
        if not passing:
            self.refused = next(iter(reason for reason in reasons.values() if reason), "it has no address")
            raise PermissionError(errno.EACCES, self.refused)
        return self.hold(_first(passing, port, plain))

    def written(self, host: str) -> None:
        """Take this for the host that the operator wrote: a mail server may stand elsewhere in its URL."""
        self.host = _plain_name(host)

    def hold(self, line: socket.socket) -> socket.socket:
        """Remember a connection, so that it can be cut even after TLS took it over."""
        with self._lock:
            self._held.append(socket.socket(fileno=os.dup(line.fileno())))
        if self.is_cut:
            self.cut()
        return line

    def cut(self) -> None:
        """End every connection at once, so that the thread that waits at one wakes up; from any thread."""
        self.is_cut = True
        self.hang_up()

    def hang_up(self) -> None:
        """End the connections that there are; the try may go on with others."""
        with self._lock:
            for line in self._held:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def _let_go(self) -> None:
        with self._lock:
            for line in self._held:
                line.close()
            self._held.clear()

    def _is_written(self, host: str) -> bool:
        return _plain_name(host) == self.host and is_own(self.host)


_current: ContextVar[Lines | None] = ContextVar("lines", default=None)


def lines_of(destination: Destination) -> Lines:
    """For one try to send to this destination."""
    try:
        host = urlsplit(destination.url).hostname or ""
    except ValueError:
        host = ""
    return Lines(host=_plain_name(host), opened=destination.allow_private)


def current() -> Lines | None:
    """The connections of the try that this thread is at."""
    return _current.get()


def is_own(host: str) -> bool:
    """Whether a host can only mean a place in the operator's own network: an address, or a name that none else uses."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return bool(host) and ("." not in host or host.endswith(_OWN_NETWORK))
    return True


def _plain_name(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()


def _first(addresses: Sequence[str], port: int, plain: Callable[[tuple[str, int]], socket.socket]) -> socket.socket:
    *others, last = addresses
    for address in others:
        with suppress(OSError):
            return plain((address, port))
    return plain((last, port))


def _checked_connect(address: tuple[str, int], *arguments: Any, **options: Any) -> socket.socket:
    lines = _current.get()
    if lines is None:
        return _plain_connect(address, *arguments, **options)
    return lines.connect(address, lambda where: _plain_connect(where, *arguments, **options))


connection.create_connection = _checked_connect
