"""Megabytes that the window of recent entries holds, by what `tracemalloc` sees freed when it goes.

python -m bench.stories.memory [entries in the window]
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from itertools import islice

from bench.stories.speed import filled, texts


def measure(size: int, *, summaries: bool) -> str:
    tracemalloc.start()
    window = filled(islice(texts(summaries=summaries), size), size)
    gc.collect()
    full = tracemalloc.get_traced_memory()[0]
    del window
    gc.collect()
    held = full - tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    kind = "with summaries" if summaries else "headlines"
    return f"{kind}, window of {size}: {held / 1e6:.0f} MB, {held / size:.0f} bytes an entry"


if __name__ == "__main__":
    entries = int((*sys.argv[1:], "100000")[0])
    for with_text in (False, True):
        print(measure(entries, summaries=with_text))
