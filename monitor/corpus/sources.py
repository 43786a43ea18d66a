"""Where articles are read from: files, folders of them, and archives, each member as a stream of bytes.

Nothing is unpacked to the disk and no path is built from a name in an archive. What a member is, how great it may
become and where its name points is looked at before it is read.

Edge: files.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedIOBase, BufferedReader, RawIOBase
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, NamedTuple

from monitor.errors import CorpusError
from monitor.text.clean import clean_line

MOST_MEMBERS = 500_000
"""Members of one archive."""

MOST_EXPANDED = 200
"""How many times its own size an archive may unpack to; texts shrink to a tenth or so."""

LEAST_EXPANDED_BYTES = 100_000_000
"""What any archive may unpack to."""

BUFFER_BYTES = 1_000_000
_MOST_HEADER_BYTES = 1_000_000
_MOST_IN_VAIN = 100
_IN_PIECES = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""How members of a zip may be compressed; `zipfile` unpacks the other kinds at once, however much comes of it."""
_ZIPS = (".zip",)
_TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_SINGLES = (".gz", ".bz2", ".xz")
_DAMAGES = (
    OSError,
    EOFError,
    IndexError,
    ValueError,
    struct.error,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    zlib.error,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
)
"""What the standard library raises over a damaged or hostile archive."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or a place in one, that gave no article."""

    path: Path
    why: str
    line: int = 0
    """From 1; 0 when the whole file is meant."""

    def __str__(self) -> str:
        """The place and the reason, in one line."""
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{clean_line(place, 300)}: {self.why}"


class Member(NamedTuple):
    """A file, or a member of an archive."""

    path: Path
    """For people; for a member, its archive's path with its name behind."""
    size: int
    """Bytes, as far as it is said beforehand; -1 when it is not."""
    opened: Callable[[], BinaryIO]


_Stream = IO[bytes] | BufferedIOBase


class Manifest(NamedTuple):
    """What is going to be read."""

    source: str
    """A digest of the files' names, sizes and times."""
    files: int


class _Longest(tarfile.TarInfo):
    """A header that is refused where it says that a name or its attributes take megabytes."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Longest:
        found = super().frombuf(buf, encoding, errors)
        if found.size > _MOST_HEADER_BYTES and not (found.isreg() or found.isdir() or found.islnk() or found.issym()):
            raise tarfile.ReadError("a header of it is of an absurd size")
        return found


class _Budgeted(RawIOBase):
    """A stream that may give so many bytes and no more, for all streams with the same budget together.

    Whoever goes on asking behind its end is stopped: `tarfile` does so up to the size that a header claims.
    """

    def __init__(self, stream: _Stream, budget: list[int]) -> None:
        self._stream, self._budget, self._in_vain = stream, budget, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        found = self._stream.read(len(buffer))
        self._budget[0] -= len(found)
        self._in_vain += not found
        if self._in_vain > _MOST_IN_VAIN:
            raise EOFError("it ends before it should")
        if self._budget[0] < 0:
            raise CorpusError("it unpacks to far more than its size: an archive made to fill memory")
        buffer[: len(found)] = found
        return len(found)

    def close(self) -> None:
        self._stream.close()
        super().close()


def manifest(paths: Iterable[Path]) -> Manifest:
    """What is to be read, in a few bytes; a file that is gone by now counts too."""
    found, count = hashlib.blake2b(digest_size=16), 0
    for path in files_of(paths):
        count += 1
        try:
            facts = path.stat()
            found.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
        except OSError:
            found.update(f"{path}\0\n".encode("utf-8", "surrogateescape"))
    return Manifest(found.hexdigest(), count)


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """Every file given, and every file of the folders given, sorted, without hidden ones."""
    for given in paths:
        if not given.is_dir():
            yield given
            continue
        for folder, names, members in os.walk(given):
            names[:] = sorted(name for name in names if not name.startswith("."))
            yield from (Path(folder, name) for name in sorted(members) if not name.startswith("."))


def is_archive(path: Path) -> bool:
    """Whether a file's name says that it holds others."""
    return path.name.lower().endswith((*_ZIPS, *_TARS, *_SINGLES))


