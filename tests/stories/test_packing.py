from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.corpus.articles import article_of
from monitor.errors import CorpusError
from monitor.model.story import Article
from monitor.stories.packing import is_packed, packed, unpacked
from monitor.text.article import ArticleText


@given(st.text(max_size=30), st.text(max_size=300), st.one_of(st.none(), st.just("2023-07-11")))
@settings(max_examples=100)
def test_what_is_packed_comes_out_as_it_was(title: str, body: str, published: str | None) -> None:
    article = article_of("islands", ArticleText(title=title, body=body, published=published))
    line = packed(article)
    assert "\n" not in line
    assert unpacked(json.loads(line)) == article


def test_an_article_may_move_to_another_corpus(harbour: str) -> None:
    row = json.loads(packed(_article(harbour)))
    assert is_packed(row)
    assert unpacked(row, "elsewhere").corpus == "elsewhere"


def test_no_word_of_the_text_is_in_the_exported_form(harbour: str) -> None:
    line = packed(_article(harbour))
    assert not [word for word in ("timber", "freight", "cracked", "eleven") if word in line.casefold()]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"monitor": "article/0"}, "this program reads article/1; import the texts anew"),
        ({"shingles": "§"}, "damaged"),
        ({"lead": "AAA="}, "damaged"),
        ({"words": "many"}, "damaged"),
    ],
)
def test_a_damaged_line_is_refused(harbour: str, change: dict[str, str], message: str) -> None:
    row = {**json.loads(packed(_article(harbour))), **change}
    with pytest.raises(CorpusError) as refusal:
        unpacked(row)
    assert message in str(refusal.value)


def test_a_line_that_lacks_a_field_is_refused(harbour: str) -> None:
    row = json.loads(packed(_article(harbour)))
    del row["pairs"]
    with pytest.raises(CorpusError, match="damaged"):
        unpacked(row)


def _article(text: str) -> Article:
    return article_of("islands", ArticleText(title="Council closes harbour", body=text))
