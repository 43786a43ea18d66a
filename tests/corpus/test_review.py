from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.load import load
from monitor.corpus.following import differences, follow
from monitor.corpus.review import review, trouble
from monitor.store.store import Store

WATCHLIST = """\
watchlists:
  - name: harbour
    query: harbour
    corpora: {corpora}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "known").mkdir()
    (tmp_path / "known" / "a.jsonl").write_text('{"title": "Island council closes old harbour"}\n', "utf-8")
    (tmp_path / "monitor.yaml").write_text("corpora:\n  archive: {path: known}\n", "utf-8")
    (tmp_path / "harbour.yaml").write_text(WATCHLIST.format(corpora="[archive, seeds]"), "utf-8")
    return tmp_path


def said(folder: Path, store: Store | None = None) -> list[str]:
    return [problem.message for problem in review(load(folder, {}), store)]


def test_a_sound_corpus_is_not_spoken_of(folder: Path) -> None:
    assert said(folder) == []


def test_a_folder_without_a_readable_file_is_named(folder: Path) -> None:
    (folder / "known" / "a.jsonl").rename(folder / "known" / "a.pdf")
    assert said(folder) == [f"the corpus archive: {folder / 'known'}: holds no file of a kind that is read"]


def test_a_file_that_cannot_be_opened_is_named(folder: Path) -> None:
    (folder / "known" / "b.txt").symlink_to("nowhere")
    (message,) = said(folder)
    assert message.endswith(
        f"1 of its files cannot be opened; the first is {folder / 'known' / 'b.txt'}: no regular file"
    )


def test_a_corpus_that_nothing_bears_is_named_at_its_watchlist(folder: Path) -> None:
    (folder / "harbour.yaml").write_text(WATCHLIST.format(corpora="[archiv]"), "utf-8")
    (problem,) = review(load(folder, {}), None)
    assert (problem.message, problem.hint) == ("harbour: there is no corpus archiv", "did you mean archive?")
    assert (problem.file.endswith("harbour.yaml"), problem.severity) == (True, "warning")


@pytest.mark.parametrize(
    ("written", "chosen"), [("none", frozenset()), ("archive", {"archive"}), ("[archive, seeds]", {"archive", "seeds"})]
)
def test_a_watchlist_chooses_its_corpora(folder: Path, written: str, chosen: set[str]) -> None:
    (folder / "harbour.yaml").write_text(WATCHLIST.format(corpora=written), "utf-8")
    assert load(folder, {}).watchlists[0].watchlist.corpora == chosen


def test_what_was_read_is_compared_with_what_is_there(folder: Path) -> None:
    configured = load(folder, {}).corpora
    with Store.open(folder / "state") as store:
        follow(store, *differences(store, configured))
        assert said(folder, store) == []
        (folder / "known" / "b.jsonl").write_text("{broken\n", "utf-8")
        (changed,) = said(folder, store)
        assert changed.startswith("the corpus archive has changed since it was read: ")
        follow(store, *differences(store, configured))
        (complaint,) = said(folder, store)
        assert "1 place in it could not be read; the first: " in complaint
        assert [line.partition(":")[0] for line in trouble(store.corpora.list())] == ["archive"]
