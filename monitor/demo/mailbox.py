"""A mail server on loopback that keeps what it is given.

Edge: aiosmtpd.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event, Thread
from types import TracebackType
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """Catches mails; delivers none.

    Attributes:
        say: Is told of each mail in one line.
        mails: Everything received, oldest first.
        port: Where it listens, once it is entered.
    """

    say: Callable[[str], None] = lambda _: None
    mails: list[EmailMessage] = field(default_factory=list)
    port: int = 0
    _loop: asyncio.AbstractEventLoop = field(init=False)
    _thread: Thread = field(init=False)

    def __enter__(self) -> Self:
        listening = Event()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._serve, args=(listening,), name="mailbox", daemon=True)
        self._thread.start()
        listening.wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def has_alert(self) -> bool:
        """Whether a mail tells of a story; what the service says of itself begins with `[monitor]`."""
        return any(not str(mail["Subject"]).startswith("[monitor]") for mail in self.mails)

    def _speaker(self) -> SMTP:
        """What speaks with one client."""
        return SMTP(self, loop=self._loop)

    def _serve(self, listening: Event) -> None:
        """Listen on a port the system gives, until the loop is stopped."""
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(self._loop.create_server(self._speaker, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        listening.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(server.wait_closed())
        self._loop.close()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep one mail; called by the server."""
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        mail = message_from_bytes(content, policy=policy.default)
        self.mails.append(mail)
        self.say(f"✉  mail caught for {envelope.rcpt_tos[0]}: {mail['Subject']}")
        return "250 caught"
