"""Secrets reach destinations and nothing else: no message, no source line, no repr."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.config.load import load
from monitor.config.masking import masked, without_password
from monitor.config.sensitive import holds_secret, secrets_of
from monitor.errors import ConfigError

SECRET = "Tr0ub4dor-and-3"
WITH_SECRET = f"""\
feeds:
  - url: https://news.example/a.rss
destinations:
  desk:
    url: mailtos://user:{SECRET}@mail.example.org?to=desk@example.org
    quiet: {{from: "22:00", to: "07:00"}}
  hook:
    url: https://hooks.example.org/services/{SECRET}
  one: {{url: slack://{SECRET}/b/c, digest: {{at: "08:00"}}}}
  folded:
    url: >-
      tgram://{SECRET}/123
on_error: [desk]
"""


def test_the_example_itself_is_loaded(write) -> None:
    configuration = load(write(monitor_yaml=WITH_SECRET), {})
    assert configuration.destinations[0].url == f"mailtos://user:{SECRET}@mail.example.org?to=desk@example.org"


def test_no_secret_shows_in_a_repr(write) -> None:
    assert SECRET not in repr(load(write(monitor_yaml=WITH_SECRET), {}))


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, len(WITH_SECRET)), st.integers(0, 12), st.text("[]{}:-&*!@%\"'#|> \n\tau\0", max_size=5))
def test_no_damage_to_the_file_brings_a_secret_into_a_message(write, at: int, length: int, inserted: str) -> None:
    text = WITH_SECRET[:at] + inserted + WITH_SECRET[at + length :]
    try:
        said = "".join(str(warning) for warning in load(write(monitor_yaml=text), {}).warnings)
    except ConfigError as error:
        said = str(error) + repr(error.problems)
    assert SECRET not in said, said


@pytest.mark.parametrize(
    "row",
    [
        f"url: mailto:user:{SECRET}@host",
        f"ulr: slack://{SECRET}",
        f"{{url: '{SECRET}'}}",
        f"url: [{SECRET}]",
        f"url: {{a: {SECRET}}}",
        f"url: @{SECRET}",
        f"url: *{SECRET}",
        f"url: !{SECRET}",
        f"- {SECRET}",
        f'url: "{SECRET}" x',
        f"mailto://u:{SECRET}@h: x",
        f"url: console://\n    url: slack://{SECRET}",
        f"url: |\n      slack://\n      {SECRET}\n    bogus: x",
    ],
)
def test_no_mistake_beside_a_secret_shows_it(write, row: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(write(monitor_yaml=f"destinations:\n  desk:\n    {row}\n"), {})
    assert SECRET not in str(error.value)
    assert SECRET not in repr(error.value.problems)


@pytest.mark.parametrize("value", [SECRET, f"not an address {SECRET}", f"slack:{SECRET}", f"{SECRET}\nslack://x"])
def test_no_value_of_a_variable_shows_in_a_message(write, value: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(write(monitor_yaml="destinations: {desk: {url: '${URL}'}}\n"), {"URL": value})
    assert SECRET not in str(error.value)
    assert "not of the form service://" in str(error.value)


@pytest.mark.parametrize("held", [SECRET, f"{SECRET}\n{SECRET}\n", "", f"slack://a b {SECRET}", "x" * 10_000, b"\xff"])
def test_no_content_of_a_secret_file_shows_in_a_message(write, held: str | bytes) -> None:
    folder = write(monitor_yaml="destinations: {desk: {url_file: secret}}\n")
    (folder / "secret").write_bytes(held.encode() if isinstance(held, str) else held)
    with pytest.raises(ConfigError) as error:
        load(folder, {})
    assert SECRET not in str(error.value)


def test_a_variable_is_put_in_as_it_is(write) -> None:
    folder = write(monitor_yaml="destinations: {desk: {url: 'mailto://${USER}:${PASS}@h?to=${USER}@h'}}\n")
    assert load(folder, {"USER": "u", "PASS": "p%40ss"}).destinations[0].url == "mailto://u:p%40ss@h?to=u@h"


def test_values_of_variables_are_not_searched_for_variables(write) -> None:
    folder = write(monitor_yaml="destinations: {desk: {url: 'slack://${A}'}}\n")
    assert load(folder, {"A": "${B}", "B": "x"}).destinations[0].url == "slack://${B}"


def test_a_secret_file_may_be_named_by_a_variable_and_end_in_a_newline(write, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("\n  slack://a/b/c  \n\n")
    folder = write(monitor_yaml="destinations: {desk: {url_file: '${DIR}/url'}}\n")
    assert load(folder, {"DIR": str(tmp_path)}).destinations[0].url == "slack://a/b/c"


def test_a_literal_secret_in_an_open_file_is_warned_of(write) -> None:
    folder = write(monitor_yaml=WITH_SECRET)
    (folder / "monitor.yaml").chmod(0o644)
    warnings = load(folder, {}).warnings
    assert [w.line for w in warnings if "others may read" in w.message] == [5, 8, 9, 11]
    assert {w.severity for w in warnings} == {"warning"}
    assert all("chmod 600" in w.hint for w in warnings)
    assert SECRET not in "".join(map(str, warnings))


def test_a_closed_file_or_a_variable_needs_no_warning(write) -> None:
    assert load(write(monitor_yaml=WITH_SECRET), {}).warnings == ()
    folder = write(
        monitor_yaml=WITH_SECRET.replace(SECRET, "${PASS}").replace("slack://${PASS}/b/c", "'slack://${PASS}/b/c'")
    )
    (folder / "monitor.yaml").chmod(0o644)
    assert load(folder, {"PASS": "x"}).warnings == ()


def test_a_variable_with_a_character_that_ends_a_password_is_warned_of(write) -> None:
    folder = write(monitor_yaml=WITH_SECRET.replace(f"user:{SECRET}", "${USER}:${PASS}"))
    (warning,) = load(folder, {"USER": "u", "PASS": "a/b@c"}).warnings
    assert "the variable PASS holds a character" in warning.message
    assert "a/b@c" not in str(warning)


def test_several_recipients_in_one_address_are_warned_of(write) -> None:
    folder = write(monitor_yaml=WITH_SECRET.replace("to=desk@example.org", "to=a@example.org,b@example.org"))
    (warning,) = load(folder, {}).warnings
    assert "share one fate" in warning.message


def test_everything_secret_is_named_for_the_redactor(write) -> None:
    secrets = load(
        write(monitor_yaml=WITH_SECRET.replace("tgram://" + SECRET, "tgram://${BOT}")), {"BOT": "12345678:bot"}
    ).secrets
    assert {SECRET, "12345678:bot"} <= secrets


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("mailtos://user:p%40ssw0rd@host?to=x", "p@ssw0rd"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "TIiajkdnlazkcOXrIdevi7FQ"),
        ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD", "A1BRTD4JD"),
        ("json://host/path?+token=abcdefghi", "abcdefghi"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", "123456789:abcdefg_hijklmnop"),
    ],
)
def test_the_parts_of_an_address_that_are_secret(url: str, secret: str) -> None:
    assert {url, secret} <= secrets_of(url)


def test_console_and_files_hold_no_secrets() -> None:
    assert secrets_of("console://") == secrets_of("file:///var/log/alerts.log") == frozenset()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("console", False),
        ("file://alerts.log", False),
        ("mailto://127.0.0.1:2525/?to=a@b", False),
        ("mailto://u:p@host", True),
        ("slack://a/b/c", True),
        ("slack://${A}/b/c", False),
        ("https://hooks.example.org/x", True),
    ],
)
def test_addresses_that_hold_a_secret_themselves(url: str, expected: bool) -> None:
    assert holds_secret(url) is expected


def test_lines_that_cannot_hold_a_secret_are_shown() -> None:
    lines = ("destinations:", "  desk:", '    quiet: {from: "22:00"}', "feeds:", "  - url: https://a.example/?x=1")
    assert masked(lines) == lines


def test_a_password_in_a_feed_is_hidden() -> None:
    assert masked(["feeds:", "  - url: https://u:p@h/x"])[1] == "  - url: https://***@h/x"
    assert without_password("see https://u:p@h/x") == "see https://***@h/x"
