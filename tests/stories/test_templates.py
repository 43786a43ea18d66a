"""Which headlines a host uses again and again, and how long that is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from monitor.model.ids import EntryId
from monitor.model.story import Fingerprint
from monitor.stories.copies import fingerprint
from monitor.stories.templates import Templates, template_key

HOST = "https://strait.example.com"
DAY = timedelta(days=1)
FORTNIGHT = 14 * DAY


def use(page: int | None, title: str = "Evening recap of the islands, 4 May", host: str = HOST) -> Fingerprint:
    return fingerprint(title, "", None if page is None else f"{host}/news/{page}")


def used(uses: Sequence[tuple[int, float]], now: datetime) -> Templates:
    """Templates after uses by one host, each a page and days from now."""
    templates = Templates()
    for n, (page, days) in enumerate(uses):
        templates.note(use(page), EntryId(f"e{n}"), now + days * DAY)
    return templates


def is_known(templates: Templates) -> bool:
    return templates.among([use(9)]) == {template_key(use(9))}


@pytest.mark.parametrize(
    ("uses", "known"),
    [
        ([(1, 0), (2, 0), (3, 1)], True),
        ([(1, 0), (2, 1), (3, 1)], True),
        ([(1, 0), (2, 0), (3, 0), (4, 0)], False),
        ([(1, 0), (2, 1)], False),
        ([(1, 0), (1, 1), (1, 2), (2, 3)], False),
        ([(1, 1), (2, 1), (3, 0)], True),
    ],
    ids=["three on two days", "the last two on one", "all on one day", "two", "one page often", "seen in any order"],
)
def test_a_headline_on_three_pages_and_on_two_days_is_a_template(
    now: datetime, uses: list[tuple[int, float]], known: bool
) -> None:
    assert is_known(used(uses, now)) is known


def test_a_template_is_one_whatever_its_date_and_belongs_to_its_host(now: datetime) -> None:
    templates = used([(1, 0), (2, 0), (3, 1)], now)
    other = use(9, "Evening recap of the islands, 17 June")
    elsewhere = use(9, host="https://wire.example.net")
    assert templates.among([other, elsewhere, use(9, "Otters return to the bay")]) == {template_key(other)}


def test_entries_without_a_page_of_their_own_count_one_by_one(now: datetime) -> None:
    templates, front = Templates(), fingerprint("Evening recap of the islands", "", HOST)
    for name, days in (("a", 0), ("a", 1), ("b", 1)):
        templates.note(front, EntryId(name), now + days * DAY)
    assert templates.among([front]) == frozenset()
    templates.note(front, EntryId("c"), now + DAY)
    assert templates.among([front]) == {template_key(front)}


def test_what_has_no_headline_or_no_host_is_no_template(now: datetime) -> None:
    templates = Templates()
    for n in range(4):
        for print_ in (use(n, ""), fingerprint("Evening recap of the islands", "", None)):
            templates.note(print_, EntryId(f"e{n}"), now + n * DAY)
    assert templates.among([use(9, ""), fingerprint("Evening recap of the islands", "", None)]) == frozenset()


@pytest.mark.parametrize(("limit", "forgotten"), [(timedelta(0), False), (timedelta(minutes=1), True)])
def test_a_headline_used_once_is_forgotten_with_its_entry(now: datetime, limit: timedelta, forgotten: bool) -> None:
    templates = used([(1, 0)], now)
    templates.expire(now + limit)
    for page in (2, 3):
        templates.note(use(page), EntryId(f"later {page}"), now + DAY)
    assert is_known(templates) is not forgotten


@pytest.mark.parametrize(
    ("uses", "limit", "kept"),
    [
        ([(1, 0), (2, 0), (3, 1)], DAY + FORTNIGHT, True),
        ([(1, 0), (2, 0), (3, 1)], DAY + FORTNIGHT + timedelta(seconds=1), False),
        ([(1, 1), (2, 1), (3, 0)], DAY + FORTNIGHT, True),
        ([(1, 0), (2, 0), (3, 1), (4, 5)], 5 * DAY + FORTNIGHT, True),
    ],
)
def test_a_template_is_remembered_for_a_fortnight_after_its_last_use(
    now: datetime, uses: list[tuple[int, float]], limit: timedelta, kept: bool
) -> None:
    templates = used(uses, now)
    templates.expire(now + limit)
    assert is_known(templates) is kept


def test_one_page_that_stood_in_many_feeds_is_not_remembered_longer_than_its_entries(now: datetime) -> None:
    templates = used([(1, 0), (1, 0)], now)
    templates.expire(now + timedelta(minutes=1))
    for page in (2, 3):
        templates.note(use(page), EntryId(f"later {page}"), now + DAY)
    assert not is_known(templates)


def test_what_is_written_down_is_as_it_was(now: datetime) -> None:
    for uses in ([(1, 0)], [(1, 0), (2, 0)], [(1, 0), (2, 0), (3, 1)]):
        templates, again = used(uses, now), Templates()
        again.fill(templates.parts())
        assert again.parts() == templates.parts()
        for each in (templates, again):
            each.note(use(1), EntryId("the same page"), now + DAY)
        assert is_known(again) is is_known(templates) is (len(uses) == 3)
        for page in (2, 3):
            again.note(use(page), EntryId(f"later {page}"), now + DAY)
        assert is_known(again)
        again.expire(now + DAY + FORTNIGHT + timedelta(minutes=1))
        assert not is_known(again)
