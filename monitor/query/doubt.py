"""A doubt: what is allowed in a query and rarely meant, said in one sentence with its mend.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing in a rule that is worth a second look."""

    message: str
    hint: str = ""
    about: tuple[str, ...] = ()
    """How it may be written in the file, the likeliest first."""

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message
