from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.text.passages import shared_passages
from monitor.text.shingles import upper_halves
from monitor.text.tokens import words

ARTICLE = "The island council voted on Monday to close the old harbour to cargo ships from next spring."
(KNOWN,) = upper_halves(words(ARTICLE), (3,))


def test_the_runs_are_those_of_the_text_as_it_writes_them() -> None:
    text = "News: the ISLAND council voted on  Monday, they say, to close the old harbour to cargo ships in May."
    assert shared_passages(text, KNOWN, 3) == [
        "the ISLAND council voted on  Monday",
        "to close the old harbour to cargo ships",
    ]


def test_short_runs_say_nothing() -> None:
    assert shared_passages("They said that the old harbour to sell is another.", KNOWN, 3) == []


def test_a_text_is_shared_with_itself_whole() -> None:
    assert shared_passages(ARTICLE, KNOWN, 3) == [ARTICLE.rstrip(".")]


@given(st.text(max_size=80), st.lists(st.integers(0, 2**32 - 1)))
def test_every_passage_stands_in_the_text(text: str, shingles: list[int]) -> None:
    assert all(passage in text for passage in shared_passages(text, shingles, 3))
