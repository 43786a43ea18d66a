"""Rates, fallbacks and templates: read as they are written, refused where they stand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.limits import LONGEST_SPAN, rate
from monitor.config.load import load
from monitor.errors import ConfigError
from monitor.located import Mark, Text
from monitor.model.watch import Rate, Wording

FEED = "feeds:\n  - {url: https://news.example/a.rss, name: A}\n"
HOUR = timedelta(hours=1)


def loaded(write, destination: str = "", watchlist: str = "", service: str = ""):
    text = f"{FEED}{service}destinations:\n  desk: {{url: console://{destination}}}\n  chat: {{url: console://}}\n"
    return load(write(monitor_yaml=text, nato_yaml=f"watchlists: [{{name: a, query: b{watchlist}}}]\n"), {})


def refused(write, **parts: str) -> tuple[str, str]:
    with pytest.raises(ConfigError) as caught:
        loaded(write, **parts)
    (problem,) = caught.value.problems
    assert problem.line
    assert problem.column
    return problem.message, problem.hint


@pytest.mark.parametrize(
    ("text", "count", "per"),
    [("20/h", 20, HOUR), ("5/10m", 5, HOUR / 6), ("1 / 30s", 1, timedelta(seconds=30)), ("999/1d", 999, 24 * HOUR)],
)
def test_a_rate_is_so_many_in_such_a_time(write, text: str, count: int, per: timedelta) -> None:
    found = loaded(write, destination=f", rate: {text}", watchlist=f", burst: {text}", service=f"flood: {text}\n")
    rate = Rate(count=count, per=per)
    assert found.destinations[0].rate == found.watchlists[0].watchlist.burst == found.flood == rate


@given(st.integers(1, 999_999), st.integers(1, 86_400))
def test_a_rate_that_the_program_writes_is_read_back_as_it_is(count: int, seconds: int) -> None:
    given_rate = Rate(count=count, per=timedelta(seconds=seconds))
    assert rate(LONGEST_SPAN).read(Text(str(given_rate), Mark("f.yaml", 1, 1, str(given_rate)))) == given_rate


def test_without_one_there_is_no_limit(write) -> None:
    found = loaded(write)
    assert (found.destinations[0].rate, found.watchlists[0].watchlist.burst, found.flood) == (None, None, None)


@pytest.mark.parametrize("text", ["20", "20 per hour", "20/w", "a/h", "20/h/d", "-1/h", "1.5/h"])
def test_what_is_no_rate_is_refused_with_an_example(write, text: str) -> None:
    message, hint = refused(write, destination=f', rate: "{text}"')
    assert "is not a rate such as 20/m" in message
    assert "write 20/h for 20 an hour" in hint


@pytest.mark.parametrize("text", ["0/h", "5/0m", "5/2d"])
def test_a_rate_out_of_range_is_refused(write, text: str) -> None:
    assert "is out of range" in refused(write, watchlist=f', burst: "{text}"')[0]


def test_a_destination_opens_private_networks_as_a_feed_does(write) -> None:
    assert loaded(write).destinations[0].allow_private == ()
    opened = loaded(write, destination=", allow_private: 192.168.1.0/24").destinations[0].allow_private
    assert [str(network) for network in opened] == ["192.168.1.0/24"]
    assert len(loaded(write, destination=", allow_private: true").destinations[0].allow_private) == 8
    assert "is not a network" in refused(write, destination=", allow_private: lan")[0]


def test_a_fallback_is_another_destination(write) -> None:
    assert loaded(write, destination=", fallback: chat").destinations[0].fallback == "chat"
    message, hint = refused(write, destination=", fallback: chta")
    assert message.endswith("is not a destination in monitor.yaml")
    assert hint == "did you mean chat?"
    assert refused(write, destination=", fallback: desk")[0] == "a destination cannot be its own fallback"


def test_templates_are_taken_over_as_they_stand(write) -> None:
    words = ', subject: "{title}: {story}", text: "{headline}\\n{link} {{x}}"'
    found = loaded(write, destination=words, watchlist=words)
    wording = Wording(subject="{title}: {story}", text="{headline}\n{link} {{x}}")
    assert found.destinations[0].wording == found.watchlists[0].watchlist.wording == wording
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("template", "message", "hint"),
    [
        ("{headlin}", "unknown field '{headlin}'", "did you mean headline?"),
        ("{url}", "unknown field '{url}'", "did you mean link?"),
        ("{headline.__class__}", "unknown field '{headline.__class__}'", "a name alone"),
        ("{headline!r:>99}", "unknown field '{headline!r:>99}'", "a name alone"),
        ("{0}", "unknown field '{0}'", "known: "),
        ("{}", "unknown field '{}'", "known: "),
        ("{headline", "a brace that belongs to no {field}", "write {{"),
        ("headline}", "a brace that belongs to no {field}", "write {{"),
    ],
)
def test_a_template_with_anything_but_known_fields_is_refused(write, template, message, hint) -> None:
    for where in ("destination", "watchlist"):
        for key in ("subject", "text"):
            said, suggested = refused(write, **{where: f", {key}: '{template}'"})
            assert said == message
            assert hint in suggested


def test_a_subject_that_changes_with_each_follow_up_is_warned_of(write) -> None:
    (warning,) = loaded(write, watchlist=", subject: '{headline}'").warnings
    assert warning.message == "a subject with {headline} is another one in each follow-up"
    assert "{story}" in warning.hint


def test_stronger_is_read(write) -> None:
    assert loaded(write, watchlist=", again: {stronger: true}").watchlists[0].watchlist.again.stronger
