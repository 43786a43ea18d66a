from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.corpus.repeats import LINE, Lines, line_postings, without_repeats
from monitor.model.story import Segment
from monitor.text.article import ArticleText

NOTICE = "We at the Strait Times ask all readers to accept our rules before they read on."


def document(number: int, *more: str, host: str = "strait.example.com") -> ArticleText:
    own = [f"Report {number} says that {what} was seen at the harbour on that day." for what in ("a seal", "an otter")]
    return ArticleText(
        title=f"Report {number}", body="\n".join([own[0], *more, own[1]]), url=f"https://{host}/{number}"
    )


def test_a_line_in_two_documents_of_a_host_is_in_none_of_them() -> None:
    lean, _ = without_repeats([document(1, NOTICE), document(2, NOTICE), document(3)], Lines())
    assert lean == [document(1), document(2), document(3)]


def test_a_line_in_documents_of_two_hosts_stays() -> None:
    both = [document(1, NOTICE), document(2, NOTICE, host="wire.example.com")]
    assert without_repeats(both, Lines())[0] == both


def test_the_outlet_stands_for_the_host_where_there_is_no_address() -> None:
    texts = [replace(document(n, NOTICE), url=None, outlet="Strait Times") for n in (1, 2)]
    assert [text.body for text in without_repeats(texts, Lines())[0]] == [document(1).body, document(2).body]


def test_of_documents_of_unknown_origin_nothing_is_taken() -> None:
    texts = [replace(document(n, NOTICE), url=None) for n in (1, 2)]
    assert without_repeats(texts, Lines()) == (texts, frozenset())


def test_a_line_that_an_earlier_document_showed_is_taken_out() -> None:
    lines = Lines()
    _, shown = without_repeats([document(1, NOTICE)], lines)
    lines.add(shown)
    assert without_repeats([document(2, NOTICE)], lines)[0] == [document(2)]


def test_a_copy_of_an_article_is_left_whole() -> None:
    article, copy = document(1, NOTICE), replace(document(1, NOTICE), title="The same again")
    assert without_repeats([article, copy], Lines())[0] == [article, copy]


def test_a_line_twice_in_one_document_is_its_own_affair() -> None:
    text = document(1, NOTICE, NOTICE)
    assert without_repeats([text], Lines())[0] == [text]


def test_only_lines_not_yet_known_are_told() -> None:
    lines = Lines()
    _, shown = without_repeats([document(1, NOTICE)], lines)
    lines.add(shown)
    _, more = without_repeats([document(1, NOTICE), document(2, NOTICE)], lines)
    assert (len(shown), len(more)) == (3, 2)


@given(st.sets(st.integers(0, 2**64 - 1)), st.sets(st.integers(0, 2**64 - 1)))
def test_lines_come_back_from_segments(numbers: set[int], others: set[int]) -> None:
    lines = Lines([Segment(articles=1, parts={LINE: line_postings(numbers)}), Segment(articles=1, parts={})])
    assert all(number in lines for number in numbers)
    assert not any(number in lines for number in others - numbers)
