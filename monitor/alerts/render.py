"""Alerts and notices turned into one message that is complete as plain text.

Everything that a feed wrote is cleaned again here, and defused where it goes to a chat service.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.alerts import phrases
from monitor.alerts.defuse import defuse, defuse_link, fit
from monitor.alerts.render_html import html_page
from monitor.alerts.templates import filled
from monitor.model.alert import Alert, Message, Notice, Parcel
from monitor.model.ids import digest
from monitor.model.watch import OURS, Priority, Wording
from monitor.text.clean import clean_line, clean_text
from monitor.text.urls import host_of, safe_link

SUBJECT_CHARACTERS = 200
SIMPLE_CHARACTERS = 1_000

_HEADING_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Voice:
    """How foreign words are written for one kind of destination."""

    chat: bool

    def line(self, value: str) -> str:
        """One clean line of a feed's words."""
        return self._safe(clean_line(value))

    def text(self, value: str) -> str:
        """Clean lines of foreign words."""
        return self._safe(clean_text(value))

    def link(self, url: str | None) -> str:
        """`host: link`; empty when there is no link fit to be shown."""
        link = safe_link(url) if url else None
        if link is None:
            return ""
        return f"{host_of(link)}: {defuse_link(link) if self.chat else link}"

    def _safe(self, cleaned: str) -> str:
        return defuse(cleaned) if self.chat else cleaned


def render(parcel: Parcel, now: datetime, *, chat: bool, wording: Wording = OURS) -> Message:
    """The message of one parcel: an alert, a notice, or a digest of all it holds.

    Args:
        parcel: At least one alert or notice.
        now: When it is written.
        chat: Whether mentions and markup must be defused; mail, console and file take text for what it is.
        wording: The destination's templates; they come before the watchlist's. Notices know none.

    Returns:
        A message whose id depends on the deliveries alone: every try of them bears the same. HTML unless for chat or
        in somebody's own words.
    """
    message = _message(parcel, Voice(chat), now, wording)
    footer = _footer(parcel, message.id, Voice(chat))
    plain = chat or _in_own_words(parcel, wording)
    html = None if plain else html_page(parcel, message.subject, footer)
    text = message.text + footer
    return replace(message, text=text, html=html, at=now, alerts=parcel.alerts, notices=parcel.notices)


def _in_own_words(parcel: Parcel, wording: Wording) -> bool:
    """Whether a template gives some of the text, so that no HTML of ours may say something else."""
    return any(wording.text or alert.wording.text for alert in parcel.alerts)


def _message(parcel: Parcel, voice: Voice, now: datetime, wording: Wording) -> Message:
    match parcel:
        case Parcel(deliveries=(delivery,), alerts=(alert,), notices=()):
            return _alert_message(alert, delivery.id, voice, wording)
        case Parcel(deliveries=(delivery,), alerts=(), notices=(notice,)):
            return _notice_message(notice, delivery.id, voice)
        case _:
            return _digest_message(parcel, voice, now, wording)


def _alert_message(alert: Alert, message_id: str, voice: Voice, wording: Wording) -> Message:
    own = _own_subject(alert, voice, wording)
    title = alert.story_title or alert.headline
    return Message(
        id=message_id,
        thread=f"story-{alert.story_id}",
        subject=_one_line(own, voice) if own else _subject(alert.watchlist_title, title, voice),
        text=_own_text(alert, voice, wording) or alert_text(alert, voice),
        urgent=alert.priority is Priority.URGENT,
        topic=alert.watchlist,
    )


def _own_subject(alert: Alert, voice: Voice, wording: Wording) -> str:
    template = wording.subject or alert.wording.subject
    return clean_line(filled(template, alert, lambda value: value, voice.link)) if template else ""


def _own_text(alert: Alert, voice: Voice, wording: Wording) -> str:
    template = wording.text or alert.wording.text
    return filled(template, alert, voice.line, voice.link).strip() if template else ""


def _notice_message(notice: Notice, message_id: str, voice: Voice) -> Message:
    return Message(
        id=message_id,
        thread=f"notice-{notice.id}",
        subject=_subject("monitor", notice.subject, voice),
        text=notice_text(notice, voice),
        topic="notices",
    )


def _digest_message(parcel: Parcel, voice: Voice, now: datetime, wording: Wording) -> Message:
    message_id = digest("parcel", *(row.id for row in parcel.deliveries))
    told: list[Alert | Notice] = [*parcel.alerts, *parcel.notices]
    blocks = [_block(each, voice, wording) for each in told]
    heading = [] if wording.text and parcel.alerts else [f"{how_many(parcel)}, {phrases.when(now)}"]
    return Message(
        id=message_id,
        thread=f"digest-{message_id}",
        subject=_digest_subject(parcel, voice, wording),
        text="\n\n".join([*heading, *blocks]),
        urgent=any(alert.priority is Priority.URGENT for alert in parcel.alerts),
        topic="digest",
    )


def _digest_subject(parcel: Parcel, voice: Voice, wording: Wording) -> str:
    """Of the first alert, by its template where there is one, and how much more it holds."""
    own = _own_subject(parcel.alerts[0], voice, wording) if parcel.alerts else ""
    if own:
        more = f" (and {len(parcel.deliveries) - 1} more)"
        return _one_line(_shortened(own, SUBJECT_CHARACTERS - len(more)) + more, voice)
    first = parcel.alerts[0].headline if parcel.alerts else parcel.notices[0].subject
    return _subject("monitor", f"{how_many(parcel)}: {first}", voice)


