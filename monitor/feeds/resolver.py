"""Names to addresses, in threads that nobody waits for.

A dead name blocks its thread for as long as the system likes. Threads of a pool would be joined at the end of the
process; these are not, and a slow name takes nobody's turn but its own.

Edge: socket.getaddrinfo.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread

from aiohttp.abc import AbstractResolver, ResolveResult

Lookup = Callable[[str, int], list[str]]
"""Host and port to the addresses of that host; raises OSError where there is none."""

THREADS = 64
PATIENCE_SECONDS = 10.0


def system_lookup(host: str, port: int) -> list[str]:
    """The addresses of a host as the system resolves it, in its order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Resolver(AbstractResolver):
    """Looks names up for aiohttp, at most 64 at a time, none for longer than `patience` seconds."""

    def __init__(self, lookup: Lookup = system_lookup, patience: float = PATIENCE_SECONDS) -> None:
        self._lookup = lookup
        self._patience = patience
        self._turns = asyncio.Semaphore(THREADS)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of `host`, of the given family or of any."""
        try:
            async with asyncio.timeout(self._patience):
                addresses = await self._ask(host, port)
        except TimeoutError:
            raise socket.gaierror(socket.EAI_AGAIN, f"no answer within {self._patience:g} s") from None
        except UnicodeError:
            raise socket.gaierror(socket.EAI_NONAME, "not a name that can be looked up") from None
        results = [_result(host, address, port) for address in addresses]
        if found := [result for result in results if family in (socket.AF_UNSPEC, result["family"])]:
            return found
        raise socket.gaierror(socket.EAI_NONAME, "no address for its host")

    async def close(self) -> None:
        """Nothing to do: lookups under way end by themselves and are not heard."""

    async def _ask(self, host: str, port: int) -> list[str]:
        await self._turns.acquire()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[str]] = loop.create_future()
        Thread(target=self._look_up, args=(loop, answer, host, port), name="lookup", daemon=True).start()
        return await answer

    def _look_up(
        self, loop: asyncio.AbstractEventLoop, answer: asyncio.Future[list[str]], host: str, port: int
    ) -> None:
        try:
            settle = partial(answer.set_result, self._lookup(host, port))
        except (OSError, UnicodeError) as error:
            settle = partial(answer.set_exception, error)
        with suppress(RuntimeError):  # the loop has been closed meanwhile
            loop.call_soon_threadsafe(self._settle, answer, settle)

    def _settle(self, answer: asyncio.Future[list[str]], settle: Callable[[], None]) -> None:
        self._turns.release()
        if not answer.done():
            settle()


def _result(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
