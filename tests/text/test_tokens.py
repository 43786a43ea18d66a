from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import tokens
from monitor.text.tokens import chunks, fold, gaps_and_chunks, tokenize, words

ALPHABET = "abZé łїЙि'’.-–&­\u200b京กC1 İ\u0301"


def texts(value: str) -> list[str]:
    return [token.text for token in tokenize(value)]


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Kýiv", "kyiv"),
        ("KYIV", "kyiv"),
        ("Łódź", "lodz"),
        ("Đorđe", "dorde"),
        ("Ærø", "aero"),
        ("Straße", "strasse"),
        ("Zürich", "zurich"),
        ("İstanbul", "istanbul"),
        ("Diyarbakır", "diyarbakir"),
        ("ΑΘΉΝΑ", "αθηνα"),
        ("ＮＡＴＯ", "nato"),
        ("Київ", "київ"),
        ("Й", "й"),
        ("Украи\u0301на", "украина"),
        ("Украї\u0301ні", "україні"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_folding_removes_case_and_the_marks_of_latin_and_greek_letters_only(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zelen\u00adskyy in Ky\u200biv", ["Zelenskyy", "in", "Kyiv"]),
        ("Kyiv’s Kyiv's KYIV'S", ["Kyiv", "Kyiv", "KYIV"]),
        ("O’Brien п’ять don't", ["O'Brien", "п'ять", "don't"]),
        ("the U.S. and us", ["the", "US", "and", "us"]),
        ("NATO-Ukraine", ["NATO", "Ukraine", "NATOUkraine"]),
        ("co‑operation", ["co", "operation", "cooperation"]),
        ("F-16 F16", ["F", "16", "F16", "F16"]),
        ("AT&T, C++ and 5G: $4.5bn", ["AT&T", "C", "and", "5G", "4.5bn"]),
        ("Node.js", ["Node", "js", "Node.js"]),
        ("l’OTAN d'Ukraine dell’Ucraina", ["l", "OTAN", "d", "Ukraine", "dell", "Ucraina"]),
        ("l'ex-ministre", ["l", "ex", "ministre", "exministre"]),
        ("東京都", ["東", "京", "都"]),
        ("ไทย", ["ไ", "ท", "ย"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("#MeToo @user", ["MeToo", "user"]),
        ("talks -- which", ["talks", "which"]),
        ("2024-11-05", ["2024", "11", "05", "20241105"]),
        ("", []),
        ("…!?", []),
    ],
)
def test_words_are_what_a_reader_sees(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_places_point_at_the_word_as_it_stands() -> None:
    text = "He saw Zelen\u00adskyy’s F-16 "
    assert [text[token.start : token.end] for token in tokenize(text)] == [
        *("He", "saw", "Zelen\u00adskyy", "F", "16", "F-16"),
    ]


def test_a_compound_takes_as_many_positions_as_it_has_parts() -> None:
    assert [(token.text, token.first, token.last) for token in tokenize("a F-16 b")] == [
        ("a", 0, 0),
        ("F", 1, 1),
        ("16", 2, 2),
        ("F16", 1, 2),
        ("b", 3, 3),
    ]


def test_words_are_folded_and_hold_no_joined_form() -> None:
    assert words("Kýiv’s NATO-Ukraine council") == ["kyiv", "nato", "ukraine", "council"]


def test_a_chain_of_a_thousand_parts_is_not_joined() -> None:
    assert len(texts("a-" * 1000 + "a")) == 1001


@given(st.text(ALPHABET))
def test_tokens_come_in_order_and_lie_within_the_text(text: str) -> None:
    found = [token for token in tokenize(text) if token.first == token.last]
    assert [token.first for token in found] == list(range(len(found)))
    assert all(0 <= token.start < token.end <= len(text) for token in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


@given(st.text("abZ '`.-&1,"))
def test_the_pattern_for_ascii_finds_what_the_general_one_finds(text: str) -> None:
    assert tokens.chunks(text) == tokens._CHUNK.findall(text)


@given(st.text(ALPHABET) | st.text("аеїийіe\u0301\u0308\u0306\u0327\u0345ßſΐ\u1fb4ᄒ한कि", max_size=6))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("text", ["ї\u0301\u0301", "і\u0301\u0308", "і\u0308\u0301", "і\u0327\u0301"])
def test_a_stress_is_gone_wherever_it_stands_among_the_marks_of_its_vowel(text: str) -> None:
    assert "\u0301" not in fold(text)
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cn", "Co"]), max_size=6))
def test_a_word_folds_alike_in_any_case_and_composition(text: str) -> None:
    for other in (unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text), text.casefold()):
        assert fold(other) == fold(text)


def test_a_text_without_marks_and_ideographs_is_cut_as_any_other() -> None:
    for char in map(chr, range(0x3000)):
        for text in (f"a{char}b", f"é{char}é-x", f"a'{char}", f"{char}{char}", f"Kyiv{char}’s"):
            assert chunks(text) == chunks(f"{text} 京")[:-1]


def test_gaps_and_chunks_make_up_the_text() -> None:
    for text in ("", "Kyiv’s “NATO” summit!", "京都 a", "one"):
        found = gaps_and_chunks(text)
        assert "".join(found) == text
        assert found[1::2] == chunks(text)
        assert all(not chunks(gap) for gap in found[::2])