def members_of(path: Path, *, within: bool = True) -> Iterator[Member | Unreadable]:
    """What a file holds: itself, or the members of an archive, in their order.

    Args:
        path: The file.
        within: False for a file that the user named, which may be a link.
    """
    name = path.name.lower()
    try:
        if not path.is_file():
            yield Unreadable(path, "no such file" if not path.exists() else "not a regular file")
        elif within and path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve()):
            yield Unreadable(path, "a link that leads out of its folder")
        elif name.endswith(_ZIPS):
            yield from _zipped(path)
        elif name.endswith(_TARS):
            yield from _tarred(path)
        elif name.endswith(_SINGLES):
            budget = _budget(path)
            yield Member(path / path.stem, -1, lambda: _streamed(_unpacked(path), budget))
        else:
            yield Member(path, path.stat().st_size, lambda: path.open("rb", buffering=BUFFER_BYTES))
    except CorpusError as error:
        yield Unreadable(path, f"not read any further: {error}")
    except _DAMAGES as error:
        yield Unreadable(path, damage(error))


@contextmanager
def reading(member: Member) -> Iterator[BinaryIO]:
    """The member's bytes.

    Raises:
        CorpusError: They cannot be read, or are far too many.
    """
    try:
        with member.opened() as stream:
            yield stream
    except _DAMAGES as error:
        raise CorpusError(damage(error)) from error


def damage(error: Exception) -> str:
    """Why a file or archive cannot be read, for people."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"damaged, or of a kind that is not read: {clean_line(str(error), 200) or type(error).__name__}"


def _zipped(path: Path) -> Iterator[Member | Unreadable]:
    budget = _budget(path)
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        if len(infos) > MOST_MEMBERS:
            raise CorpusError(f"more than {MOST_MEMBERS:,} members")
        for info in infos:
            if info.is_dir() or _is_hidden(info.filename):
                continue
            place = _place(path, info.filename)
            if why := _objection(info.filename) or _zip_objection(info):
                yield Unreadable(place, why)
            else:
                yield Member(place, info.file_size, lambda info=info: _streamed(archive.open(info), budget))  # type: ignore[misc]


def _zip_objection(info: zipfile.ZipInfo) -> str:
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link; links in archives are not followed"
    if info.flag_bits & 1:
        return "encrypted"
    return "" if info.compress_type in _IN_PIECES else "compressed in a rare way, which is only unpacked as a whole"


def _tarred(path: Path) -> Iterator[Member | Unreadable]:
    with _streamed(_unpacked(path), _budget(path)) as stream:
        archive = tarfile.open(fileobj=stream, mode="r|", tarinfo=_Longest)  # noqa: SIM115  closed with its stream
        for count, info in enumerate(archive, start=1):
            if count > MOST_MEMBERS:
                raise CorpusError(f"more than {MOST_MEMBERS:,} members")
            archive.members = []  # type: ignore[attr-defined] # it would remember each
            if info.isdir() or _is_hidden(info.name):
                continue
            place = _place(path, info.name)
            if why := _objection(info.name) or _tar_objection(info):
                yield Unreadable(place, why)
            else:
                yield Member(place, info.size, lambda info=info: _tar_stream(archive, info))  # type: ignore[misc]


def _tar_stream(archive: tarfile.TarFile, info: tarfile.TarInfo) -> BufferedReader:
    stream = archive.extractfile(info)
    assert stream is not None
    return _streamed(stream, [info.size + 1])


def _tar_objection(info: tarfile.TarInfo) -> str:
    if info.issym() or info.islnk():
        return "a link; links in archives are not followed"
    if not info.isreg():
        return "not a regular file"
    return "a sparse file" if info.issparse() else ""


def _unpacked(path: Path) -> _Stream:
    """The bytes of a file that may be compressed."""
    name = path.name.lower()
    if name.endswith((".gz", ".tgz")):
        return gzip.open(path, "rb")
    if name.endswith((".bz2", ".tbz2")):
        return bz2.open(path, "rb")
    if name.endswith((".xz", ".txz")):
        return lzma.open(path, "rb")
    return path.open("rb")


def _streamed(stream: _Stream, budget: list[int]) -> BufferedReader:
    return BufferedReader(_Budgeted(stream, budget), BUFFER_BYTES)


def _budget(path: Path) -> list[int]:
    return [max(LEAST_EXPANDED_BYTES, MOST_EXPANDED * path.stat().st_size)]


def _place(archive: Path, name: str) -> Path:
    return Path(f"{archive}/{clean_line(name, 200)}")


def _is_hidden(name: str) -> bool:
    """Whether a name, or a folder in it, begins with a dot, or is what macOS adds to archives."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(part == "__MACOSX" or (part.startswith(".") and part.strip(".")) for part in parts)


def _objection(name: str) -> str:
    """What is wrong with a member's name; empty when nothing is."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if name.startswith(("/", "\\")) or ".." in parts or (parts and parts[0].endswith(":")):
        return "its name leads out of the archive"
    return "an archive within an archive" if name.lower().endswith((*_ZIPS, *_TARS, *_SINGLES)) else ""
