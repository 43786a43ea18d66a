from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.corpus.articles import article_of
from monitor.corpus.reading import START, Found, contents_of, place_of
from monitor.corpus.sources import Unreadable
from monitor.model.story import Article
from monitor.text.article import ArticleText

TITLE = "Island council closes old harbour to cargo ships"
SENTENCES = [
    "The island council voted on Monday to close the old harbour to cargo ships from next spring.",
    "Fishing boats may stay, but the two remaining freight companies must move to the mainland.",
    "The wall, built in 1911, was found to be cracked in three places after the storms of last winter.",
]
BODY = "\n".join(SENTENCES)
PAGE = f"""<!doctype html><html><head><meta charset="utf-8">
<title>{TITLE} | Strait Times</title>
<meta property="og:title" content="{TITLE}"><meta content='Strait Times' property='og:site_name'>
<meta property="article:published_time" content="2024-02-03T10:00:00Z">
<link rel="canonical" href="https://strait.example.com/harbour"></head>
<body><nav><ul><li>Home</li><li>World</li></ul></nav><h1>{TITLE}</h1>
<p>{SENTENCES[0]}</p><script>var no = "words";</script><p>{SENTENCES[1]}</p><p>{SENTENCES[2]}</p>
<aside><h2>Related articles</h2><ul><li>Mayor resigns over bridge contract</li></ul></aside></body></html>"""


def read(*paths: Path) -> list[Article | Unreadable]:
    return [kept(found) for found in contents_of(paths, "islands")]


def kept(found: Found) -> Article | Unreadable:
    content = found.content
    return article_of("islands", content) if isinstance(content, ArticleText) else content


def one(path: Path) -> Article:
    (found,) = read(path)
    assert isinstance(found, Article)
    return found


def complaint(path: Path) -> Unreadable:
    (found,) = read(path)
    assert isinstance(found, Unreadable)
    return found


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "harbour.html"
    path.write_text(PAGE, "utf-8")
    return path


def test_a_text_file_is_one_article(tmp_path: Path) -> None:
    path = tmp_path / "harbour.txt"
    path.write_text(f"Strait Times\n\n{TITLE}\n\nFebruary 3, 2024\n\n{BODY}\n\nNewsletter\n", "utf-8")
    article = one(path)
    assert (article.title, article.outlet, article.published) == (TITLE, "Strait Times", "2024-02-03")
    assert (article.corpus, article.words) == ("islands", len(BODY.split()))


def test_an_html_page_says_its_facts_in_its_head(page: Path) -> None:
    article = one(page)
    assert (article.title, article.outlet, article.published) == (TITLE, "Strait Times", "2024-02-03")
    assert article.url == "https://strait.example.com/harbour"


def test_the_same_article_as_text_and_as_page_has_the_same_prints_and_id(tmp_path: Path, page: Path) -> None:
    text = tmp_path / "harbour.txt"
    text.write_text(f"{TITLE}\n\n{BODY}", "utf-8")
    assert one(text).shingles == one(page).shingles
    assert one(text).id == one(page).id


