from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from monitor.model.entry import Entry
from monitor.model.watch import Zone
from monitor.query.compile import rule_of
from monitor.query.passage import Place, are_near
from monitor.query.percolator import Percolator
from monitor.query.spans import Span, distance
from monitor.query.vocabulary import _plain
from monitor.text.tokens import chunk_places, pieces

tokens = st.tuples(st.integers(0, 40), st.integers(0, 3)).map(lambda made: (made[0], made[0] + made[1]))
places = st.lists(tokens, min_size=1, max_size=6, unique=True).map(sorted)


def span(place: Place) -> Span:
    return Span(Zone.BODY, frozenset(range(place[0], place[1] + 1)), *place, ())


@given(places, places, st.integers(1, 9), st.booleans())
def test_tokens_are_near_where_two_of_them_as_mentions_are(
    left: list[Place], right: list[Place], within: int, ordered: bool
) -> None:
    apart = [distance(span(one), span(other), ordered=ordered) for one in left for other in right]
    expected = any(found is not None and found <= within for found in apart)
    assert are_near(left, right, within, ordered=ordered) is expected


def test_the_part_of_a_compound_is_not_near_the_whole(entry: Callable[..., Entry]) -> None:
    percolator = Percolator([rule_of("near", "F16 NEAR/5 (F16 OR 16)"), rule_of("behind", "F16 ONEAR/1 jets")])
    assert list(percolator.matches(entry("Two F-16 jets"))) == ["behind"]
    assert list(percolator.matches(entry("Two F-16 and an F16"))) == ["near"]


@given(st.text("ab1’‘“”–—―….-' é\u00ad", max_size=30))
def test_signs_that_are_made_plain_leave_words_and_places_as_they_are(text: str) -> None:
    found, plain = ([(at, pieces(chunk)) for chunk, at in chunk_places(each)] for each in (text, _plain(text)))
    assert found == plain
