"""Templates of subjects and texts: looked through when they are read, so that none fails when an alert goes out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.wordings import _ALSO, BODY, SUBJECT
from monitor.errors import ConfigError, Problem
from monitor.located import Mark, Text
from monitor.model.wording import FIELDS, fill

TEMPLATES = st.lists(
    st.sampled_from(["{", "}", "{{", "}}", "{title}", "{why}", "title", "{x}", "{}", "{ title }", "é", "{title!r}"])
).map("".join)


def written(value: str) -> Text:
    return Text(value, Mark("f.yaml", 1, 1, value))


def refusal(template: str) -> Problem:
    with pytest.raises(ConfigError) as error:
        BODY.kind.read(written(template))
    (problem,) = error.value.problems
    return problem


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_may_stand_in_a_template(name: str) -> None:
    assert SUBJECT.kind.read(written(f"[{{{name}}}]")) == f"[{{{name}}}]"


@pytest.mark.parametrize(
    ("template", "message", "hint"),
    [
        ("{titel}", "unknown field '{titel}'", "did you mean title?"),
        ("{url}", "unknown field '{url}'", "did you mean link?"),
        ("{title.upper}", "unknown field '{title.upper}'", "a field is a name alone, without attributes or formats"),
        ("{title[0]}", "unknown field '{title[0]}'", "a field is a name alone"),
        ("{title:>20}", "unknown field", "a field is a name alone"),
        ("{title!r}", "unknown field", "a field is a name alone"),
        ("{", "a brace that belongs to no {field}", "write {{ or }}"),
        ("100 }", "a brace that belongs to no {field}", "write {{ or }}"),
        ("{title", "a brace that belongs to no {field}", "write {{ or }}"),
        ("{{title}", "a brace that belongs to no {field}", "write {{ or }}"),
    ],
)
def test_anything_but_a_known_field_is_refused(template: str, message: str, hint: str) -> None:
    assert message in refusal(template).message
    assert hint in refusal(template).hint


def test_every_word_that_people_write_for_a_field_leads_to_one() -> None:
    assert set(_ALSO.values()) <= set(FIELDS)
    assert not set(_ALSO) & set(FIELDS)


@settings(max_examples=50)
@given(TEMPLATES, st.text("{}title", max_size=9))
def test_a_template_that_was_taken_is_filled_as_python_would_fill_it(template: str, value: str) -> None:
    try:
        taken = BODY.kind.read(written(template))
    except ConfigError:
        return
    assert fill(taken, lambda _: value) == template.format(**dict.fromkeys(FIELDS, value))


def test_a_subject_has_one_line_and_a_text_may_have_many() -> None:
    assert BODY.kind.read(written("{headline}\n{link}")) == "{headline}\n{link}"
    with pytest.raises(ConfigError, match="one line"):
        SUBJECT.kind.read(written("{headline}\n{link}"))


def test_a_template_has_an_end() -> None:
    assert BODY.kind.read(written("x" * 4_000))
    assert refusal("x" * 4_001).message == "this is longer than 4000 characters"
