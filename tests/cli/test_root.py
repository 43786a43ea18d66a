"""How the program ends: with which code, and with what for people, and never with a stack trace for a fault of the world."""

from __future__ import annotations

import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from monitor.cli.root import COMMANDS, main
from monitor.store.store import Store
from monitor.telemetry import configure as configure_log

REFUSED = 'feeds: [{url: "ftp://a.example/"}]\n'


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    """Runs the whole program in this process, and gives its exit code, what it printed, and what it complained of."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["monitor", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return ended.value.code, printed.out, printed.err

    yield run
    configure_log(stream=sys.__stderr__)  # `monitor run` sends the log to a stream that ends with the test


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder with a configuration and a state, for looking only."""
    folder = tmp_path_factory.mktemp("place")
    configure(folder)
    with Store.open(folder / "state"):
        return folder


def configure(folder: Path, text: str = "feeds: []\n") -> None:
    (folder / "watchlists").mkdir()
    (folder / "watchlists" / "monitor.yaml").write_text(text)


def test_what_goes_well_ends_with_0(run) -> None:
    code, out, err = run("schema", "monitor")
    assert (code, err) == (0, "")
    assert out.startswith("{")


def test_an_option_behind_the_command_is_shown_its_place(run) -> None:
    code, _, err = run("check", "--watchlists", "desk")
    assert code == 2
    assert err.endswith("It belongs before the command: monitor --watchlists … check\n")
    assert "belongs before" not in run("check", "--colour")[2]


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ("--version",), ("check", "--help")])
def test_who_asks_for_help_gets_it_with_0(run, arguments) -> None:
    code, out, _ = run(*arguments)
    assert code == 0
    assert "monitor" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("chekc",), "Did you mean check?"),
        (("zzz",), "See monitor --help."),
        (("--nonsense",), "No such option"),
        (("explain",), "give an entry's id or URL, or a draft"),
        (("silence", "add", "x", "--for", "soon"), "write 90m, 8h, 3d or 2w"),
        (("silence", "add", "x", "--for", "0d"), "write 90m, 8h, 3d or 2w"),
        (("backtest", "--since", "99999999d"), "is not a span of time"),
        (("stories", "--limit", "0"), "is not in the range"),
        (("mark", "a", "so-so"), "is not one of"),
    ],
)
def test_what_is_asked_wrongly_ends_with_2_and_the_way_to_ask(run, tmp_path, arguments, words) -> None:
    configure(tmp_path)
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert words in err


def test_a_configuration_that_is_refused_ends_with_78_and_says_how_much(run, tmp_path) -> None:
    configure(tmp_path, REFUSED)
    code, out, err = run("explain", "--text", "x")
    assert (code, out) == (78, "")
    assert "watchlists/monitor.yaml:1:15: " in err
    assert err.endswith("1 problem; nothing was loaded\n")


def test_problems_are_counted_in_the_plural_too(run, tmp_path) -> None:
    configure(tmp_path, "feeds: [x, y]\n")
    assert run("explain", "--text", "x")[2].endswith("2 problems; nothing was loaded\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("explain", "abc"), "monitor: entry: abc: no id begins so"),
        (("explain", "%"), "no id begins so"),
        (("explain", ""), "no id begins so"),
        (
            ("backtest", "nobody"),
            "monitor: watchlist: nobody: there is none of this name, and no such file; there are none",
        ),
        (("near", "nobody"), "there is none of this name; there are none"),
        (("silence", "add", "nobody"), "there is none of this name; there are "),
        (("silence", "expire", "abc"), "no id begins so"),
        (("deliveries", "drop", "abc"), "no id begins so"),
        (("stories", "abc"), "no id begins so"),
        (("mark", "abc", "good"), "no id begins so"),
    ],
)
def test_what_is_not_there_ends_with_1_and_one_line(run, place, monkeypatch, arguments, words) -> None:
    monkeypatch.chdir(place)
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("schema", "--output", "absent/schema.json"),
        ("schema", "--output", "file/schema.json"),
        ("explain", "--text", "x", "--html", "absent/page.html"),
        ("init", "file/below"),
        ("--state", "file", "run", "--once"),
        ("--state", "file/below", "run", "--once"),
        ("--state", "file", "status"),
        ("--state", "file", "silence", "list"),
        ("backup", "absent/copy.db"),
    ],
)
def test_a_place_that_cannot_be_written_ends_with_1_and_one_line(run, tmp_path, arguments) -> None:
    configure(tmp_path)
    Store.open(tmp_path / "state").close()
    (tmp_path / "file").touch()
    code, _, err = run(*arguments)
    assert code == 1
    assert err.startswith("monitor: ")
    assert "Traceback" not in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("silence", "add", "*", "--reason", "caf\udce9"),
        ("explain", "https://a.example/\udce9"),
        ("mark", "caf\udce9", "good"),
        ("explain", "--title", "caf\udce9", "--html", "page.html"),
    ],
)
def test_what_a_terminal_of_another_encoding_sends_ends_with_2_and_one_line(run, tmp_path, arguments) -> None:
    configure(tmp_path)
    Store.open(tmp_path / "state").close()
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "\\udce9" in err
    assert err.endswith(": is not written in UTF-8\n")
    assert err.count("\n") == 1


def test_a_terminal_that_cannot_show_a_sign_gets_a_question_mark(run, tmp_path, monkeypatch) -> None:
    configure(tmp_path)
    (tmp_path / "watchlists" / "a.yaml").write_text("watchlists: [{name: a, query: b}]\n")
    printed = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(printed, encoding="latin-1", write_through=True))
    assert run("explain", "--text", "b")[0] == 0
    assert printed.getvalue().decode("latin-1").startswith("\na: matches\n  ? b")


def test_a_reader_that_goes_away_is_no_error(run, tmp_path, monkeypatch) -> None:
    class Gone:
        encoding = "utf-8"

        def write(self, _text: str) -> int:
            raise BrokenPipeError(32, "Broken pipe")

        def flush(self) -> None:
            pass

        def isatty(self) -> bool:
            return False

    configure(tmp_path)
    monkeypatch.setattr(sys, "stdout", Gone())
    code, _, err = run("schema")
    assert "Traceback" not in err
    assert code in (0, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("status", "--check"),
        ("stories",),
        ("alerts",),
        ("deliveries",),
        ("entries",),
        ("search", "nato"),
        ("feeds",),
        ("corpus", "list"),
        ("silence", "list"),
        ("explain", "0123"),
    ],
)
def test_who_looks_in_the_wrong_folder_is_told_so_and_leaves_nothing_behind(run, tmp_path, arguments) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    why = "holds no database; `monitor run` makes one, or name another with --state"
    assert err == f"monitor: state folder: state: {why}\n"
    assert list(tmp_path.iterdir()) == []


def test_a_mute_by_a_user_without_a_name_bears_the_number(run, tmp_path, monkeypatch) -> None:
    configure(tmp_path)
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)

    def nobody(_number: int) -> None:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr("pwd.getpwuid", nobody)
    assert run("silence", "add", "*")[0] == 0
    assert '"author": "' in run("silence", "list", "--json")[1]


def test_every_command_is_in_the_help_with_its_line(run) -> None:
    _, out, _ = run("--help")
    for name, (_, line) in COMMANDS.items():
        assert name in out
        assert line.split()[0] in out
