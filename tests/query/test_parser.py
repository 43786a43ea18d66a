from __future__ import annotations

import re

import pytest

from monitor.errors import QueryError
from monitor.query.ast import And, AtLeast, Field, Form, Leaf, Near, Not, Or, Ref
from monitor.query.parser import parse, parse_item

A, B, C = Leaf("a"), Leaf("b"), Leaf("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("a b", Leaf("a b")),
        ("  a \t b ", Leaf("a b")),
        ('"a b"', Leaf("a b", Form.EXACT)),
        ("“a b”", Leaf("a b", Form.EXACT)),
        ("„a b“", Leaf("a b", Form.EXACT)),
        ("«a b»", Leaf("a b", Form.EXACT)),
        ('"the “best” deal"', Leaf("the “best” deal", Form.EXACT)),
        ("exact:invited", Leaf("invited", Form.EXACT)),
        ("case:US forces", Leaf("US forces", Form.CASE)),
        ('case:"US forces"', Leaf("US forces", Form.CASE)),
        ("stem:invite", Leaf("invite", Form.STEM)),
        ("like:Zelensky", Leaf("Zelensky", Form.LIKE)),
        ("invit*", Leaf("invit", Form.PREFIX)),
        ("a AND b AND c", And((A, B, C))),
        ("a AND b NOT c", And((A, B, Not(C)))),
        ("a AND NOT b", And((A, Not(B)))),
        ("NOT a AND b", And((Not(A), B))),
        ("a OR b OR c", Or((A, B, C))),
        ("(a OR b) AND c", And((Or((A, B)), C))),
        ("a NEAR/5 b", Near(A, B, 5)),
        ("a ONEAR/50 b", Near(A, B, 50, ordered=True)),
        ("a NOT NEAR/6 b", Near(A, B, 6, negated=True)),
        ("a NOT ONEAR/6 b", Near(A, B, 6, ordered=True, negated=True)),
        ("a NEAR/1 b NEAR/2 c", Near(Near(A, B, 1), C, 2)),
        ("a AND b NEAR/3 c", And((A, Near(B, C, 3)))),
        ("NOT a NEAR/3 b AND c", And((Not(Near(A, B, 3)), C))),
        ("title:a", Field("title", A)),
        ("title: a b", Field("title", Leaf("a b"))),
        ("title:(a OR b)", Field("title", Or((A, B)))),
        ("title:a NEAR/3 b", Near(Field("title", A), B, 3)),
        ("tail:$nato", Field("tail", Ref("nato"))),
        ("$nato", Ref("nato")),
        ("$pack:nato", Ref("pack:nato")),
        ("ATLEAST/3 (a OR b)", AtLeast(3, Or((A, B)))),
        ("$4.5bn", Leaf("$4.5bn")),
        ("12:30", Leaf("12:30")),
        ("AT&T", Leaf("AT&T")),
        ("Johnson & Johnson", Leaf("Johnson & Johnson")),
        ("Trinidad \\and Tobago", Leaf("Trinidad and Tobago")),
        ("\\(a", Leaf("(a")),
        ("((a))", A),
    ],
)
def test_what_is_written_is_what_is_understood(text: str, tree: object) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(ukraine AND nato", "this ( is never closed (column 1)"),
        ("ukraine NEAR/x invite", "NEAR/x needs a distance (column 9); write NEAR/8"),
        ("ukraine and or nato", "'and' in small letters is an ordinary word (column 9); write AND"),
        ("titel:ukraine", "unknown field 'titel' (column 1); did you mean title: ?"),
        (
            "ukraine OR nato AND invite",
            "OR and AND are mixed without brackets: (ukraine OR nato) AND invite, or ukraine OR (nato AND invite)?",
        ),
        ("NOT ukraine", "a query of exclusions alone matches nearly everything"),
        ("()", "nothing between the brackets"),
    ],
)
def test_each_message_of_the_reference_is_given_with_its_place(text: str, said: str) -> None:
    with pytest.raises(QueryError, match=re.escape(said)):
        parse(text)


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("", 1, "the query is empty"),
        ("a AND", 3, "AND needs a word or bracket behind it"),
        ("AND a", 1, "nothing stands before AND"),
        ("a AND OR b", 3, "nothing is before OR"),
        ("a OR b AND c OR d", 8, "(a OR b) AND (c OR d), or a OR (b AND c) OR d?"),
        ("a OR b NOT c", 8, "(a OR b) AND NOT c, or a OR (b AND NOT c)?"),
        ("a NEAR/3 b)", 11, "this ) closes nothing"),
        ('a AND "b', 7, 'this " is never closed'),
        ('""', 1, "nothing between the quotes"),
        ('a "b"', 3, 'a and "b" stand side by side'),
        ("(a) (b)", 5, ") and ( stand side by side"),
        ("a invit*", 3, "write a ONEAR/1 invit*"),
        ("inv*", 1, "inv* is too short"),
        ("*vite", 1, "* stands only at the end"),
        ('"invit*"', 1, "* has no meaning between quotes"),
        ("a NEAR/0 b", 3, "write a number from 1 to 50"),
        ("a NEAR/51 b", 3, "write a number from 1 to 50"),
        ("a NEAR b", 3, "NEAR needs a distance"),
        ("a near/8 b", 3, "write NEAR/8"),
        ("a W/8 b", 3, "write NEAR/8"),
        ("a or b", 3, "write OR"),
        ("a not b", 3, "write NOT"),
        ("a && b", 3, "write AND"),
        ("a AND -b", 7, "write NOT b"),
        ("/a.*b/", 1, "there are no regular expressions"),
        ("(a AND b) NEAR/3 c", 1, "AND cannot stand inside NEAR/3"),
        ("c NEAR/3 (NOT a)", 10, "NOT cannot stand inside NEAR/3"),
        ("ATLEAST/2 a", 1, "ATLEAST/2 needs brackets"),
        ("ATLEAST a", 1, "ATLEAST needs a count"),
        ("C AND ++", 7, "no letter or digit in '++'"),
        ("a AND $ukr!", 7, "is not the name of an alias"),
        ("like:Mao", 1, "like:Mao is too short"),
        ("case:", 1, "case: needs words behind it"),
        ("a OR NOT b", 1, "a query of exclusions alone"),
        ("title:", 1, "title: needs a word"),
    ],
)
def test_each_slip_gets_its_column_and_a_mend(text: str, column: int, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert said in str(caught.value)
    assert caught.value.column == column


def test_an_unknown_alias_is_named_with_the_one_that_was_meant() -> None:
    with pytest.raises(QueryError, match=r"unknown alias '\$nto' \(column 9\); did you mean \$nato \?"):
        parse("abc AND $nto", names=("nato", "ukraine"))


def test_items_of_a_list_may_hold_and_or_and_not_as_words() -> None:
    assert parse_item("Trinidad and Tobago") == Leaf("Trinidad and Tobago")
    assert parse_item("not now or never") == Leaf("not now or never")
    assert parse_item("a OR b") == Or((A, B))


def test_a_query_of_twenty_thousand_characters_and_two_thousand_terms_is_taken() -> None:
    text = " OR ".join(f"w{number:04}" for number in range(1_999)) + " OR w" + "x" * 1_000
    assert 18_000 < len(text) < 20_000
    assert isinstance(parse(text), Or)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" OR ".join(["abc"] * 2_001), "more than 2,000 terms"),
        ("a " * 10_001, "20,002 characters, at most 20,000"),
        ("(" * 51 + "a" + ")" * 51, "nested more than 50 levels"),
        (" NEAR/1 ".join(["a"] * 60), "more than 50 NEAR in a row"),
        ("(a OR " * 40 + "(b AND " * 10 + "c" + ")" * 50, "nested more than 50 levels"),
        ("title:" * 60 + "a", "nested more than 50 levels"),
        ("a " * 101, "a phrase of 101 words, at most 100"),
        ("京" * 101, "a phrase of 101 words, at most 100"),
    ],
)
def test_what_is_too_much_is_refused(text: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        parse(text)
