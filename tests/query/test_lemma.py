from __future__ import annotations

import pytest

from monitor.query.dictionary import families, languages
from monitor.query.lemma import Lexicon, languages_of, lexicon


@pytest.mark.parametrize(
    ("language", "word", "among", "never"),
    [
        ("en", "invite", {"invite", "invites", "invited", "inviting"}, {"invitation", "invitational"}),
        ("en", "inviting", {"invite", "invited"}, set()),
        ("en", "meeting", {"meeting", "meetings"}, {"met"}),
        ("en", "accession", {"accession"}, {"access"}),
        ("en", "Summit", {"summit", "summits"}, set()),
        ("en", "Gates", {"gates"}, {"gate"}),
        ("en", "Zelensky", {"zelensky", "zelenskys"}, set()),
        ("en", "NATO", {"nato"}, {"natos"}),
        ("uk", "Україна", {"україни", "україні", "україну"}, {"ukrajina"}),
        ("uk", "запрошення", {"запрошень", "запрошенням"}, set()),
        ("ru", "пригласить", {"пригласили", "пригласит"}, set()),
        ("ru", "Зеленский", {"зеленского", "зеленскому"}, set()),
        ("de", "einladen", {"eingeladen"}, set()),
        ("de", "einladung", {"einladungen"}, set()),
        ("de", "Einladungen", {"einladung"}, set()),
        ("fr", "adhésion", {"adhesions"}, set()),
        ("xx", "invite", {"invite"}, {"invited"}),
    ],
)
def test_forms_go_by_lemma_never_by_stem(language: str, word: str, among: set[str], never: set[str]) -> None:
    forms = lexicon().forms(language, [word])[word]
    assert among <= forms
    assert not never & forms


def test_every_word_is_a_form_of_itself() -> None:
    found = Lexicon().forms("en", ["C", "4.5bn", "Kýiv", "京"])
    assert found == {"C": {"c"}, "4.5bn": {"4.5bn"}, "Kýiv": {"kyiv", "kyivs"}, "京": {"京"}}


@pytest.mark.parametrize("language", ["ka", "sq", "lt"])
def test_what_is_read_of_a_dictionary_is_what_simplemma_loads(language: str) -> None:
    simplemma = pytest.importorskip("simplemma.strategies.dictionaries.dictionary_factory")
    loaded: dict[str, set[str]] = {}
    for form, base in simplemma.DefaultDictionaryFactory(0).get_dictionary(language).items():
        loaded.setdefault(base, set()).add(form)
    read = [(base.decode(), forms) for base, forms in families(language, {base.encode() for base in loaded})]
    assert len({base for base, _ in read}) == len(read), "the forms of a base form stand together"
    assert all({form.decode() for form in forms} <= loaded[base] for base, forms in read)
    assert sum(map(len, loaded.values())) - sum(len(forms) for _, forms in read) < 20
    assert len(read) > 500


def test_a_family_is_found_by_its_base_form_and_by_each_other_form() -> None:
    by_base, by_form = (list(families("en", {word})) for word in (b"invite", b"invited"))
    assert by_base == by_form
    assert b"invited" in dict(by_base)[b"invite"]


def test_a_word_takes_the_entrys_language_or_that_of_its_script() -> None:
    assert languages_of("de-AT", "latin") == ("de",)
    assert languages_of("de", "cyrillic") == ("uk", "ru")
    assert languages_of("uk", "latin") == ("en",)
    assert languages_of(None, "latin") == ("en",)
    assert languages_of("no", "latin") == ("nb",)
    assert languages_of("zz", "latin") == ()
    assert languages_of("ja", "other") == ()
    assert "pl" in languages()
