"""One mail: composed so that retries and threads are recognised, submitted so that every answer is understood.

Edge: smtplib.
"""

from __future__ import annotations

import errno
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, BinaryIO
from urllib.parse import quote

from monitor.alerts.defuse import JOINER
from monitor.alerts.receipts import from_smtp, redact
from monitor.alerts.sockets import current
from monitor.model.alert import Message, Receipt, Verdict

ANSWER_S = 25.0
"""Seconds to wait for each answer of the server."""
GOODBYE_S = 2.0
REPLY_BYTES = 100_000
"""The longest answer that is listened to; one of many lines may never end."""

_POLICY = SMTP.clone(cte_type="7bit")
_OURS = frozenset(
    {
        "message-id",
        "references",
        "in-reply-to",
        "auto-submitted",
        "list-id",
        "list-unsubscribe",
        "subject",
        "from",
        "to",
        "date",
        "sender",
    }
    | {"cc", "bcc", "reply-to", "mime-version", "content-type", "content-transfer-encoding"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where mail is handed in, and for whom."""

    host: str
    port: int
    security: str
    """`insecure`, `starttls` or `ssl`."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    sender: tuple[str, str]
    """Name and address."""
    recipient: tuple[str, str]
    reply_to: str | None = None
    verify: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further header fields the operator asks for."""


def compose(account: Account, message: Message) -> EmailMessage:
    """The mail for one message.

    Its Message-ID depends on the message's id alone, so that every try bears the same; all mails of one story refer to
    the same id, so that mail programs show them as one thread. Text comes first, HTML second. Only where replies go to
    somebody (`reply` in the URL) is there an address that could be asked to stop: then List-Unsubscribe names it.

    Source: RFC 5322 3.6.4, RFC 3834 5 (Auto-Submitted), RFC 2919 (List-Id), RFC 2369 3.2 (List-Unsubscribe).
    """
    domain = account.sender[1].rpartition("@")[2]
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address(*account.sender)
    mail["To"] = _address(*account.recipient)
    mail["Subject"] = message.subject.replace("=?", f"={JOINER}?")  # no encoded word of a feed's making (RFC 2047)
    if message.at is not None:
        mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{message.id}@{domain}>"
    mail["References"] = mail["In-Reply-To"] = f"<{message.thread}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["List-Id"] = f"<{_label(message.topic)}.monitor.{domain}>"
    if account.reply_to:
        mail["Reply-To"] = account.reply_to
        mail["List-Unsubscribe"] = f"<mailto:{quote(account.reply_to, safe='@')}?subject={_label(message.topic)}%20off>"
    if message.urgent:
        mail["Importance"] = "high"
        mail["X-Priority"] = "1"
    _add_headers(mail, account.headers)
    mail.set_content(message.text)
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html")
    return mail


def _address(name: str, address: str) -> Address:
    return Address(display_name=name, addr_spec=address)


def _label(topic: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", topic.lower()).strip("-")[:60] or "alerts"


def _add_headers(mail: EmailMessage, headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if name.lower() not in _OURS and re.fullmatch(r"[!-9;-~]+", name):
            mail[name] = " ".join(value.split())


def submit(account: Account, message: Message, secrets: frozenset[str]) -> Receipt:
    """Hand one mail in, and say what came of it.

    Returns:
        SENT once the server has taken it, whatever happens after; UNKNOWN when the connection breaks between the text
        and the answer to it.
    """
    return _Session(account, secrets).run(compose(account, message))


@dataclass(slots=True)
class _Session:
    account: Account
    secrets: frozenset[str]
    stage: str = "connect"

    def run(self, mail: EmailMessage) -> Receipt:
        try:
            with self._connected() as smtp:
                return self._hand_in(smtp, mail)
        except smtplib.SMTPResponseException as error:
            return self._refused(error.smtp_code, error.smtp_error)
        except OSError as error:
            lines = current()
            if lines and lines.refused:
                return Receipt(verdict=Verdict.DEAD_DESTINATION, fault=lines.refused)
            return self._broken(error)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        smtp = self._connect()
        try:
            self._secure(smtp)
            yield smtp
            _say_goodbye(smtp)
        finally:
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        account, name = self.account, _our_name()
        if account.security == "ssl":
            return _TLSLine(account.host, account.port, name, timeout=ANSWER_S, context=self._tls())
        return _Line(account.host, account.port, name, timeout=ANSWER_S)

    def _secure(self, smtp: smtplib.SMTP) -> None:
        self.stage = "hello"
        smtp.ehlo_or_helo_if_needed()
        if self.account.security == "starttls":
            self.stage = "starttls"
            smtp.starttls(context=self._tls())
            smtp.ehlo_or_helo_if_needed()
        if self.account.user and self.account.password:
            self.stage = "login"
            smtp.login(self.account.user, self.account.password)

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self.account.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _hand_in(self, smtp: smtplib.SMTP, mail: EmailMessage) -> Receipt:
        steps: tuple[tuple[str, Callable[[], tuple[int, bytes]]], ...] = (
            ("sender", lambda: smtp.mail(self.account.sender[1])),
            ("recipient", lambda: smtp.rcpt(self.account.recipient[1])),
            ("data", lambda: smtp.data(mail.as_bytes())),
        )
        for self.stage, step in steps:
            code, said = step()
            if not 200 <= code < 300:
                return self._refused(code, said)
        return Receipt(verdict=Verdict.SENT)

    def _refused(self, code: int, said: bytes | str) -> Receipt:
        words = said.decode("ascii", "replace") if isinstance(said, bytes) else said
        return from_smtp(code, redact(words, self.secrets), self.stage)

    def _broken(self, error: OSError) -> Receipt:
        if self.stage == "data":
            return Receipt(verdict=Verdict.UNKNOWN, fault=f"no answer to the text of the mail: {_class_of(error)}")
        if self.stage == "login" and type(error) in {smtplib.SMTPException, smtplib.SMTPNotSupportedError}:
            return Receipt(verdict=Verdict.DEAD_DESTINATION, fault="the mail server offers no login that we know")
        return Receipt(verdict=Verdict.LATER, fault=f"mail server, at {self.stage}: {_class_of(error)}")


class _Answer:
    """What the server says, line by line, until it is too much."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.left_bytes = REPLY_BYTES

    def readline(self, limit: int) -> bytes:
        line = self._file.readline(limit)
        self.left_bytes -= len(line)
        if self.left_bytes < 0:
            raise ConnectionAbortedError(errno.ECONNABORTED, "the answer does not end")
        return line

    def close(self) -> None:
        self._file.close()


class _Gated(smtplib.SMTP):
    """A session that only begins where the operator let it, and whose connection is cut with the others of its try."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        lines = current()
        if lines is None:
            return socket.create_connection((host, port), timeout)
        return lines.connect((host, port), lambda where: socket.create_connection(where, timeout))


class _Listening:
    """A session whose answers have an end."""

    sock: socket.socket | None
    file: Any

    def getreply(self) -> tuple[int, bytes]:
        """The next answer: its code, and its lines."""
        if self.file is None and self.sock is not None:
            self.file = _Answer(self.sock.makefile("rb"))
        if self.file is not None:
            self.file.left_bytes = REPLY_BYTES
        return super().getreply()  # type: ignore[misc,no-any-return]


class _Line(_Listening, _Gated):
    """In the clear, or by STARTTLS."""


class _TLSLine(_Listening, smtplib.SMTP_SSL, _Gated):
    """By TLS from the start."""


def _our_name() -> str:
    """How we greet the server: our host name where it is complete, never a look-up."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


def _say_goodbye(smtp: smtplib.SMTP) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(GOODBYE_S)
    with suppress(OSError):
        smtp.quit()


def _class_of(error: OSError) -> str:
    match error:
        case socket.gaierror():
            return "name not found"
        case ConnectionRefusedError():
            return "connection refused"
        case ssl.SSLCertVerificationError():
            return "the certificate is not trusted"
        case ssl.SSLError():
            return "TLS failed"
        case TimeoutError():
            return "timed out"
        case smtplib.SMTPServerDisconnected() | ConnectionError():
            return "connection broken"
        case smtplib.SMTPNotSupportedError():
            return "the server does not offer it"
        case _:
            return type(error).__name__
