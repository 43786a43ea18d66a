"""One message through one door, within a deadline, and a receipt that says what came of it.

Apprise knows the services: it reads their URLs and speaks to them. The rest is ours: one recipient, one try, no
redirect, no retry, a deadline that is kept, lengths, and what an answer means. Mail goes out through `mail`, with the
account that apprise reads from the URL; `console://` and `file://` through `native`.

Follow-ups share a thread where the service can: in mail by References, for webhooks by their field `thread`, in chats
by the id that the service gave the first message, which is read from its answer; see `services`.

Edge: apprise.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Lock, Thread
from time import perf_counter
from types import TracebackType
from typing import Any, TextIO

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat, OverflowMode

from monitor.alerts.defuse import fit
from monitor.alerts.mail import Account, submit
from monitor.alerts.native import append_message, file_path, is_folder, print_message
from monitor.alerts.receipts import Exchange, is_refused, judge, redact, secrets_of
from monitor.alerts.service_table import SERVICES
from monitor.alerts.services import forms
from monitor.alerts.sockets import Lines, lines_of
from monitor.alerts.webhook import VERSION, facts
from monitor.alerts.wire import Traffic, hush, watched
from monitor.model.alert import Destination, Message, Receipt, Verdict

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it looks for imghdr, which Python is about to drop
    from apprise.plugins.discord import NotifyDiscord
    from apprise.plugins.email import NotifyEmail

Send = Callable[[Destination, Message], Receipt]

DEADLINE = timedelta(seconds=30)
CONNECT_S = 10.0
ANSWER_S = 25.0
STUCK_MOST = 3
"""Abandoned tries that may still hang at one destination before no new one is begun."""

PLENTY = 100_000
"""Characters that mail, console and file take in one message."""

_GENERIC = frozenset({"json", "jsons", "xml", "xmls", "form", "forms"})
_TEXT_COST = {"&": 5, "<": 4, ">": 4}
"""What a character becomes, in characters: some services escape even plain text."""
_HTML_COST = {" ": 6, "\t": 6, "\n": 5, "&": 5, "<": 4, ">": 4, '"': 6, "'": 6}
_MARKDOWN_COST = dict.fromkeys("\\_*[]()~`#+=|{}.!-", 2) | _TEXT_COST

hush("apprise")


@dataclass(slots=True)
class Sender:
    """Sends, from any number of threads."""

    stream: TextIO
    """Where `console://` prints."""
    deadline: timedelta = DEADLINE
    """After this a try is abandoned; its outcome is unknown."""
    _stuck: dict[str, list[Thread]] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        hush("apprise")

    def send(self, destination: Destination, message: Message) -> Receipt:
        """Try once to send, and return within the deadline whatever the other side does.

        Returns:
            A receipt without secrets: UNKNOWN when the deadline passed, LATER without a try while too many earlier
            tries to this destination still hang.
        """
        if self._hanging(destination.name) >= STUCK_MOST:
            return Receipt(verdict=Verdict.LATER, fault="earlier tries still hang")
        begun, lines = perf_counter(), lines_of(destination)
        attempt = _Attempt(lambda: self._deliver(destination, message, lines), name=f"send {destination.name}")
        attempt.start()
        attempt.join(self.deadline.total_seconds())
        took = timedelta(seconds=perf_counter() - begun)
        if attempt.is_alive():
            lines.cut()
            self._abandon(destination.name, attempt)
            seconds = self.deadline.total_seconds()
            return Receipt(verdict=Verdict.UNKNOWN, fault=f"no answer within {seconds:g} s", took=took)
        return replace(attempt.result(), took=took)

    def capacity(self, destination: Destination) -> int:
        """Characters that one message to this destination may have, its subject included."""
        plugin = _plugin(destination.url) if not _native(destination.url) else None
        if plugin is None or isinstance(plugin, NotifyEmail):
            return PLENTY
        share = {NotifyFormat.HTML: 0.5, NotifyFormat.MARKDOWN: 0.8}.get(plugin.resolve_format(NotifyFormat.TEXT), 0.95)
        return int(min(plugin.body_maxlen, PLENTY) * share)

    def _deliver(self, destination: Destination, message: Message, lines: Lines) -> Receipt:
        match _scheme(destination.url):
            case "console":
                return print_message(self.stream, message)
            case "file":
                return append_message(destination.url, message)
        plugin = _plugin(destination.url)
        if plugin is None:
            return Receipt(verdict=Verdict.DEAD_DESTINATION, fault="its URL cannot be used; see: monitor check")
        secrets = secrets_of(destination.url)
        with lines.followed():
            if type(plugin) is NotifyEmail:
                account = _account(plugin)
                lines.written(account.host)
                return submit(account, message, secrets)
            return _Errand(destination.url, message, lines, secrets).run(plugin)

    def _hanging(self, name: str) -> int:
        with self._lock:
            alive = [thread for thread in self._stuck.get(name, ()) if thread.is_alive()]
            self._stuck[name] = alive
            return len(alive)

    def _abandon(self, name: str, thread: Thread) -> None:
        with self._lock:
            self._stuck.setdefault(name, []).append(thread)


class _Attempt(Thread):
    """One try in a thread of its own, which may be left behind."""

    def __init__(self, work: Callable[[], Receipt], name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._work = work
        self._receipt: Receipt | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        with self:
            self._receipt = self._work()

    def result(self) -> Receipt:
        """The receipt; an error of ours is raised where the flow can see it."""
        if self._receipt is None:
            raise self._error or RuntimeError("a try ended without a receipt")
        return self._receipt

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        self._error = error
        return True


def check_url(url: str) -> str | None:
    """Why a destination's URL can never be used; None when it can. Nothing of it but a known scheme is repeated."""
    scheme = _scheme(url)
    if "://" not in url:
        return "a destination is written as scheme://…"
    if scheme == "console":
        return None
    if scheme == "file":
        path = file_path(url)
        is_file = url.lower().startswith("file:///") and "\0" not in str(path) and not is_folder(path)
        return None if is_file else "a file is written as file:///absolute/path"
    plugin = _plugin(url)
    if plugin is None:
        known = f"{scheme}:// needs more or other parts than it has" if _is_known(scheme) else "no such scheme is known"
        return f"{known}; the services and their URLs are listed in the documentation of apprise"
    recipients = len(plugin)
    if isinstance(plugin, NotifyEmail):
        recipients += len(plugin.cc) + len(plugin.bcc)
    if recipients > 1:
        return f"it names {recipients} recipients; give each a destination of its own, so that none is told twice"
    return None


