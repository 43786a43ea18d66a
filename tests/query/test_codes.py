from __future__ import annotations

import pytest

from monitor.query.codes import country_problem, language_problem


@pytest.mark.parametrize("tag", ["en", "EN", "uk", "no", "nb", "en-GB", "pt_BR", "zh-Hans", "ast", "sr", "iw"])
def test_the_code_of_a_language_is_right(tag):
    assert language_problem(tag) is None


@pytest.mark.parametrize(
    ("tag", "meant"), [("ua", "write uk"), ("english", "write en"), ("Ukranian", "write uk"), ("xx", "a code of two")]
)
def test_another_word_for_a_language_is_answered_with_its_code(tag, meant):
    found = language_problem(tag)
    assert found is not None
    assert meant in found[1]


@pytest.mark.parametrize("code", ["ua", "UA", "gb", "us", "xk"])
def test_the_code_of_a_country_is_right(code):
    assert country_problem(code) is None


@pytest.mark.parametrize(
    ("name", "meant"), [("UK", "write gb"), ("Ukraine", "write ua"), ("USA", "write us"), ("eu", "a code of two")]
)
def test_another_word_for_a_country_is_answered_with_its_code(name, meant):
    found = country_problem(name)
    assert found is not None
    assert meant in found[1]
