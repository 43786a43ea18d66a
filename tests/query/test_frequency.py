from __future__ import annotations

from monitor.query.frequency import frequency


def test_a_word_of_every_day_is_frequent_and_a_name_is_not() -> None:
    assert frequency("president") > frequency("election") > frequency("zverev") > frequency("lipavsky") == 1


def test_forms_are_counted_with_what_they_begin_with() -> None:
    assert frequency("elections") == frequency("election")
    assert frequency("ukraine") > 100


def test_a_word_is_not_counted_as_a_much_shorter_one() -> None:
    assert frequency("warq") < frequency("war")
    assert frequency("") == frequency("x") == 1