def _scheme(url: str) -> str:
    return url.partition("://")[0].strip().lower()


def _native(url: str) -> bool:
    return _scheme(url) in {"console", "file"}


def _is_known(scheme: str) -> bool:
    return any(scheme in entry["protocols"] + entry["secure_protocols"] for entry in _schemas())


def _schemas() -> list[dict[str, Any]]:
    return [
        {key: list(entry[key] or ()) for key in ("protocols", "secure_protocols")}
        for entry in Apprise().details()["schemas"]
    ]


def _plugin(url: str) -> Any | None:
    """A fresh plugin for the URL, set to one try and no redirect whatever the URL says; None when it is refused."""
    asset = AppriseAsset(
        app_id="monitor",
        app_desc="news alerts",
        app_url="",
        async_mode=False,
        http_redirects=False,
        interpret_emojis=False,
        interpret_escapes=False,
        image_url_mask="",
        image_url_logo="",
        image_path_mask="",
        service_timeout=0,
        storage_mode="memory",
    )
    plugin = Apprise.instantiate(url, asset=asset)
    if not isinstance(plugin, NotifyBase):
        return None
    plugin.redirects = plugin.optional = plugin.interpret_emojis = False
    plugin.retry = 0
    plugin.overflow_mode = OverflowMode.TRUNCATE
    plugin.socket_connect_timeout, plugin.socket_read_timeout = CONNECT_S, ANSWER_S
    if isinstance(plugin, NotifyDiscord):
        _ping_nobody_else(plugin)
    return plugin


def _ping_nobody_else(plugin: Any) -> None:
    """Have Discord ping those whom the URL names by `ping=`, and nobody whom a message names.

    Source: Discord's developer documentation, Allowed Mentions Object.
    """
    plain, asked = plugin._send, plugin.ping_payload(" ".join(plugin.ping))  # noqa: SLF001
    allowed = {"allowed_mentions": asked.get("allow_mentions", {"parse": []})}
    plugin._send = lambda payload, *more, **options: plain({**payload, **allowed}, *more, **options)  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class _Errand:
    """One message to one service."""

    url: str
    message: Message
    lines: Lines
    secrets: frozenset[str]

    def run(self, plugin: Any) -> Receipt:
        """Send in the first form that the service does not refuse: as an answer in its thread, else by itself."""
        service, word, receipt = SERVICES.get(type(plugin).__name__), "", None
        for form in forms(service, self.message):
            if form.after and form.after != word:
                continue
            fresh = plugin if receipt is None else _plugin(self.url)
            with watched(self.lines, service, form) as traffic:
                receipt = self._through(fresh, traffic)
            last = next((each for each in reversed(traffic.exchanges) if each.carried), None)
            if last is None or not is_refused(last):
                return replace(receipt, root=traffic.given) if form.begins else receipt
            word = last.refusal.word if last.refusal else ""
        return receipt or Receipt(verdict=Verdict.LATER, fault="it has no form for this message")

    def _through(self, plugin: Any, traffic: Traffic) -> Receipt:
        """Let the plugin send, and read from the wire what came of it."""
        if plugin.schema in _GENERIC:
            _label(plugin, self.message)
        title, body = _fitted(plugin, self.message)
        apprise = Apprise(asset=plugin.asset)
        apprise.add(plugin)
        accepted = bool(apprise.notify(body, title=title, body_format=NotifyFormat.TEXT))
        said = redact(traffic.said[0], self.secrets) if traffic.said else "it gave no reason"
        exchanges = [self._redacted(each) for each in traffic.exchanges]
        return judge(accepted=accepted, exchanges=exchanges, said=said)

    def _redacted(self, exchange: Exchange) -> Exchange:
        if exchange.refusal is None:
            return exchange
        return replace(exchange, refusal=replace(exchange.refusal, word=redact(exchange.refusal.word, self.secrets)))


def _label(plugin: Any, message: Message) -> None:
    """Ids that let the receiver of a webhook recognise a copy and a thread, and what it tells by its parts."""
    plugin.headers.setdefault("Idempotency-Key", message.id)
    if plugin.schema in {"json", "jsons"}:
        plugin.json_version = VERSION
        plugin.payload_extras = {**facts(message), **plugin.payload_extras}


def _fitted(plugin: Any, message: Message) -> tuple[str, str]:
    """Title and body in the lengths that the service takes once it has escaped them."""
    cost = _cost(plugin.resolve_format(NotifyFormat.TEXT))
    title = message.subject[: plugin.title_maxlen] if plugin.title_maxlen > 0 else message.subject
    shared = plugin.title_maxlen <= 0 or plugin.overflow_amalgamate_title
    taken = sum(map(cost, title)) + 20 if shared else 0
    if taken > plugin.body_maxlen // 2:
        title, taken = "", 0
    return title, fit(message.text, plugin.body_maxlen - taken, cost)


def _cost(target: NotifyFormat) -> Callable[[str], int]:
    costs = {NotifyFormat.HTML: _HTML_COST, NotifyFormat.MARKDOWN: _MARKDOWN_COST}.get(target, _TEXT_COST)
    return lambda character: costs.get(character, 2 if character > "\uffff" else 1)


def _account(plugin: Any) -> Account:
    name, address = plugin.targets[0]
    return Account(
        host=plugin.smtp_host,
        port=plugin.port,
        security=plugin.secure_mode,
        user=plugin.user,
        password=plugin.password,
        sender=(plugin.from_addr[0] or "", plugin.from_addr[1]),
        recipient=(name or "", address),
        reply_to=next(iter(sorted(plugin.reply_to)), None),
        verify=plugin.verify_certificate,
        headers=dict(plugin.headers),
    )
