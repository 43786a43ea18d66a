"""Alerts in the words of their reader: a template's fields and what stands in their place.

Pure.
"""

from __future__ import annotations

from collections.abc import Callable

from monitor.alerts import phrases
from monitor.alerts.phrases import Line
from monitor.model.alert import Alert
from monitor.model.wording import fill


def filled(template: str, alert: Alert, line: Line, link: Callable[[str | None], str]) -> str:
    """The template with its fields replaced by what the alert says; a field that nobody knows stays as it is written.

    Args:
        template: Checked when the configuration was read.
        alert: What is told.
        line: Makes foreign words safe for where they go.
        link: The same for an address; `host: address`.
    """
    values = _values(alert, line, link)
    return fill(template, lambda name: values.get(name, "{" + name + "}"))


def _values(alert: Alert, line: Line, link: Callable[[str | None], str]) -> dict[str, str]:
    """By the names of `model.wording.FIELDS`, all of them."""
    return {
        "title": line(alert.watchlist_title),
        "watchlist": line(alert.watchlist),
        "headline": phrases.headline(alert, line),
        "story": line(alert.story_title or alert.headline),
        "previous_headline": line(alert.previous_headline or ""),
        "outlet": line(alert.outlet) or "unknown outlet",
        "link": link(alert.link).partition(": ")[2],
        "published": phrases.when(alert.published_at or alert.at),
        "snippet": line(alert.snippet),
        "words": ", ".join(line(word) for word in alert.words),
        "strength": alert.strength.label,
        "priority": alert.priority.name.lower(),
        "why": line(alert.why_now),
        "update": phrases.news(alert, line),
        "outlets": str(len(alert.outlets)),
        "independent": str(alert.independent or len(alert.outlets)),
        "carried": phrases.named(alert.outlets, line),
        "entry": line(alert.entry_id),
    }
