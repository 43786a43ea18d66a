from __future__ import annotations

import pytest

from monitor.errors import StateLocked
from monitor.store import corpora, dialect
from monitor.stories.segments import parts_from, segment_of
from tests.store.samples import an_article


def add(store, known):
    return store.corpora.add(known, segment_of)


def begun(store, *known, corpus="archive", source="files", place="1:0:0"):
    """An import that was cut off behind one batch."""
    state = store.corpora.begin(corpus, source)
    return store.corpora.write(state.__class__(**{**fields(state), "place": place}), known, segment_of)


def fields(state):
    return {name: getattr(state, name) for name in state.__dataclass_fields__}


def ids(store, *names):
    return [a.id for a in store.corpora.articles(names or None)]


def numbers(store):
    return sorted({n for s in store.corpora.segments(parts_from(2)) for p in s.parts.values() for n in p.numbers})


def test_articles_come_back_as_they_were_by_corpus(store):
    mine, other = an_article(), an_article("a1", "archive", title="Same id, other corpus")
    assert add(store, [mine, other]) == 2
    assert list(store.corpora.articles()) == [other, mine]
    assert list(store.corpora.articles(["seeds"])) == [mine]
    assert list(store.corpora.articles([])) == []


def test_an_article_that_is_there_already_is_corrected_and_not_counted(store):
    add(store, [an_article()])
    changed = an_article(title="Corrected")
    assert add(store, [changed, changed, an_article("a2")]) == 1
    assert list(store.corpora.articles(["seeds"])) == [changed, an_article("a2")]


def test_large_corpora_are_written_and_read_in_pieces(store, monkeypatch):
    monkeypatch.setattr(corpora, "PAGE", 3)
    known = [an_article(f"{n:03}", f"c{n % 2}") for n in range(20)]
    assert add(store, iter(known)) == 20
    assert list(store.corpora.articles()) == sorted(known, key=lambda a: (a.corpus, a.id))
    assert len(numbers(store)) == 20


def test_a_summary_names_the_first_and_last_dated_article(store):
    dates = ["2024-05-01", None, "2023-01-31"]
    add(store, [an_article(str(n), published=date, words=100) for n, date in enumerate(dates)])
    add(store, [an_article("x", "undated", published=None)])
    said = [(s.name, s.articles, s.first, s.last, s.words) for s in store.corpora.list()]
    assert said == [("seeds", 3, "2023-01-31", "2024-05-01", 300), ("undated", 1, None, None, 0)]


def test_a_removed_corpus_leaves_the_others(store):
    add(store, [an_article(), an_article("a2"), an_article("a1", "archive")])
    assert store.corpora.remove("seeds") == 2
    assert store.corpora.remove("seeds") == 0
    assert [summary.name for summary in store.corpora.list()] == ["archive"]
    assert len(numbers(store)) == 1


def test_a_removed_corpus_gives_its_room_back_to_the_disk(store, monkeypatch):
    monkeypatch.setattr(dialect, "PAGES_GIVEN_BACK", 30)
    add(store, [an_article("a1", "archive")])
    add(store, [an_article(f"{n:03}", shingles=tuple(range(n, n + 900))) for n in range(100)])
    with_all = pages(store)
    store.corpora.remove("seeds")
    assert pages(store) < with_all - 100
    assert store.admin.integrity_check() == []


def pages(store):
    with store._database.read() as connection:
        return connection.exec_driver_sql("PRAGMA page_count").scalar()


def test_a_corpus_is_not_removed_while_an_import_is_under_way(store):
    add(store, [an_article()])
    with store.corpora.importing(), pytest.raises(StateLocked, match="another import"):
        store.corpora.remove("seeds")
    assert ids(store, "seeds") == ["a1"]


def test_what_segments_say_is_found_by_its_number(store):
    add(store, [an_article("a1"), an_article("a2")])
    assert [a.id for a in store.corpora.numbered(numbers(store))] == ["a1", "a2"]
    assert store.corpora.numbered([]) == []
    assert store.corpora.numbered([999]) == []


def test_nothing_of_an_unfinished_import_is_seen(store):
    add(store, [an_article("a1", "archive")])
    before = store.corpora.list()
    begun(store, an_article("a2", "archive"))
    assert store.corpora.list() == before
    assert ids(store, "archive") == ["a1"]
    assert numbers(store) == [1]
    assert [(s.corpus, s.articles, s.place) for s in store.corpora.unfinished()] == [("archive", 1, "1:0:0")]


def test_an_import_of_the_same_files_goes_on_where_it_was_cut_off(store):
    begun(store, an_article("a1", "archive"))
    again = store.corpora.begin("archive", "files")
    assert (again.place, again.articles, again.segments) == ("1:0:0", 1, 1)
    assert store.corpora.unknown(again, ["a1", "a2"]) == {"a2"}
    store.corpora.finish(store.corpora.write(again, [an_article("a2", "archive")], segment_of))
    assert ids(store, "archive") == ["a1", "a2"]
    assert store.corpora.unfinished() == []


def test_an_unfinished_import_of_other_files_is_forgotten(store):
    begun(store, an_article("a1", "archive"))
    begun(store, an_article("b1", "other"), corpus="other")
    other = store.corpora.begin("archive", "other files")
    assert (other.place, other.articles) == ("", 0)
    assert store.corpora.unknown(other, ["a1"]) == {"a1"}
    assert [s.corpus for s in store.corpora.unfinished()] == ["archive", "other"]


def test_an_import_that_replaces_is_there_at_once_and_nothing_else(store):
    add(store, [an_article("a1", "archive"), an_article("a2", "archive"), an_article("s")])
    state = begun(store, an_article("a2", "archive"), an_article("a3", "archive"))
    assert ids(store, "archive") == ["a1", "a2"]
    store.corpora.finish(state, replaces=True)
    assert ids(store, "archive") == ["a2", "a3"]
    assert ids(store, "seeds") == ["s"]


def test_an_import_that_brought_nothing_leaves_no_trace(store):
    store.corpora.finish(store.corpora.begin("archive", "files"))
    assert store.corpora.list() == []
    assert store.corpora.unfinished() == []


def test_one_import_at_a_time(store):
    with store.corpora.importing(), pytest.raises(StateLocked, match="another import"), store.corpora.importing():
        pass
    with store.corpora.importing():
        pass
