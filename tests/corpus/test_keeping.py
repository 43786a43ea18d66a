"""The corpora of a running program, kept as files and commands leave them."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.corpus.following import SEEDS, open_index
from monitor.corpus.keeping import LOOK_AGAIN, Corpora, fill
from monitor.store.lock import lock_import
from monitor.store.store import Store
from tests.fakes import NOON
from tests.store.samples import FEED

GOOD = '{"title": "Island council closes old harbour"}\n'
MORE = '{"title": "Island council opens old harbour"}\n'


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "state", daemon=True) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "known.jsonl"
    path.write_text(GOOD)
    return path


def corpora(store: Store) -> Corpora:
    return Corpora(store=store, present=store.corpora.list())


def held(store: Store) -> dict[str, int]:
    return {summary.name: summary.articles for summary in store.corpora.list()}


def followed(kept: Corpora, file: Path, now=NOON) -> list[tuple[str, str]]:
    return list(kept.follow({"archive": file}, now, lambda _: True))


def test_a_first_start_is_filled_with_the_seeds_and_what_is_configured(store: Store, file: Path) -> None:
    fill(store, {"archive": file})
    assert held(store) == {"archive": 1, SEEDS: 5}


def test_seeds_that_were_removed_do_not_come_back_once_there_are_feeds(store: Store, file: Path) -> None:
    store.feeds.sync([FEED], NOON)
    fill(store, {"archive": file})
    assert held(store) == {"archive": 1}


def test_a_corpus_that_is_there_is_not_read_again_at_a_start(store: Store, file: Path) -> None:
    fill(store, {"archive": file})
    file.write_text(GOOD + MORE)
    fill(store, {"archive": file})
    assert held(store)["archive"] == 1


def test_the_index_is_opened_anew_only_when_articles_came_or_went(store: Store, file: Path) -> None:
    fill(store, {"archive": file})
    kept = corpora(store)
    assert kept.changed() is None
    store.corpora.remove(SEEDS)
    index = kept.changed()
    assert index is not None
    assert len(index) == len(open_index(store)) == 1
    assert kept.changed() is None


def test_an_index_that_became_empty_is_an_index_too(store: Store, file: Path) -> None:
    fill(store, {})
    kept = corpora(store)
    store.corpora.remove(SEEDS)
    index = kept.changed()
    assert index is not None
    assert len(index) == 0


def test_a_file_that_changed_is_read_and_the_next_look_is_in_five_minutes(store: Store, file: Path) -> None:
    kept = corpora(store)
    assert followed(kept, file) == []
    assert kept.due_at == NOON + LOOK_AGAIN
    file.write_text(GOOD + MORE)
    assert followed(kept, file) == []
    assert held(store) == {"archive": 2}


def test_what_could_not_be_read_is_told_once_and_again_after_it_was_mended(store: Store, file: Path) -> None:
    kept = corpora(store)
    told = []
    for text in (GOOD + "{broken\n", GOOD + "{broken\n" + MORE, GOOD + MORE, GOOD + "{broken\n"):
        file.write_text(text)
        told.append([subject for subject, _ in followed(kept, file)])
    assert told == [
        ["not all of the corpus archive could be read"],
        [],
        [],
        ["not all of the corpus archive could be read"],
    ]


def test_what_is_told_names_the_place_and_the_reason(store: Store, file: Path) -> None:
    file.write_text(GOOD + "{broken\n")
    ((_, detail),) = followed(corpora(store), file)
    assert detail.splitlines()[0] == "articles that were read: 1; places that were not: 1"
    assert "known.jsonl:2: Expecting property name" in detail


def test_while_a_command_imports_nothing_is_read_and_nothing_told(store: Store, file: Path, tmp_path: Path) -> None:
    kept = corpora(store)
    with lock_import(tmp_path / "state"):
        assert followed(kept, file) == []
    assert held(store) == {}
    assert kept.due_at == NOON + LOOK_AGAIN
    followed(kept, file)
    assert held(store) == {"archive": 1}


def test_a_reading_that_was_stopped_goes_on_at_the_next_look(store: Store, file: Path) -> None:
    kept = corpora(store)
    assert list(kept.follow({"archive": file}, NOON, lambda _: False)) == []
    assert held(store) == {}
    followed(kept, file)
    assert held(store) == {"archive": 1}
