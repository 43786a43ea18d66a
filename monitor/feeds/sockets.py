"""The sockets of one request: they open only to addresses that pass the gate, and read only so much.

Edge: socket.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from aiohttp import AddrInfoType

from monitor.gate import refusal
from monitor.model.feed import Network


class Meter:
    """Counts the bytes that one request may receive over all its connections, headers and framing included."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._received_bytes = 0
        self.is_broken = False
        """Whether the latest connection ended otherwise than by the server's orderly close."""

    @property
    def is_over(self) -> bool:
        """Whether more came than may come."""
        return self._received_bytes > self._limit_bytes

    def count(self, received_bytes: int) -> None:
        """Counts bytes that arrived; raises ConnectionAbortedError when that is too much."""
        self._received_bytes += received_bytes
        if self.is_over:
            raise ConnectionAbortedError(errno.ECONNABORTED, "too much was sent")

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Notes a connection that breaks: a body that lasts until the close would otherwise seem whole."""
        try:
            yield
        except (BlockingIOError, InterruptedError):
            raise
        except OSError:
            self.is_broken = True
            raise


class MeteredSocket(socket.socket):
    """A socket that ends the connection when its meter is over."""

    meter: Meter

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """What arrived, counted."""
        with self.meter.watch():
            data = super().recv(bufsize, flags)
            self.meter.count(len(data))
        return data

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """How much arrived, counted."""
        with self.meter.watch():
            received_bytes = super().recv_into(buffer, nbytes, flags)
            self.meter.count(received_bytes)
        return received_bytes


class Doorway:
    """Makes the sockets of one request: aiohttp's socket factory, called with the very address to be contacted."""

    def __init__(self, opened: Sequence[Network], limit_bytes: int) -> None:
        self._opened = opened
        self.meter = Meter(limit_bytes)
        self.refusals: list[str] = []
        """Why addresses were refused since the last one that passed."""

    def __call__(self, info: AddrInfoType) -> socket.socket:
        """A socket for the address in `info`; raises PermissionError when the gate refuses it."""
        family, kind, protocol, _, address = info
        if reason := refusal(str(address[0]), self._opened):
            self.refusals.append(reason)
            raise PermissionError(errno.EACCES, reason)
        self.refusals.clear()
        self.meter.is_broken = False
        made = MeteredSocket(family, kind, protocol)
        made.meter = self.meter
        return made
