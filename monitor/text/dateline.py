"""Dates as pages write them, in several languages.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from monitor.text.tokens import fold

_FIRST_YEAR = 1990

_MONTHS = (
    (
        "january jan januar janner janvier janv enero ene gennaio gen janeiro januari stycznia styczen января янв "
        "січня ocak"
    ),
    (
        "february feb februar feber fevrier fevr febrero febbraio fevereiro fev februari lutego luty февраля фев "
        "лютого subat"
    ),
    "march mar marz mars marts marzo marco maart marca marzec марта мар березня mart",
    "april apr avril avr abril abr aprile kwietnia kwiecien апреля апр квітня nisan",
    "may mai mayo maggio maio mei maja maj мая май травня mayis",
    "june jun juni juin junio giugno giu junho czerwca czerwiec июня июн червня haziran",
    "july jul juli juillet juil julio luglio lug julho lipca lipiec июля июл липня temmuz",
    "august aug aout agosto ago augustus augusti sierpnia sierpien августа авг серпня agustos",
    "september sep sept septembre septiembre settembre set setembro wrzesnia wrzesien сентября сен вересня eylul",
    "october oct oktober okt octobre octubre ottobre ott outubro out oktobra pazdziernika октября окт жовтня ekim",
    "november nov novembre noviembre novembro listopada listopad ноября ноя листопада kasim",
    "december dec dezember dez decembre diciembre dicembre dic dezembro desember grudnia декабря дек грудня aralik",
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
"""Month names and their usual short forms, folded, to their number."""

_ISO = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)")
_DOTTED = re.compile(r"(?<!\d)(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>(?:19|20)\d\d)(?!\d)")
_SLASHED = re.compile(r"(?<!\d)(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>(?:19|20)\d\d)(?!\d)")
_DAY_FIRST = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.|º)?[\s-](?:(?:de|of)\s)?(?P<m>[^\W\d_]{3,12})\.?,?[\s-](?:del?\s)?(?P<y>(?:19|20)\d\d)(?!\d)"
)
_MONTH_FIRST = re.compile(
    r"(?<!\w)(?P<m>[^\W\d_]{3,12})\.?\s(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<y>(?:19|20)\d\d)(?!\d)"
)
_EASTERN = re.compile(r"(?P<y>(?:19|20)\d\d)\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]")


def find_date(text: str) -> str | None:
    """The first date written in `text` as ISO 8601, or None; only dates that exist and lie within 1990..2099.

    `03/04/2023` is None, as nobody can tell its month; `25/04/2023` is the 25th of April.
    """
    folded = fold(text[:400])
    found = [(start, day) for start, day in _dates(folded) if day is not None]
    return min(found)[1].isoformat() if found else None


def _dates(text: str) -> Iterator[tuple[int, date | None]]:
    for pattern in (_ISO, _DOTTED, _EASTERN):
        for match in pattern.finditer(text):
            yield match.start(), _day(match["y"], int(match["m"]), match["d"])
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        for match in pattern.finditer(text):
            yield match.start(), _day(match["y"], MONTHS.get(match["m"], 0), match["d"])
    for match in _SLASHED.finditer(text):
        yield match.start(), _slashed(match["y"], int(match["a"]), int(match["b"]))


def _slashed(year: str, a: int, b: int) -> date | None:
    if a > 12 or a == b:
        return _day(year, b, str(a))
    return _day(year, a, str(b)) if b > 12 else None


def _day(year: str, month: int, day: str) -> date | None:
    try:
        found = date(int(year), month, int(day))
    except ValueError:
        return None
    return found if found.year >= _FIRST_YEAR else None