def _block(told: Alert | Notice, voice: Voice, wording: Wording) -> str:
    """One of several, in a digest."""
    if isinstance(told, Notice):
        return notice_text(told, voice)
    return _own_text(told, voice, wording) or brief_text(told, voice)


def _subject(label: str, title: str, voice: Voice) -> str:
    return _one_line(clean_line(f"[{label}] {title}"), voice)


def _one_line(line: str, voice: Voice) -> str:
    line = _shortened(line, SUBJECT_CHARACTERS)
    return defuse(line)[:SUBJECT_CHARACTERS] if voice.chat else line


def _shortened(line: str, room: int) -> str:
    return line if len(line) <= room else line[: room - 1].rstrip() + "…"


def how_many(parcel: Parcel) -> str:
    """`12 alerts`, `1 alert and 2 notices`."""
    counts = ((len(parcel.alerts), "alert"), (len(parcel.notices), "notice"))
    return " and ".join(f"{n} {noun}{'' if n == 1 else 's'}" for n, noun in counts if n)


def alert_text(alert: Alert, voice: Voice) -> str:
    """One alert with everything that is known of it."""
    line = voice.line
    paragraphs = (
        _lines(
            phrases.news(alert, line),
            phrases.headline(alert, line),
            phrases.before(alert, line),
            phrases.source(alert, line),
            voice.link(alert.link),
        ),
        _lines(phrases.came(alert, line), phrases.grew(alert)),
        line(alert.lead or marked(alert)),
        _lines(phrases.why(alert, line), phrases.spread(alert, line), phrases.related(alert, line)),
        _lines(
            f"Explain: monitor explain {alert.entry_id}",
            f"Mute: {phrases.mute(alert)}",
        ),
    )
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def brief_text(alert: Alert, voice: Voice) -> str:
    """One alert among others: what, who, where, how far."""
    return _lines(
        f"[{voice.line(alert.watchlist_title)}] {phrases.headline(alert, voice.line)}",
        phrases.news(alert, voice.line),
        phrases.source(alert, voice.line),
        voice.link(alert.link),
        phrases.spread(alert, voice.line),
        f"Explain: monitor explain {alert.entry_id}",
    )


def notice_text(notice: Notice, voice: Voice) -> str:
    """One notice: what is wrong, and what to do."""
    subject = voice.line(notice.subject) or "notice"
    return _lines(subject, voice.text(notice.detail), f"{voice.line(notice.kind)} · {phrases.when(notice.at)}")


def marked(alert: Alert) -> str:
    """The snippet with its matched words between » and «, which no service takes for markup."""
    pieces = phrases.segments(alert.snippet, alert.marks)
    return "".join(f"»{text}«" if is_match else text for text, is_match in pieces)


def packs(parcel: Parcel, room: int, wording: Wording = OURS) -> tuple[Parcel, ...]:
    """The parcel in as many as it takes for each to fit in `room` characters; deliveries keep their order.

    Filled from the front, so that what is left after the first few were sent is packed the same way again.
    """
    told: list[Alert | Notice] = [*parcel.alerts, *parcel.notices]
    sizes: dict[str, int] = {each.id: len(_block(each, Voice(chat=True), wording)) + len("\n\n") for each in told}
    packed: list[list[int]] = []
    spent = room
    for index, row in enumerate(parcel.deliveries):
        needed = sizes[row.told_id]
        if spent + needed > room:
            packed.append([])
            spent = _HEADING_CHARACTERS
        packed[-1].append(index)
        spent += needed
    return tuple(part(parcel, indices) for indices in packed)


def part(parcel: Parcel, indices: list[int]) -> Parcel:
    """The parcel with only the deliveries at these places, and what they tell."""
    rows = tuple(parcel.deliveries[index] for index in indices)
    wanted = {row.told_id for row in rows}
    return replace(
        parcel,
        deliveries=rows,
        alerts=tuple(alert for alert in parcel.alerts if alert.id in wanted),
        notices=tuple(notice for notice in parcel.notices if notice.id in wanted),
    )


def simplify(message: Message, refusals: int) -> Message:
    """A plainer message for a service that refused this one: first short text alone, then bare ASCII.

    Args:
        message: As it was refused.
        refusals: How often, from 1.
    """
    plain = replace(message, html=None, text=fit(message.text, SIMPLE_CHARACTERS))
    if refusals == 1:
        return plain
    return replace(plain, subject=_ascii(plain.subject), text=_ascii(plain.text))


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode("ascii")


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _footer(parcel: Parcel, message_id: str, voice: Voice) -> str:
    meant_for = sorted({row.instead_of for row in parcel.deliveries if row.instead_of})
    said = [phrases.instead(name, voice.line) for name in meant_for]
    if any(row.maybe_twice for row in parcel.deliveries):
        said.append(f"This may reach you twice: an earlier try got no answer. Message {message_id}.")
    return "".join(f"\n\n{sentence}" for sentence in said)
