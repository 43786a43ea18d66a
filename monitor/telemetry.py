"""Activity lines: one readable line for each poll, delivery and reload, on stderr, secrets blotted out.

Edge: structlog.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Collection, MutableMapping
from dataclasses import dataclass, field
from typing import Any, TextIO

import structlog

from monitor.model.alert import Message, Receipt, Verdict
from monitor.model.feed import Feed
from monitor.model.plan import Plan
from monitor.timing import ago

HIDDEN = "***"
SHORTEST_SECRET = 4


@dataclass(slots=True)
class Redactor:
    """Blots known secrets out of everything that is logged; also a structlog processor."""

    secrets: frozenset[str] = field(default_factory=frozenset, repr=False)

    def learn(self, secrets: Collection[str]) -> None:
        """Replace the secrets that are blotted out; shorter ones than 4 characters are no secrets."""
        self.secrets = frozenset(s for s in secrets if len(s) >= SHORTEST_SECRET)

    def clean(self, text: str) -> str:
        """`text` with every known secret replaced by `***`, longest first."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        return text

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Clean every text of one log line."""
        for key, value in event.items():
            if isinstance(value, str):
                event[key] = self.clean(value)
        return event


REDACTOR = Redactor()


class _Clean(logging.Formatter):
    """What libraries log, tracebacks included, secrets blotted out."""

    def format(self, record: logging.LogRecord) -> str:
        return REDACTOR.clean(super().format(record))


def configure(level: str = "info", style: str = "text", stream: TextIO | None = None) -> None:
    """Send activity lines to `stream` (stderr by default), as text for people or JSON for machines.

    Args:
        level: `debug`, `info`, `warning` or `error`.
        style: `text` or `json`.
        stream: Where to write.
    """
    out = stream or sys.stderr
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=out.isatty(), pad_event_to=0, sort_keys=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso" if style == "json" else "%H:%M:%S", utc=True),
            structlog.processors.format_exc_info,
            REDACTOR,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(_Clean("%(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for noisy in ("apprise", "apscheduler", "aiohttp", "asyncio", "urllib3"):
        logging.getLogger(noisy).setLevel(max(number, logging.ERROR))


def log() -> structlog.typing.FilteringBoundLogger:
    """The logger for everything that is not a poll."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger


def poll_line(feed: Feed, plan: Plan) -> None:
    """Write the activity line of one poll: the feed, the answer, what became of its entries, when it is asked next."""
    poll = plan.poll
    counts = ", ".join(f"{n} {kind}" for kind, n in sorted(poll.counts.items()) if n)
    said = {"entries": counts} if counts else {}
    if poll.note:
        said["note"] = poll.note
    name = feed.name or plan.state.title or feed.url
    write = log().warning if plan.state.fault or poll.remainder else log().info
    if poll.remainder:
        said["remainder"] = f"{poll.remainder} entries have no outcome"
    next_poll = f"in {ago(plan.state.due_at - poll.at)}: {plan.state.due_reason}"
    write(f"{name}: {poll.result}", **said, next=next_poll)


def delivery_line(destination: str, message: Message, receipt: Receipt) -> None:
    """Write the activity line of one try to send."""
    took = f"{receipt.took.total_seconds():.1f} s"
    line = f"{destination}: {receipt.verdict}"
    if receipt.verdict is Verdict.SENT:
        log().info(line, message=message.subject, took=took)
    else:
        log().warning(line, message=message.subject, why=receipt.fault, took=took)
