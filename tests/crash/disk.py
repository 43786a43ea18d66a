"""What SQLite asks of its disk, seen call by call: each write, sync, truncation and deletion can be noted or refused.

The default file layer of the SQLite library that this process has loaded is wrapped in place. Whoever installs an
observer is asked before every call and may end the process there, let it fail, or write it down.
"""

from __future__ import annotations

import ctypes
import sqlite3
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p, sizeof
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

OK = 0
IO_ERROR = 10
FULL = 13


@dataclass(frozen=True, slots=True)
class Call:
    """One call, before it is made."""

    kind: str
    """`write`, `sync`, `truncate`, `delete`; of files that are not SQLite's also `create`, `rename`."""
    path: str
    offset: int = 0
    """Of a write; the new size of a truncation."""
    data: bytes = b""
    """Of a write; the new path of what is renamed."""

    @property
    def label(self) -> str:
        name = Path(self.path).name
        suffix = name.rpartition("-")[2].removesuffix(".unfinished")
        if suffix not in ("wal", "journal", "recent"):
            suffix = "db" if ".db" in name else "folder"
        return f"{self.kind} {suffix}"


Observer = Callable[[Call], int]
"""Returns OK, or the SQLite error the call fails with."""


class Methods(Structure):
    _fields_ = [("version", c_int)] + [
        (name, c_void_p)
        for name in (
            "close",
            "read",
            "write",
            "truncate",
            "sync",
            "file_size",
            "lock",
            "unlock",
            "check_reserved",
            "file_control",
            "sector_size",
            "characteristics",
            "shm_map",
            "shm_lock",
            "shm_barrier",
            "shm_unmap",
            "fetch",
            "unfetch",
        )
    ]


class File(Structure):
    _fields_ = [("methods", c_void_p)]


class Layer(Structure):
    _fields_ = [
        ("version", c_int),
        ("file_bytes", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
    ]


OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
DELETE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
CLOSE = CFUNCTYPE(c_int, c_void_p)
WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


class Disk:
    """The wrapped file layer of this process; for a process of its own, since it cannot be taken off again."""

    installed: ClassVar[list[Disk]] = []

    def __init__(self, observer: Observer) -> None:
        self.observer = observer
        self.installed.append(self)
        self._paths: dict[int, str] = {}
        self._wrapped: dict[int, Methods] = {}
        self._kept: list[object] = []
        layer = _library().sqlite3_vfs_find(None).contents
        self._open, self._delete = OPEN(layer.open), DELETE(layer.delete)
        layer.open = self._callback(OPEN, self._on_open)
        layer.delete = self._callback(DELETE, self._on_delete)

    def _callback(self, kind, function) -> int | None:
        callback = kind(function)
        self._kept.append(callback)
        return ctypes.cast(callback, c_void_p).value

    # Names are passed on as the pointers they are: SQLite keeps them.
    def _on_open(self, layer, name, file, flags, out) -> int:
        result = self._open(layer, name, file, flags, out)
        opened = ctypes.cast(file, POINTER(File)).contents
        if result == OK and name and opened.methods:
            self._paths[file] = ctypes.string_at(name).decode()
            if opened.methods not in self._wrapped:
                self._wrapped[opened.methods] = self._wrap(opened.methods)
            opened.methods = ctypes.addressof(self._wrapped[opened.methods])
        return result

    def _on_delete(self, layer, name, sync) -> int:
        return self.observer(Call("delete", ctypes.string_at(name).decode())) or self._delete(layer, name, sync)

    def _wrap(self, address: int) -> Methods:
        methods = Methods()
        ctypes.memmove(ctypes.addressof(methods), address, sizeof(Methods))
        close, write = CLOSE(methods.close), WRITE(methods.write)
        truncate, sync = TRUNCATE(methods.truncate), SYNC(methods.sync)

        def on_close(file) -> int:
            self._paths.pop(file, None)
            return close(file)

        def on_write(file, data, size, offset) -> int:
            call = Call("write", self._paths[file], offset, ctypes.string_at(data, size))
            return self.observer(call) or write(file, data, size, offset)

        def on_truncate(file, size) -> int:
            return self.observer(Call("truncate", self._paths[file], size)) or truncate(file, size)

        def on_sync(file, flags) -> int:
            return self.observer(Call("sync", self._paths[file])) or sync(file, flags)

        methods.close = self._callback(CLOSE, on_close)
        methods.write = self._callback(WRITE, on_write)
        methods.truncate = self._callback(TRUNCATE, on_truncate)
        methods.sync = self._callback(SYNC, on_sync)
        return methods


def why_not() -> str | None:
    """Why the disk of this Python's SQLite cannot be watched; None when it can."""
    try:
        found = _library().sqlite3_libversion().decode()
    except OSError:
        return "SQLite is not a shared library here"
    return None if found == sqlite3.sqlite_version else "Python has a SQLite of its own inside"


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libsqlite3.so.0")
    library.sqlite3_vfs_find.restype = POINTER(Layer)
    library.sqlite3_vfs_find.argtypes = [c_char_p]
    library.sqlite3_libversion.restype = c_char_p
    return library
