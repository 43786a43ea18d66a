from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from monitor.corpus import importing
from monitor.corpus.following import differences, follow, open_index
from monitor.corpus.importing import Progress, import_files
from monitor.store.store import Store
from monitor.stories.copies import fingerprint

NOTICE = "We at the Strait Times ask all readers to accept our rules before they read on."


def row(number: int) -> dict[str, str]:
    """An article of some fifty words, of which none but the notice stands in another."""
    said = " ".join(f"word{number}x{at}" for at in range(50))
    text = f"{said.capitalize()}.\n{NOTICE}"
    return {
        "title": f"Report {number} of the harbour{number} master",
        "text": text,
        "url": f"https://a.example/{number}",
    }


def jsonl(path: Path, numbers: range) -> Path:
    path.write_text("".join(json.dumps(row(n)) + "\n" for n in numbers), "utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "state") as opened:
        yield opened


@pytest.fixture(autouse=True)
def small_batches(monkeypatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 7)
    monkeypatch.setattr(importing, "FOLDED", 3)


def known(store: Store, number: int) -> bool:
    title, text = row(number)["title"], row(number)["text"]
    return any(hit.known for hit in open_index(store).hits(fingerprint(title, text, None), title, text))


def stopping_after(count: int):
    return lambda at: at.articles <= count


def test_what_is_imported_is_known(store: Store, tmp_path: Path) -> None:
    done = import_files(store, "reports", [jsonl(tmp_path / "a.jsonl", range(30))])
    assert (done.finished, done.resumed, done.new, done.unread) == (True, False, 30, 0)
    assert [known(store, n) for n in (0, 29, 30)] == [True, True, False]


def test_a_line_of_the_host_is_no_part_of_any_article(store: Store, tmp_path: Path) -> None:
    import_files(store, "reports", [jsonl(tmp_path / "a.jsonl", range(30))])
    assert {a.words for a in store.corpora.articles(["reports"])} == {50}


def test_importing_again_adds_nothing(store: Store, tmp_path: Path) -> None:
    path = jsonl(tmp_path / "a.jsonl", range(10))
    import_files(store, "reports", [path])
    before = list(store.corpora.articles())
    assert import_files(store, "reports", [path]).new == 0
    assert list(store.corpora.articles()) == before
    assert import_files(store, "reports", [jsonl(path, range(12))]).new == 2


def test_an_import_that_is_stopped_shows_nothing_and_goes_on_where_it_stopped(store: Store, tmp_path: Path) -> None:
    path = jsonl(tmp_path / "a.jsonl", range(30))
    stopped = import_files(store, "reports", [path], go_on=stopping_after(20))
    assert not stopped.finished
    assert store.corpora.list() == []
    assert not known(store, 0)
    seen: list[int] = []

    def watch(at: Progress) -> bool:
        seen.append(at.articles)
        return True

    done = import_files(store, "reports", [path], go_on=watch)
    assert (done.finished, done.resumed, done.new) == (True, True, 30)
    assert seen == list(range(21, 31))
    assert {a.words for a in store.corpora.articles()} == {50}
    assert all(known(store, n) for n in (0, 14, 29))


def test_what_could_not_be_read_is_counted_also_when_it_went_on(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../up.txt", "Up")
        archive.writestr("a.jsonl", "".join(json.dumps(row(n)) + "\n" for n in range(20)))
        archive.writestr("b.pdf", "x")
    import_files(store, "reports", [path], go_on=stopping_after(10))
    done = import_files(store, "reports", [path])
    assert (done.resumed, done.new, done.unread) == (True, 20, 2)
    assert [why.rpartition(": ")[2] for why in done.complaints] == [
        "its name leads out of the archive",
        "files named .pdf are not read; text, HTML, JSONL, CSV and archives of them are",
    ]


def test_an_article_in_the_exported_form_goes_in_as_it_is(store: Store, tmp_path: Path) -> None:
    from monitor.corpus.articles import write_jsonl

    import_files(store, "reports", [jsonl(tmp_path / "a.jsonl", range(10))])
    exported = tmp_path / "export.jsonl"
    exported.write_text("".join(write_jsonl(store.corpora.articles(["reports"]))), "utf-8")
    assert import_files(store, "again", [exported]).new == 10
    assert [a.shingles for a in store.corpora.articles(["again"])] == [
        a.shingles for a in store.corpora.articles(["reports"])
    ]


def test_a_configured_corpus_holds_what_its_path_holds(store: Store, tmp_path: Path) -> None:
    path = jsonl(tmp_path / "a.jsonl", range(10))
    (new,) = differences(store, {"reports": path})
    assert new.is_new
    follow(store, new)
    assert list(differences(store, {"reports": path})) == []
    jsonl(path, range(5, 20))
    (changed,) = differences(store, {"reports": path})
    assert str(changed) == f"the corpus reports has changed since it was read: {path}"
    follow(store, changed)
    assert [known(store, n) for n in (0, 5, 19)] == [False, True, True]
    assert [c.articles for c in store.corpora.list()] == [15]


def test_a_configured_corpus_that_cannot_be_read_any_more_keeps_what_it_held(store: Store, tmp_path: Path) -> None:
    path = jsonl(tmp_path / "a.jsonl", range(10))
    follow(store, *differences(store, {"reports": path}))
    path.write_bytes(b"{broken\n")
    done = follow(store, *differences(store, {"reports": path}))
    assert (done.new, done.unread) == (0, 1)
    assert known(store, 0)


KILLED = """
import os, signal, sys
from pathlib import Path
from monitor.corpus import importing
from monitor.store.store import Store
importing.BATCH = 7
state, source, when = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
def go_on(at):
    if at.articles == when:
        os.kill(os.getpid(), signal.SIGKILL)
    return True
with Store.open(state) as store:
    importing.import_files(store, "reports", [source], go_on=go_on)
"""


@pytest.mark.crash
def test_an_import_killed_anywhere_is_completed_by_the_next(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "a.jsonl", range(30))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for when in (3, 17, 30):
        ended = subprocess.run(
            [sys.executable, "-c", KILLED, tmp_path / "state", path, str(when)], env=environment, check=False
        )
        assert ended.returncode == -signal.SIGKILL
        with Store.open(tmp_path / "state") as store:
            assert store.corpora.list() == []
    with Store.open(tmp_path / "state") as store:
        done = import_files(store, "reports", [path])
        assert (done.finished, done.resumed, done.new) == (True, True, 30)
        assert [known(store, n) for n in (0, 15, 29)] == [True, True, True]
