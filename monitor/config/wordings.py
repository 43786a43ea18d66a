"""Templates of subjects and texts: every `{field}` is looked up when the file is read.

Pure.
"""

from __future__ import annotations

from monitor.config.fields import Field, Kind
from monitor.config.kinds import LINE, TEXT, refuse
from monitor.config.suggest import did_you_mean, quoted
from monitor.located import Located, Text
from monitor.model.wording import FIELDS, placeholders

_ALSO = {
    "url": "link",
    "source": "outlet",
    "feed": "outlet",
    "date": "published",
    "time": "published",
    "name": "watchlist",
    "id": "entry",
    "reason": "why",
    "summary": "snippet",
    "body": "snippet",
    "count": "outlets",
    "keywords": "words",
}
_LONGEST = 4_000


def _template(kind: Kind[Text]) -> Kind[str]:
    def read(value: Located) -> str:
        text = kind.read(value)
        if len(text.value) > _LONGEST:
            refuse(text, f"this is longer than {_LONGEST} characters")
        for _, name in placeholders(text.value):
            if name is None:
                refuse(text, "a brace that belongs to no {field}", "write {{ or }} for a brace in the message")
            if name not in FIELDS:
                refuse(text, f"unknown field {quoted('{' + name + '}')}", _hint(name))
        return text.value

    return Kind(read, kind.schema, "text with {field}s")


def _hint(name: str) -> str:
    if any(c in name for c in ".[]:!"):
        return "a field is a name alone, without attributes or formats"
    return did_you_mean(name, FIELDS, _ALSO)


SUBJECT = Field(
    name="subject",
    kind=_template(LINE),
    default="",
    meaning="Subject of an alert, with fields such as {title}, {story}, {outlet}; of a digest, that of its first one.",
    otherwise="[{title}] {story}",
    also=("subject_template",),
)
BODY = Field(
    name="text",
    kind=_template(TEXT),
    default="",
    meaning="Text of an alert, alone or in a digest, with fields such as {headline}, {link}, {why}; "
    "several lines after |.",
    otherwise="everything that is known of it",
    also=("body", "template", "message", "format"),
)
