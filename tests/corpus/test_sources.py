from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from monitor.corpus import sources
from monitor.corpus.sources import Member, Unreadable, files_of, manifest, members_of, reading
from monitor.errors import CorpusError

TEXT = b"Island council closes old harbour to cargo ships."


def read(path: Path) -> dict[str, str]:
    """What every member holds, or why it is not read, by its name."""
    found = {}
    for each in members_of(path):
        name = str(each.path.relative_to(path)) if each.path != path else ""
        found[name] = each.why if isinstance(each, Unreadable) else content(each)
    return found


def content(member: Member) -> str:
    try:
        with reading(member) as stream:
            return stream.read().decode()
    except CorpusError as error:
        return str(error)


def tar_of(path: Path, *infos: tarfile.TarInfo, mode: str = "w", raw: bytes = TEXT) -> Path:
    with tarfile.open(path, mode) as archive:
        for info in infos:
            if info.isreg():
                info.size = len(raw)
            archive.addfile(info, io.BytesIO(raw) if info.isreg() else None)
    return path


def info(name: str, kind: bytes = tarfile.REGTYPE, to: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, to
    return made


def zip_of(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return path


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_every_member_of_a_tar_is_read(tmp_path: Path, mode: str) -> None:
    path = tmp_path / f"a.tar{mode[1:].replace(':', '.')}"
    tar_of(path, info("deep", tarfile.DIRTYPE), info("deep/a.txt"), info("b.txt"), info(".hidden.txt"), mode=mode)
    assert read(path) == {"deep/a.txt": TEXT.decode(), "b.txt": TEXT.decode()}


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_that_would_be_unpacked_as_a_whole_is_not_opened(tmp_path: Path, compression: int) -> None:
    path = zip_of(tmp_path / "a.zip", {"one.txt": bytes(2_000_000)}, compression)
    assert read(path) == {"one.txt": "compressed in a rare way, which is only unpacked as a whole"}


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_every_member_of_a_zip_is_read(tmp_path: Path, compression: int) -> None:
    path = zip_of(tmp_path / "a.zip", {"a.txt": TEXT, "deep/b.txt": b"B", "__MACOSX/x.txt": b"C"}, compression)
    assert read(path) == {"a.txt": TEXT.decode(), "deep/b.txt": "B"}


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)])
def test_a_compressed_file_is_read_under_its_own_name(tmp_path: Path, ending: str, pack) -> None:
    path = tmp_path / f"articles.jsonl{ending}"
    path.write_bytes(pack(TEXT))
    (member,) = members_of(path)
    assert isinstance(member, Member)
    assert (member.path, content(member)) == (path / "articles.jsonl", TEXT.decode())


def test_links_devices_and_names_that_lead_out_of_a_tar_are_refused_each_with_its_reason(tmp_path: Path) -> None:
    members = [
        info("../up.txt"),
        info("/etc/abs.txt"),
        info("deep/../../up.txt"),
        info("to.txt", tarfile.SYMTYPE, "/etc/passwd"),
        info("hard.txt", tarfile.LNKTYPE, "a.txt"),
        info("pipe.txt", tarfile.FIFOTYPE),
        info("inner.zip"),
        info("C:\\a.txt"),
        info("a.txt"),
    ]
    path = tar_of(tmp_path / "a.tar", *members)
    found = {each.path.name: each.why for each in members_of(path) if isinstance(each, Unreadable)}
    link, out = "a link; links in archives are not followed", "its name leads out of the archive"
    assert found == {
        "up.txt": out,
        "abs.txt": out,
        "to.txt": link,
        "hard.txt": link,
        "pipe.txt": "not a regular file",
        "inner.zip": "an archive within an archive",
        "C:\\a.txt": out,
    }
    assert read(path)["a.txt"] == TEXT.decode()


def test_links_encryption_and_names_that_lead_out_of_a_zip_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("to.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("..\\up.txt", TEXT)
        archive.writestr("locked.txt", TEXT)
        archive.writestr("a.txt", TEXT)
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"locked.txt") - 46
    assert raw[at : at + 4] == b"PK\x01\x02"
    raw[at + 8] |= 1
    path.write_bytes(bytes(raw))
    found = {each.path.name: each.why for each in members_of(path) if isinstance(each, Unreadable)}
    assert found == {
        "to.txt": "a link; links in archives are not followed",
        "..\\up.txt": "its name leads out of the archive",
        "locked.txt": "encrypted",
    }


