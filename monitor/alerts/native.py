"""Two destinations of our own, next to those of apprise: a text stream and a file.

Edge: a text stream, files.
"""

from __future__ import annotations

import os
from contextlib import suppress
from errno import EDQUOT, EFBIG, EINTR, EIO, ENOSPC
from io import FileIO
from pathlib import Path
from typing import TextIO
from urllib.parse import unquote, urlsplit

from monitor.model.alert import Message, Receipt, Verdict

_PASSING = frozenset({EDQUOT, EFBIG, EINTR, EIO, ENOSPC})


def print_message(stream: TextIO, message: Message) -> Receipt:
    """Write the message to the stream for people, at once."""
    encoding = stream.encoding or "utf-8"
    text = as_text(message).encode(encoding, "replace").decode(encoding)
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError) as error:
        return Receipt(verdict=Verdict.LATER, fault=f"the console cannot be written: {type(error).__name__}")
    return Receipt(verdict=Verdict.SENT)


def append_message(url: str, message: Message) -> Receipt:
    """Append the message to the file of a `file://` URL; SENT once all of it is on the disk, else none of it stays.

    The file is made readable by its owner alone. Its path is the operator's; nothing of the message is in it.
    """
    text = as_text(message).encode("utf-8", "replace")
    try:
        descriptor = os.open(file_path(url), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "ab", buffering=0) as file:
            _write_whole(file, text)
    except OSError as error:
        verdict = Verdict.LATER if error.errno in _PASSING else Verdict.DEAD_DESTINATION
        return Receipt(verdict=verdict, fault=f"the file cannot be written: {error.strerror}")
    return Receipt(verdict=Verdict.SENT)


def _write_whole(file: FileIO, text: bytes) -> None:
    """Write and sync; a disk without room may take a part, and only then say that it is full."""
    end = file.tell()
    try:
        while text:
            text = text[file.write(text) or 0 :]
        os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            file.truncate(end)
        raise


def file_path(url: str) -> Path:
    """The path in a `file://` URL."""
    return Path(unquote(urlsplit(url).path))


def has_no_folder(url: str) -> bool:
    """Whether the folder that a `file:///` URL names cannot be seen now; False for other URLs."""
    return url.lower().startswith("file:///") and not is_folder(file_path(url).parent)


def is_folder(path: Path) -> bool:
    """Whether a folder is there; False too where this user may not look, or the name is longer than names can be."""
    try:
        return path.is_dir()
    except OSError:
        return False


def as_text(message: Message) -> str:
    """The message in lines for people, with its id, by which a copy sent twice is recognised."""
    return f"── {message.subject}\n{message.text}\n[message {message.id}]\n\n"
