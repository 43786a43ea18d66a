"""The environment, read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.settings import SETTINGS, Settings
from monitor.errors import ConfigError


def refused(env: dict[str, str]) -> tuple[str, str]:
    with pytest.raises(ConfigError) as error:
        Settings.from_environment(env)
    (problem,) = error.value.problems
    return problem.message, problem.hint


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.from_environment({"PATH": "/bin", "MONITOR_STATE": ""}) == Settings()
    assert Settings().state == Path("state")
    assert Settings().watchlists == Path("watchlists")


def test_every_setting_is_read() -> None:
    env = {
        "MONITOR_STATE": "/var/lib/monitor",
        "MONITOR_WATCHLISTS": "/etc/monitor",
        "MONITOR_LOG_LEVEL": "WARNING",
        "MONITOR_LOG_FORMAT": "json",
        "MONITOR_CONTACT": " desk@example.org ",
    }
    assert set(env) == {setting.variable for setting in SETTINGS}
    assert Settings.from_environment(env) == Settings(
        state=Path("/var/lib/monitor"),
        watchlists=Path("/etc/monitor"),
        log_level="warning",
        log_format="json",
        contact="desk@example.org",
    )


def test_the_table_names_the_defaults() -> None:
    defaults = Settings()
    for setting in SETTINGS:
        assert str(getattr(defaults, setting.variable.removeprefix("MONITOR_").lower())) == setting.default
        assert setting.meaning.endswith(".")


def test_the_command_line_wins_and_none_is_absent() -> None:
    env = {"MONITOR_STATE": "a", "MONITOR_WATCHLISTS": "b"}
    found = Settings.from_environment(env, state=Path("c"), watchlists=None)
    assert (found.state, found.watchlists) == (Path("c"), Path("b"))


def test_an_override_that_is_no_setting_is_our_own_mistake() -> None:
    with pytest.raises(TypeError, match="sate"):
        Settings.from_environment({}, sate="x")


def test_an_unknown_name_is_refused_with_a_suggestion() -> None:
    assert refused({"MONITOR_STAET": "x"}) == ("unknown setting MONITOR_STAET", "did you mean MONITOR_STATE?")


@pytest.mark.parametrize(
    "name",
    [
        "MONITOR_TEST_ANYTHING",
        "MONITOR_SERVICE_HOST",
        "MONITOR_PORT_8080_TCP_ADDR",
        "MONITOR_SERVICE_PORT",
        "MONITOR_PORT",
    ],
)
def test_names_of_tests_and_of_container_platforms_are_left_alone(name: str) -> None:
    assert Settings.from_environment({name: "x"}) == Settings()


def test_a_value_out_of_the_list_is_refused() -> None:
    assert refused({"MONITOR_LOG_LEVEL": "inof"}) == (
        "MONITOR_LOG_LEVEL: 'inof' is not one of its values",
        "did you mean info?",
    )
    assert refused({"MONITOR_LOG_FORMAT": "xml"})[1] == "known: json, text"


@pytest.mark.parametrize("contact", ["a\r\nX-Evil: 1", "ü@example.org", "x" * 201])
def test_a_contact_that_cannot_stand_in_a_header_is_refused(contact: str) -> None:
    assert refused({"MONITOR_CONTACT": contact})[0].startswith("MONITOR_CONTACT: ")


def test_a_path_with_a_nul_is_refused() -> None:
    with pytest.raises(ConfigError):
        Settings.from_environment({}, state="a\0b")


def test_all_problems_come_together() -> None:
    with pytest.raises(ConfigError) as error:
        Settings.from_environment({"MONITOR_A": "", "MONITOR_B": "", "MONITOR_LOG_FORMAT": "x"})
    assert len(error.value.problems) == 3
