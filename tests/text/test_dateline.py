"""Dates as pages write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text.dateline import MONTHS, find_date

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
NAMES = {
    "en": "january february march april may june july august september october november december",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "de-AT": "Jänner Feber März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
}


@pytest.mark.parametrize("language", NAMES)
def test_every_month_of_a_language_is_known_in_any_case(language: str) -> None:
    names = NAMES[language].split()
    assert len(names) == 12
    for number, name in enumerate(names, start=1):
        for form in (name, name.upper() if language != "tr" else name, name.capitalize()):
            assert find_date(f"5 {form} 2023") == f"2023-{number:02}-05", form
            assert find_date(f"den 5. {form} 2023, 10:00") == f"2023-{number:02}-05", form


def test_no_name_stands_for_two_months() -> None:
    assert set(MONTHS.values()) == set(range(1, 13))
    assert all(find_date(f"5 {name} 2023") == f"2023-{month:02}-05" for name, month in MONTHS.items())


WAYS = {
    "ISO": "{d:%Y-%m-%d}",
    "ISO with time": "{d:%Y-%m-%d}T23:59:59+02:00",
    "slashes, year first": "{d:%Y/%m/%d}",
    "dots": "{d.day}.{d.month}.{d.year}",
    "dots and blanks": "{d.day}. {d.month}. {d.year}",
    "day first": "{d.day} {d:%B} {d.year}",
    "day first, short": "{d.day} {d:%b}. {d.year}",
    "hyphens": "{d:%d-%b-%Y}",
    "of": "{d.day}th of {d:%B} {d.year}",
    "of, with comma": "{d.day}th of {d:%B}, {d.year}",
    "month first": "{d:%B} {d.day}, {d.year}",
    "month first, ordinal": "{d:%b} {d.day}st, {d.year}",
    "de": "{d.day} de agosto de {d.year}",
    "del": "{d.day} de agosto del {d.year}",
    "Chinese": "{d.year}年{d.month}月{d.day}日",
    "Korean": "{d.year}년 {d.month}월 {d.day}일",
    "wide digits": "{w}",
}


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=15)
@given(DAYS)
def test_a_date_written_in_any_of_these_ways_is_read_back(way: str, day: date) -> None:
    day = day.replace(month=8) if "de" in way else day
    wide = day.isoformat().translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    text = WAYS[way].format(d=day, w=wide)
    for around in ("{}", "Published {} by the Gazette", "({})", "– {} –", "{}."):
        assert find_date(around.format(text)) == day.isoformat(), around


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2023",
        "2023-02-29",
        "30 February 2023",
        "0 May 2023",
        "32 May 2023",
        "13.13.2023",
        "03/04/2023",
        "1989-12-31",
        "2100-01-01",
        "May 2023",
        "5 May",
        "5 Ma 2023",
        "5 Mayonnaise 2023",
        "12023-05-06",
        "2023-05-067",
        "555 May 2023",
        "",
        "call 2023 55 06 07",
    ],
)
def test_what_is_no_date_or_could_be_two_is_none(text: str) -> None:
    assert find_date(text) is None


@settings(max_examples=40)
@given(DAYS)
def test_slashes_are_read_where_only_one_reading_is_a_date(day: date) -> None:
    found = find_date(f"{day.day}/{day.month}/{day.year}"), find_date(f"{day.month}/{day.day}/{day.year}")
    wanted = day.isoformat() if day.day > 12 or day.day == day.month else None
    assert found == (wanted, wanted)


@settings(max_examples=40)
@given(DAYS, DAYS)
def test_of_two_dates_the_first_counts_however_each_is_written(one: date, other: date) -> None:
    assert find_date(f"{one:%d %B %Y}, updated {other:%Y-%m-%d}") == one.isoformat()
    assert find_date(f"{one:%Y-%m-%d}, updated {other:%d %B %Y}") == one.isoformat()


def test_a_false_date_does_not_hide_a_true_one_behind_it() -> None:
    assert find_date("31/02/2023 or 5 May 2023") == "2023-05-05"


@given(st.text(st.sampled_from("0123456789 -/.年月日 MaymärzдеT:,th"), max_size=60))
def test_whatever_is_found_is_a_day_in_its_bounds(text: str) -> None:
    found = find_date(text)
    if found is not None:
        assert date(1990, 1, 1) <= date.fromisoformat(found) <= date(2099, 12, 31)
        assert str(date.fromisoformat(found).year) in text


@settings(max_examples=25)
@given(DAYS, st.integers(0, 600))
def test_only_the_beginning_of_a_line_is_looked_at(day: date, before: int) -> None:
    found = find_date("a" * before + f" {day.isoformat()}")
    assert found == (day.isoformat() if before + 11 <= 400 else None) or 389 < before < 400


def test_the_edges_of_the_time_that_is_believed() -> None:
    for day in (date(1990, 1, 1), date(2099, 12, 31)):
        assert find_date(f"{day:%Y-%m-%d}") == day.isoformat()
    assert find_date(f"{date(1990, 1, 1) - timedelta(days=1):%Y-%m-%d}") is None
