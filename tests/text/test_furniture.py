"""What kind of line a line is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text.furniture import (
    FULL_SENTENCE,
    Kind,
    _phrases,
    classify,
    core,
    ends_like_a_sentence,
    folded,
    is_bullet,
    length,
)

LINES = st.text(st.sampled_from("abAé 京 .!?”»)’:;|…-•1©/\t\u00a0यि"), max_size=30)
PROSE = {
    "English": "The council voted on Monday to close the old harbour to cargo ships.",
    "German": "Der Rat stimmte am Montag dafür, den alten Hafen für Frachtschiffe zu schließen.",
    "French": "Le conseil a voté lundi la fermeture du vieux port aux navires de charge.",
    "Spanish": "El consejo votó el lunes cerrar el viejo puerto a los barcos de carga.",
    "Ukrainian": "Рада проголосувала в понеділок за закриття старої гавані для вантажних суден.",
    "Russian": "Совет проголосовал в понедельник за закрытие старой гавани для грузовых судов.",
    "Greek": "Το συμβούλιο ψήφισε τη Δευτέρα να κλείσει το παλιό λιμάνι για τα φορτηγά πλοία.",
    "Hindi": "परिषद ने सोमवार को पुराने बंदरगाह को मालवाहक जहाजों के लिए बंद करने का फैसला किया।",
    "Arabic": "هل صوت المجلس يوم الاثنين على إغلاق الميناء القديم أمام سفن الشحن؟",
    "Armenian": "Խորհուրդը երկուշաբթի օրը քվեարկեց հին նավահանգիստը բեռնատար նավերի համար փակելու օգտին։",
    "Japanese": "評議会は月曜日、古い港を貨物船に対して閉鎖することを決議した。",
    "Chinese": "委员会周一投票决定，自明年春天起关闭旧港口，不再允许货船进入。",
}


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE)
def test_a_sentence_is_a_sentence_in_any_language(text: str) -> None:
    assert classify(text).kind is Kind.SENTENCE
    assert classify(text).words >= FULL_SENTENCE
    assert ends_like_a_sentence(text)


@pytest.mark.parametrize("closer", ["”", '"', "’", "»", ")", "]", "」", "』", "›", " ”)", "\u00a0»"])
def test_quotes_and_brackets_behind_its_end_change_no_sentence(closer: str) -> None:
    assert ends_like_a_sentence(f"They will move.{closer}")
    assert not ends_like_a_sentence(f"They will move{closer}")


@pytest.mark.parametrize("text", ["", "”", "»)", "   ", "“”"])
def test_what_says_nothing_ends_like_no_sentence(text: str) -> None:
    assert not ends_like_a_sentence(text)


@pytest.mark.parametrize("section", ["always", "edge", "credit"])
def test_every_phrase_is_found_in_the_middle_of_a_line(section: str) -> None:
    kind = {"always": Kind.NOTE, "edge": Kind.EDGE, "credit": Kind.CAPTION}[section]
    for phrase in _phrases()[section]:
        assert classify(f"So {phrase} it was.").kind in {kind, Kind.NOTE}, phrase


def test_every_label_and_every_head_of_a_box_is_found_alone() -> None:
    for phrase in _phrases()["label"]:
        assert classify(phrase).kind is Kind.LABEL, phrase
        assert classify(phrase.upper()).kind is Kind.LABEL, phrase
    for phrase in _phrases()["marker"]:
        assert classify(phrase.rstrip("$")).kind in {Kind.MARKER, Kind.LABEL}, phrase


def test_the_phrases_are_written_as_they_are_compared() -> None:
    for section, phrases in _phrases().items():
        for phrase in phrases:
            assert phrase == folded(phrase) != "", section


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Skip to main navigation", Kind.LABEL),
        ("×", Kind.LABEL),
        ("— … —", Kind.LABEL),
        ("https://news.example/a?b=c", Kind.LABEL),
        ("www.news.example", Kind.LABEL),
        ("see https://news.example/a", Kind.PLAIN),
        ("© 2026 The Gazette", Kind.MARKER),
        ("Related articles", Kind.MARKER),
        ("Related articles: two more on harbours and on the ships that use them today", Kind.MARKER),
        ("Related articles were found in the drawer of the council's former secretary.", Kind.SENTENCE),
        ("Photo: Anna Bell", Kind.CAPTION),
        ("The harbour in winter. Photo: Anna Bell", Kind.CAPTION),
        ("They left.", Kind.SHORT_SENTENCE),
        ("Harbour closed to cargo ships", Kind.PLAIN),
        ("By Anna Bell", Kind.PLAIN),
    ],
)
def test_a_line_is_told_by_what_it_says_and_how_it_ends(text: str, kind: Kind) -> None:
    assert classify(text).kind is kind


def test_a_phrase_inside_of_a_word_is_none() -> None:
    assert classify("Their photography: art").kind is Kind.PLAIN
    assert classify("The shareholders met on Monday and voted for the new board of the port.").kind is Kind.SENTENCE


def test_a_whole_article_in_one_line_is_no_note_whatever_it_quotes() -> None:
    article = " ".join([PROSE["English"]] * 6) + " We use cookies, the mayor said."
    assert classify(article).kind is Kind.SENTENCE
    assert classify(article.rstrip(".")).kind is Kind.PLAIN


@given(LINES)
def test_blanks_around_a_line_say_nothing(text: str) -> None:
    assert classify(f" \t{text}\u00a0 ") == classify(text)


@given(LINES)
def test_every_line_has_one_kind_and_a_length(text: str) -> None:
    line = classify(text)
    assert isinstance(line.kind, Kind)
    assert 0 <= line.words <= len(text)
    assert (line.kind is Kind.SENTENCE) <= (line.words >= FULL_SENTENCE)


@given(LINES, LINES)
def test_a_longer_line_has_no_fewer_words(one: str, other: str) -> None:
    assert max(length(one), length(other)) <= length(f"{one} {other}") <= length(one) + length(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("a b  c", 3),
        ("東京都", 2),
        ("東京都は", 2),
        ("NATO 東京 summit", 3),
        ("한국어 단어", 2),
        ("ไทย", 2),
        ("हिन्दी में", 2),
    ],
)
def test_words_are_counted_where_there_are_spaces_and_by_the_pair_where_there_are_none(text: str, words: int) -> None:
    assert length(text) == words


@pytest.mark.parametrize("text", ["• item", "- item", "– item", "3. item", "12) item", "  * item"])
def test_an_item_of_a_list_is_known_by_its_bullet(text: str) -> None:
    assert is_bullet(text)


@pytest.mark.parametrize("text", ["3.5 million", "-5 degrees", "item", "2026) item", "•item", ""])
def test_what_only_begins_like_a_bullet_is_none(text: str) -> None:
    assert not is_bullet(text)


@given(LINES)
def test_the_core_of_a_core_is_itself(text: str) -> None:
    assert core(core(text)) == core(text)
    assert core(f"• {text} 12") == core(f"{text} |")


@settings(max_examples=30)
@given(st.sampled_from(["a b ", "newsletter ", "photo: ", "© ", "...", "1) ", "京", "sign up "]), st.integers(1, 4_000))
def test_a_line_of_any_length_is_classified(piece: str, times: int) -> None:
    assert classify(piece * times).words >= (times if piece.strip("., \t") and piece != "京" else 0)