def test_an_archive_that_unpacks_to_far_more_than_its_size_is_given_up(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sources, "LEAST_EXPANDED_BYTES", 100_000)
    bomb = b"0" * 5_000_000
    why = "an archive made to fill memory"
    assert why in read(zip_of(tmp_path / "a.zip", {"a.txt": bomb}))["a.txt"]
    tarred = tar_of(tmp_path / "a.tar.gz", info("a.txt"), info("b.txt"), mode="w:gz", raw=bomb)
    assert why in " ".join(read(tarred).values())
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(bomb))
    (single,) = members_of(tmp_path / "a.jsonl.gz")
    assert isinstance(single, Member)
    assert why in content(single)


def test_a_bomb_among_skipped_members_of_a_tar_is_noticed_too(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sources, "LEAST_EXPANDED_BYTES", 100_000)
    path = tar_of(tmp_path / "a.tar.gz", info(".hidden"), info("b.txt"), mode="w:gz", raw=b"0" * 5_000_000)
    assert "an archive made to fill memory" in " ".join(read(path).values())


def test_an_archive_of_very_many_members_is_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sources, "MOST_MEMBERS", 2)
    names = ("a.txt", "b.txt", "c.txt")
    assert "more than 2 members" in read(zip_of(tmp_path / "a.zip", dict.fromkeys(names, b"x")))[""]
    assert "more than 2 members" in read(tar_of(tmp_path / "a.tar", *map(info, names)))[""]


def test_a_header_of_an_absurd_size_is_refused(tmp_path: Path) -> None:
    header = info("long", tarfile.GNUTYPE_LONGNAME)
    header.size = 900_000_000
    (tmp_path / "a.tar").write_bytes(header.tobuf() + bytes(2_000))
    assert "absurd size" in read(tmp_path / "a.tar")[""]


def test_a_member_that_claims_to_be_endless_ends_with_its_archive(tmp_path: Path) -> None:
    endless = info("a.txt")
    endless.size = 10**15
    (tmp_path / "a.tar").write_bytes(endless.tobuf(tarfile.GNU_FORMAT) + TEXT)
    assert read(tmp_path / "a.tar") == {
        "a.txt": "damaged, or of a kind that is not read: unexpected end of data",
        "": "damaged, or of a kind that is not read: it ends before it should",
    }


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.xz", "a.jsonl.gz", "a.jsonl.bz2"])
@pytest.mark.parametrize("raw", [b"", b"no archive at all", b"PK\x03\x04" + bytes(40), b"\x1f\x8b\x08" + bytes(30)])
def test_what_is_no_archive_is_said_to_be_damaged(tmp_path: Path, name: str, raw: bytes) -> None:
    (tmp_path / name).write_bytes(raw)
    for each in members_of(tmp_path / name):
        assert isinstance(each, Unreadable) or name.startswith("a.jsonl")


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_an_archive_that_is_cut_off_gives_what_can_be_read_and_a_reason(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "a.zip":
        zip_of(path, {f"{n}.txt": os.urandom(3_000) for n in range(9)})
    else:
        tar_of(path, *(info(f"{n}.txt") for n in range(9)), mode="w:gz", raw=os.urandom(3_000))
    path.write_bytes(path.read_bytes()[:-9_000])
    assert any("damaged" in str(each) for each in members_of(path) if isinstance(each, Unreadable))


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "out.txt").symlink_to("/etc/hostname")
    (tmp_path / "gone.txt").symlink_to("nowhere.txt")
    (tmp_path / "a.txt").write_bytes(TEXT)
    (tmp_path / "in.txt").symlink_to("a.txt")
    found = {path.name: read(path)[""] for path in files_of([tmp_path])}
    assert found == {
        "a.txt": TEXT.decode(),
        "in.txt": TEXT.decode(),
        "gone.txt": "no such file",
        "out.txt": "a link that leads out of its folder",
        "pipe.txt": "not a regular file",
    }
    (given,) = members_of(tmp_path / "out.txt", within=False)
    assert isinstance(given, Member)


def test_names_with_controls_are_shown_without_them(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"bad\x1b[31m.pdf": b"x"})
    (member,) = members_of(path)
    assert member.path.name == "bad[31m.pdf"


def test_a_manifest_changes_with_what_is_to_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT)
    first = manifest([tmp_path])
    assert manifest([tmp_path]) == first
    (tmp_path / "b.txt").write_bytes(TEXT)
    second = manifest([tmp_path])
    (tmp_path / "b.txt").write_bytes(TEXT + b" ")
    third = manifest([tmp_path])
    assert (first.files, second.files) == (1, 2)
    assert len({first.source, second.source, third.source}) == 3
