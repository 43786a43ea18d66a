from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.corpus.articles import article_id, article_of, read_jsonl, shipped_seeds, write_jsonl
from monitor.corpus.reading import contents_of
from monitor.errors import CorpusError
from monitor.text.article import ArticleText, split_article

SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "seeds"
TITLE = "Island council closes old harbour to cargo ships"
SENTENCES = "The island council voted on Monday to close the old harbour to cargo ships from next spring."


def test_what_is_exported_is_imported_as_it_is(tmp_path: Path) -> None:
    article = article_of("islands", split_article(f"{TITLE}\n\n{SENTENCES}"))
    exported = tmp_path / "export.jsonl"
    exported.write_text("".join(write_jsonl([article])), "utf-8")
    assert list(read_jsonl(exported.read_text("utf-8").splitlines())) == [article]
    assert [found.content for found in contents_of([exported], "islands")] == [article]


def test_an_export_of_a_version_with_longer_hashes_is_refused() -> None:
    article = replace(article_of("islands", split_article(f"{TITLE}\n\n{SENTENCES}")), shingles=(1 << 40,))
    with pytest.raises(CorpusError, match="another version"):
        list(read_jsonl(write_jsonl([article])))


def test_an_export_that_is_damaged_is_refused_with_its_line() -> None:
    with pytest.raises(CorpusError, match="line 2"):
        list(read_jsonl(["", "{oops"]))


def test_importing_a_text_again_gives_the_same_id() -> None:
    text = split_article(f"{TITLE}\n\n{SENTENCES}")
    assert article_of("a", text).id == article_of("b", text).id == article_id(text)
    assert article_of("a", text).id == article_of("a", replace(text, body=text.body.replace(" ", "\n"))).id
    assert article_of("a", text).id != article_of("a", split_article(f"{TITLE}\n\nAnother sentence stands here.")).id


def test_five_seeds_are_shipped() -> None:
    seeds = shipped_seeds()
    assert {seed.corpus for seed in seeds} == {"seeds"}
    assert [seed.published for seed in seeds] == ["2023-05-08", None, "2023-07-11", None, None]
    assert all(seed.words > 300 and len(seed.shingles) > 300 for seed in seeds)


@pytest.mark.shared
@pytest.mark.skipif(not SEEDS.exists(), reason="the folder of shared samples is not beside the project")
def test_the_shipped_seeds_are_those_of_the_shared_folder() -> None:
    found = [each.content for each in contents_of([SEEDS], "seeds")]
    assert tuple(article_of("seeds", text) for text in found if isinstance(text, ArticleText)) == shipped_seeds()
