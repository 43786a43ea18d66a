"""What chat services have beyond what apprise uses of them: threads, and answers that refuse with a friendly status.

Two mechanisms over one table, `service_table`. A message that answers another goes out in the form its service has for
that; when the service refuses it so, because the other was deleted, it goes out in the next form, by itself. What a
service says in the body of its answer decides over the status beside it. Whatever stands in an answer is foreign: an
id that does not look like one of that service's is not taken.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from monitor.model.alert import Message, Verdict

ROOT: Any = object()
"""In a form: the id of the message that is answered; as a number where `Service.counts` says so."""
SUBJECT: Any = object()
"""In a form: the beginning of the subject."""
KEY: Any = object()
"""In a form: the story's own id, for services where the sender names the thread."""
_SUBJECT_CHARACTERS = 100
LONGEST_WAIT = 1e9
"""Units that an answer can make us wait; more is nonsense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the request of a message holds besides the message, so that it stands in its thread."""

    body: Mapping[str, Any] = field(default_factory=dict)
    """Top-level fields of its JSON; one that the request has already, because the URL asks for it, stays as it is."""
    query: Mapping[str, str] = field(default_factory=dict)
    begins: bool = True
    """Whether a message in this form can be answered."""
    after: str = ""
    """Only for messages that were refused with this word; empty: with any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service's own interface; requests and answers are JSON."""

    path: re.Pattern[str]
    """The end of the path of the request that holds the message; all others are let be."""
    given: tuple[str, ...] = ()
    """Where in the answer the id stands by which the message can be answered."""
    shape: re.Pattern[str] = re.compile("[0-9]{1,20}")
    """What such an id looks like."""
    counts: bool = False
    """Its ids are numbers."""
    reply: Form | None = None
    first: tuple[Form, ...] = (Form(),)
    """Forms of a message that answers none, to be tried in turn."""
    agrees: tuple[str, frozenset[Any]] = ("", frozenset())
    """A field of the answer, and what stands there when the message is taken; no such field: the status decides."""
    word: tuple[str, ...] = ()
    """Where the reason of a refusal stands."""
    code: str = ""
    """Where a refusal repeats an HTTP status."""
    wait: tuple[tuple[str, ...], timedelta] = ((), timedelta(seconds=1))
    """Where it says how long to wait, and in which unit."""
    means: tuple[tuple[re.Pattern[str], Verdict], ...] = ()
    """What the reason of a refusal comes to; one that is not named: what its status comes to."""


def forms(service: Service | None, message: Message) -> Iterator[Form]:
    """In which forms a message is to be sent: the next one only where the one before was refused."""
    if service is None:
        yield Form()
        return
    if message.root and service.reply and service.shape.fullmatch(message.root):
        yield _filled(service, service.reply, message)
    for form in service.first:
        yield _filled(service, form, message)


def _filled(service: Service, form: Form, message: Message) -> Form:
    root = int(message.root) if service.counts and message.root.isdecimal() else message.root
    subject = message.subject[:_SUBJECT_CHARACTERS]

    def fill(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: fill(each) for name, each in value.items()}
        return root if value is ROOT else subject if value is SUBJECT else message.thread if value is KEY else value

    return Form(body=fill(form.body), query=fill(form.query), begins=form.begins, after=form.after)


def id_in(service: Service, answer: Any) -> str:
    """The id that a service gave a message; empty where there is none, or none that looks like one."""
    found = _at(answer, service.given) if service.given else None
    if isinstance(found, bool) or not isinstance(found, (int, str)):
        return ""
    return str(found) if service.shape.fullmatch(str(found)) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What a service said when it did not take a message."""

    word: str = field(repr=False)
    """Its reason; foreign, and not redacted."""
    verdict: Verdict | None = None
    """What the reason comes to; None: it says nothing that is known."""
    status: int | None = None
    """The HTTP status that it repeats."""
    wait: timedelta | None = None


def refusal_in(service: Service, answer: Any) -> Refusal | None:
    """What a service's answer refuses with; None where it takes the message, or says nothing about it."""
    name, fine = service.agrees
    if not isinstance(answer, dict) or name not in answer or _is_in(answer[name], fine):
        return None
    word, status = _line(_at(answer, service.word)), answer.get(service.code)
    path, unit = service.wait
    wait = _at(answer, path) if path else None
    return Refusal(
        word=word,
        verdict=next((verdict for words, verdict in service.means if words.fullmatch(word)), None),
        status=status if isinstance(status, int) and 100 <= status < 600 else None,
        wait=unit * wait if isinstance(wait, (int, float)) and 0 <= wait <= LONGEST_WAIT else None,
    )


def _line(value: Any) -> str:
    """Whole: a secret that is cut is not found again."""
    return " ".join(str(value).split())


def _is_in(value: Any, fine: frozenset[Any]) -> bool:
    """By value and by kind: `1` is not `True`."""
    return any(value is each or (type(value) is type(each) and value == each) for each in fine)


def _at(answer: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer
