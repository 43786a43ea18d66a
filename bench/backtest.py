"""A backtest over 100,000 archived entries: how long until its result is there, reading the dictionaries included.

    python bench/backtest.py [ENTRIES] [--state FOLDER]

Each watchlist is tried in a process of its own, as a person would try it. FOLDER keeps the archive for the next time.
The archive is in English; what an archive in another language costs more is the reading of its dictionary, which is
measured by itself.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.archive import fill  # noqa: E402  the script's own folder is on the path, its parent is not
from monitor.query.lemma import Lexicon  # noqa: E402

LANGUAGES = ("en", "uk", "ru", "de", "fr", "es", "it", "pl", "fi")
WORDS = ("invite", "invitation", "membership", "summit", "talks", "запрошення", "членство", "Beitritt", "zaproszenie")
NAMES = ("membership-invitation", "ceasefire-talks", "article-5", "sanctions-package", "nato-summit")
BROAD = "watchlists:\n  - {name: broad, query: Ukraine OR NATO}\n"
GOAL = 3.0


def seconds(folder: Path, *arguments: str) -> tuple[float, str]:
    command = [sys.executable, "-m", "monitor", "--state", str(folder), *arguments]
    start = perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return perf_counter() - start, done.stdout.splitlines()[1].strip()


def reading(language: str) -> float:
    """Seconds of processor time until the forms of some words are known."""
    start = process_time()
    Lexicon().forms(language, WORDS)
    return process_time() - start


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("entries", nargs="?", type=int, default=100_000)
    arguments.add_argument("--state", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.state or Path(made) / "state"
        if not folder.exists():
            start = perf_counter()
            fill(folder, given.entries, datetime.now(UTC))
            print(f"{given.entries:,} entries written in {perf_counter() - start:.0f} s", file=sys.stderr)
        broad = Path(made) / "broad.yaml"
        broad.write_text(BROAD, encoding="utf-8")
        for name in (*NAMES, str(broad)):
            took, account = seconds(folder, "backtest", name, "--since", "90d")
            print(f"{took:5.1f} s{' ' if took <= GOAL else '!'} {Path(name).stem}: {account}")
    for language in LANGUAGES:
        print(f"{reading(language):5.2f} s  dictionary {language}")


if __name__ == "__main__":
    main()
