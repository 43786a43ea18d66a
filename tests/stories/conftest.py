from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model.ids import EntryId, FeedId, StoryId
from monitor.model.story import Neighbour
from monitor.stories.copies import fingerprint
from monitor.stories.rarity import Rarity
from monitor.stories.vectors import vectors_of

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

HARBOUR = (
    "The island council voted on Monday to close the old harbour to cargo ships from next spring. Fishing boats may "
    "stay, the council said, but the two remaining freight companies must move to the mainland port of Selby. “We "
    "have waited eleven years for a decision,” said Maren Oke, who runs the larger of the two. Her company employs "
    "forty people and moves most of the island's timber, grain and building stone. The harbour wall, built in 1911, "
    "was found to be cracked in three places after the storms of last winter, and repairing it would cost more than "
    "the council spends on schools in two years."
)
RIVAL = (
    "Cargo ships will no longer call at the old harbour after a vote by the council of the island late on Monday. "
    "Freight firms called the move a blow to jobs, while residents of the quay welcomed an end to the noise of night "
    "loading. Engineers had warned in January that the wall could give way in a heavy sea. The mayor promised help "
    "for forty workers who may lose their posts, and said a bridge to Selby was under study by the government."
)


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def harbour() -> str:
    """A report of 110 words."""
    return HARBOUR


@pytest.fixture
def rival() -> str:
    """Another paper's report of the same vote."""
    return RIVAL


@pytest.fixture
def entry() -> Callable[..., Neighbour]:
    """Makes a neighbour: headline, text, link, hours before noon, id, story."""
    made = 0

    def make(
        title: str,
        text: str = "",
        link: str | None = None,
        *,
        ago: float = 1,
        story: str | None = None,
        name: str | None = None,
    ) -> Neighbour:
        nonlocal made
        made += 1
        entry_id = name or f"entry-{made}"
        print_ = fingerprint(title, text, link)
        return Neighbour(
            entry_id=EntryId(entry_id),
            feed_id=FeedId("feed"),
            story_id=StoryId(story or f"story-of-{entry_id}"),
            fingerprint=print_,
            seen_at=NOON - timedelta(hours=ago),
            lengths=vectors_of(print_, Rarity()).lengths,
        )

    return make
