"""Headlines drawn by lot from few words, so that many of them are alike."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = [
    "harbour",
    "council",
    "closes",
    "freight",
    "quay",
    "ferry",
    "pilots",
    "strike",
    "storm",
    "roofs",
    "otters",
    "bay",
]
TITLES = st.lists(st.sampled_from(WORDS), min_size=3, max_size=6, unique=True).map(" ".join)
