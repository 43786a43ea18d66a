from __future__ import annotations

import pytest

from monitor.query.lookalikes import mixed


@pytest.mark.parametrize(
    ("word", "meant"),
    [("Оdesa", "Odesa in Latin"), ("grаin", "grain in Latin"), ("Киeв", "Киев in Cyrillic"), ("ΝATO", "NATO in Latin")],
)
def test_a_word_of_two_alphabets_is_offered_in_one(word, meant):
    found = mixed(word)
    assert found is not None
    assert meant in found.hint


def test_a_word_that_no_one_alphabet_can_write_is_still_named():
    found = mixed("Жazz")
    assert found is not None
    assert "one alphabet" in found.hint


@pytest.mark.parametrize("word", ["Odesa", "Одеса", "Ουκρανία", "F-16", "5G", "北京", "café", "μm"])
def test_a_word_of_one_alphabet_is_none(word):
    assert mixed(word) is None