def test_jsonl_holds_an_article_a_line(tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    rows = [
        {
            "headline": TITLE,
            "body": BODY,
            "link": "https://strait.example.com/1",
            "publisher": "Strait",
            "date": "2024-02-03",
        },
        {"title": TITLE, "content": f"<p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p><p>{SENTENCES[2]}</p>", "extra": [1]},
        {"Title": "Only a headline, of eight words in all"},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n", "utf-8")
    first, second, third = read(path)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert isinstance(third, Article)
    assert (first.outlet, first.url, first.published) == ("Strait", "https://strait.example.com/1", "2024-02-03")
    assert first.shingles == second.shingles
    assert (third.words, third.shingles) == (0, ())


@pytest.mark.parametrize(
    ("name", "mark"), [("some.csv", ","), ("some.csv", ";"), ("some.csv", "\t"), ("some.tsv", "\t"), ("some.tsv", ";")]
)
def test_a_table_holds_an_article_a_row(tmp_path: Path, name: str, mark: str) -> None:
    path = tmp_path / name
    quoted = BODY.replace('"', '""')
    path.write_text(
        mark.join(["Title", "Text", "Source"]) + "\n" + mark.join([TITLE, f'"{quoted}"', "Strait"]) + "\n", "utf-8"
    )
    article = one(path)
    assert (article.title, article.outlet, article.words) == (TITLE, "Strait", len(BODY.split()))


def test_a_folder_is_read_whole_and_in_order(tmp_path: Path, page: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "a.txt").write_text(f"Another headline of the islands\n\n{BODY}", "utf-8")
    (tmp_path / ".hidden.txt").write_text("Hidden", "utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.txt").write_text("Hidden", "utf-8")
    titles = [each.title for each in read(tmp_path) if isinstance(each, Article)]
    assert titles == [TITLE, "Another headline of the islands"]


@pytest.mark.parametrize(
    ("name", "raw", "why"),
    [
        ("a.pdf", b"%PDF", "files named .pdf are not read; text, HTML, JSONL, CSV and archives of them are"),
        (
            "README",
            b"words",
            "files named without an ending are not read; text, HTML, JSONL, CSV and archives of them are",
        ),
        ("a.txt", b"", "no text in it"),
        ("a.html", b"<script>only code</script>", "no text in it"),
        ("a.csv", b"one,two\n1,2\n", "no column is named title or text"),
        ("a.jsonl", b"[1, 2]\n", "not a JSON object"),
        ("a.jsonl", b'{"nothing": "here"}\n', "neither a title nor a text"),
        ("a.jsonl", b"[" * 100_000 + b"\n", "maximum recursion"),
        ("a.jsonl", b'{"monitor": "article/9", "title": "x"}\n', "this program reads article/1"),
    ],
)
def test_what_cannot_be_read_is_said_in_its_place(tmp_path: Path, name: str, raw: bytes, why: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    found = complaint(path)
    assert found.path == path
    assert why in found.why


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert complaint(tmp_path / "none.txt").why == "no such file"


def test_one_bad_line_does_not_stop_the_others(tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text(f"{json.dumps({'title': TITLE})}\n{{broken\n{json.dumps({'title': TITLE})}\n", "utf-8")
    first, second, third = read(path)
    assert isinstance(first, Article)
    assert isinstance(third, Article)
    assert isinstance(second, Unreadable)
    assert second.line == 2


def test_a_file_that_is_too_great_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.corpus.reading.MOST_BYTES", 40)
    (tmp_path / "a.txt").write_text("x" * 41, "utf-8")
    (tmp_path / "b.jsonl").write_text(json.dumps({"title": "x" * 200}) + '\n{"title": "Short"}\n', "utf-8")
    (tmp_path / "c.csv").write_text("title\n" + "x" * 41 + "\n", "utf-8")
    found = read(tmp_path)
    assert [each.title for each in found if isinstance(each, Article)] == ["Short"]
    whys = [each.why for each in found if isinstance(each, Unreadable)]
    assert len(whys) == 3
    assert whys[-1] == "a row of more than 0 MB"


def test_a_table_that_is_one_endless_row_is_not_held_in_memory(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("monitor.corpus.reading.MOST_BYTES", 200)
    for name, raw in (
        ("wide.csv", b"title,text\n" + b"," * 900),
        ("quoted.csv", b"title,text\n" + b'"\n",' * 90),
        ("head.csv", b'title,"' + b"a" * 900),
    ):
        (tmp_path / name).write_bytes(raw)
        (found,) = read(tmp_path / name)
        assert isinstance(found, Unreadable)
        assert found.why == "a row of more than 0 MB"


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8-sig", b""), ("utf-16", b""), ("cp1252", b""), ("utf-16-le", b"\xff\xfe")],
)
@pytest.mark.parametrize("name", ["a.txt", "a.csv"])
def test_texts_are_read_in_the_usual_encodings(tmp_path: Path, name: str, encoding: str, mark: bytes) -> None:
    text = "title,text\nCafé “Łódź”,ü\n" if name == "a.csv" else f"Café “Lodz” is open again\n\n{BODY}"
    (tmp_path / name).write_bytes(mark + text.replace("Łó", "Lo").replace("ź", "z").encode(encoding))
    assert one(tmp_path / name).title.startswith("Café “Lodz”")


CYRILLIC = "Рада острова в понеділок закрила стару гавань для вантажних суден, і рибалки чекали на це роками"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1251", "koi8-u"])
@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.csv", "a.jsonl"])
def test_cyrillic_is_read_in_the_encodings_that_files_do_not_name(tmp_path: Path, name: str, encoding: str) -> None:
    row = json.dumps({"title": CYRILLIC, "url": "https://strait.example.com/1"}, ensure_ascii=False)
    page = f"<html><head><title>{CYRILLIC}</title></head><body><p>{CYRILLIC}</p></body></html>"
    held = {
        "a.txt": f"{CYRILLIC}\n\n{CYRILLIC}.\n",
        "a.html": page,
        "a.csv": f'title\n"{CYRILLIC}"\n',
        "a.jsonl": f"{row}\n\n{row}\n",
    }
    (tmp_path / name).write_bytes(held[name].encode(encoding))
    titles = {found.title for found in read(tmp_path) if isinstance(found, Article)}
    assert titles == {CYRILLIC}


def test_utf_8_with_a_damaged_letter_stays_utf_8(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(f"{CYRILLIC}\n\n{CYRILLIC}.\n\n".encode() + b"\xd0")
    assert one(tmp_path / "a.txt").title == CYRILLIC


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_what_is_no_text_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert complaint(tmp_path / name).why == "not a text, or in UTF-16 without a mark"


def test_a_page_is_read_in_the_encoding_it_declares(tmp_path: Path) -> None:
    text = "Рада острова закрила стару гавань для вантажних суден."
    page = f'<html><head><meta charset="windows-1251"><title>{text}</title></head><body><p>{text}</p></body></html>'
    (tmp_path / "a.html").write_bytes(page.encode("cp1251"))
    assert one(tmp_path / "a.html").title == text


def test_a_file_of_endless_empty_lines_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.corpus.reading.MOST_EMPTY", 9)
    row = json.dumps({"title": TITLE})
    (tmp_path / "a.jsonl").write_text(f"{row}\n" + "\n" * 9 + f"{row}\n" + "\n" * 10 + f"{row}\n", "utf-8")
    *articles, why = read(tmp_path)
    assert [each.title for each in articles if isinstance(each, Article)] == [TITLE, TITLE]
    assert str(why) == f"{tmp_path / 'a.jsonl'}:11: not read any further: more than 9 empty lines in a row"


def test_nul_characters_do_not_end_a_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"title\nOne he\0adline\nAnother headline\n")
    assert [each.title for each in read(tmp_path) if isinstance(each, Article)] == ["One headline", "Another headline"]


@pytest.mark.parametrize("cut", range(7))
def test_reading_goes_on_behind_any_place(tmp_path: Path, cut: int) -> None:
    (tmp_path / "a.txt").write_text(f"{TITLE}\n\n{BODY}", "utf-8")
    (tmp_path / "b.jsonl").write_text("".join(json.dumps({"title": f"Line {n}"}) + "\n\n" for n in range(3)), "utf-8")
    (tmp_path / "c.csv").write_text("title\nRow 1\nRow 2\n", "utf-8")
    whole = list(contents_of([tmp_path], "islands"))
    assert len(whole) == 6
    after = place_of(str(whole[cut - 1].then)) if cut else START
    assert list(contents_of([tmp_path], "islands", after)) == whole[cut:]
