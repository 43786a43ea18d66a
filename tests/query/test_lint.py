from __future__ import annotations

import pytest

from monitor.query.compile import rule_of
from monitor.query.lint import lint


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("C++", "C++ is read as C: ++ is no part of a word"),
        ("#MeToo", "#MeToo is read as MeToo"),
        ("US AND trade deal", "US is a word in small letters too; write case:US"),
        ("WHO AND flu", "write case:WHO"),
        ("a NEAR/20 b", "NEAR/20: words so far apart"),
        ("dam NEAR/5 (dam OR flood)", "dam is on both sides of NEAR/5: no mention is near itself"),
        ("(dam NEAR/3 flood) NEAR/9 dam", "dam NEAR/3 flood is on both sides of NEAR/9"),
        ("inter* AND nato", "words; a longer prefix says what is meant"),
        ("Elections AND Kyiv", "Elections with a capital is a name"),
        ("government", "government alone is enough to match, and occurs in more than one story of a hundred"),
    ],
)
def test_what_is_rarely_meant_is_warned_of(query: str, said: str) -> None:
    warnings = lint(rule_of("rule", query))
    assert len(warnings) == 1
    assert said in str(warnings[0])


@pytest.mark.parametrize(
    "query",
    [
        "case:US",
        '"Gates"',
        "Ukraine NEAR/15 NATO",
        "(dam OR flood) NEAR/5 (flood OR river)",
        "dam NOT NEAR/5 (dam OR flood)",
        "invitation",
        "AT&T",
        "Kyiv's",
        "U.N.I.T.",
        "Зеленськ*",
        "F-16",
        "Summit",
    ],
)
def test_what_is_well_said_is_not(query: str) -> None:
    assert lint(rule_of("rule", query)) == []
