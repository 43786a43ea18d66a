from __future__ import annotations

from monitor.store import corpora
from monitor.store.views import CorpusSummary
from tests.store.samples import an_article


def test_articles_come_back_as_they_were_by_corpus(store):
    mine, other = an_article(), an_article("a1", "archive", title="Same id, other corpus")
    assert store.corpora.add([mine, other]) == 2
    assert list(store.corpora.articles()) == [other, mine]
    assert list(store.corpora.articles(["seeds"])) == [mine]
    assert list(store.corpora.articles([])) == []


def test_an_article_that_is_there_already_is_replaced_and_not_counted(store):
    store.corpora.add([an_article()])
    changed = an_article(title="Corrected")
    assert store.corpora.add([changed, changed, an_article("a2")]) == 1
    assert list(store.corpora.articles(["seeds"])) == [changed, an_article("a2")]


def test_large_corpora_are_written_and_read_in_pieces(store, monkeypatch):
    monkeypatch.setattr(corpora, "PAGE", 3)
    known = [an_article(f"{n:03}", f"c{n % 2}") for n in range(20)]
    assert store.corpora.add(iter(known)) == 20
    assert list(store.corpora.articles()) == sorted(known, key=lambda a: (a.corpus, a.id))


def test_a_summary_names_the_first_and_last_dated_article(store):
    dates = ["2024-05-01", None, "2023-01-31"]
    store.corpora.add([an_article(str(n), published=date) for n, date in enumerate(dates)])
    store.corpora.add([an_article("x", "undated", published=None)])
    assert store.corpora.list() == [
        CorpusSummary(name="seeds", articles=3, first="2023-01-31", last="2024-05-01"),
        CorpusSummary(name="undated", articles=1, first=None, last=None),
    ]


def test_a_removed_corpus_leaves_the_others(store):
    store.corpora.add([an_article(), an_article("a2"), an_article("a1", "archive")])
    assert store.corpora.remove("seeds") == 2
    assert store.corpora.remove("seeds") == 0
    assert [summary.name for summary in store.corpora.list()] == ["archive"]
