"""What a JSON webhook gets beside title and message: ids, and each alert by its parts, for receivers that are programs.

The schema is described in `docs/reference/webhook.md`; `VERSION` grows when a field is removed or changes its meaning.

Pure.
"""

from __future__ import annotations

from typing import Any

from monitor.alerts.render import Voice
from monitor.model.alert import Alert, Message, Notice

VERSION = 1

_VOICE = Voice(chat=True)


def facts(message: Message) -> dict[str, Any]:
    """The fields of one message; every foreign word is cleaned and defused, since such hooks often feed a chat."""
    return {
        "id": message.id,
        "thread": message.thread,
        "topic": message.topic,
        "urgent": message.urgent,
        "at": message.at.isoformat() if message.at else None,
        "alerts": [_alert(alert) for alert in message.alerts],
        "notices": [_notice(notice) for notice in message.notices],
    }


def _alert(alert: Alert) -> dict[str, Any]:
    line = _VOICE.line
    return {
        "id": alert.id,
        "watchlist": alert.watchlist,
        "watchlist_title": line(alert.watchlist_title),
        "story": alert.story_id,
        "entry": alert.entry_id,
        "number": alert.number,
        "at": alert.at.isoformat(),
        "why": line(alert.why_now),
        "priority": alert.priority.name.lower(),
        "strength": alert.strength.label,
        "headline": line(alert.headline),
        "previous_headline": line(alert.previous_headline) if alert.previous_headline else None,
        "link": _VOICE.link(alert.link).partition(": ")[2] or None,
        "outlet": line(alert.outlet),
        "published_at": alert.published_at.isoformat() if alert.published_at else None,
        "language": alert.language,
        "snippet": line(alert.snippet),
        "words": [line(word) for word in alert.words],
        "outlets": [line(outlet) for outlet in alert.outlets],
        "new_outlets": [line(outlet) for outlet in alert.new_outlets],
        "independent": alert.independent,
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "kind": notice.kind,
        "subject": _VOICE.line(notice.subject),
        "detail": _VOICE.text(notice.detail),
        "at": notice.at.isoformat(),
    }
