"""The scripts: news, chores, floods, destinations in trouble, and days that are drawn by lot.

Together they hold every cycle that a kill must not harm: poll, follow-up, retry, dead letter, reload, digest, quiet hours, burst,
flood with its release and its drop, fallback, login, backlog, migration, backup, upkeep, retention, import.
"""

from __future__ import annotations

import random
from functools import cache

from tests.crash.script import DEAD, HOOK, LATER, MAIL, POISON, SWALLOW, Script, Step, headline, news

OLD = (("wire", "old", headline("Old0x")), ("echo", "old", headline("Old1x")))
DESKS = {
    "mail": f'url: "{MAIL}"',
    "hook": f'url: "{HOOK}"',
    "evening": 'url: "json://{web}/evening", digest: {{at: ["17:00"]}}',
}
LOGIN = 'url: "mailto://mail:password@127.0.0.1:{smtp}/?from=monitor@localhost&to=mail@localhost&mode=insecure"'
REVISED = ("wire", "1", f"Update1x: {headline('Story1x')}")

NEWS = Script(
    destinations=DESKS,
    steps=(
        Step("first start", 0, prints=OLD),
        Step("news", 30, prints=(*news("wire", 1, 2), *news("echo", 3))),
        Step("follow-up", 60, answers={"hook": LATER}, prints=(REVISED, ("echo", "2", headline("Story2x")))),
        Step("retry", 70),
        Step("poison", 100, answers={"hook": POISON}, prints=(*news("wire", 4, word="Poison"), *news("wire", 5))),
        Step("poison again", 100.5, answers={"hook": POISON}),
        Step("dead letter", 101, answers={"hook": POISON}),
        Step("answer lost", 130, answers={"hook": SWALLOW}, prints=news("echo", 6)),
        Step("answer found", 140),
        Step("reload", 170, action="reload", prints=(("late", "old", headline("Old2x")),)),
        Step("new feed", 200, prints=news("late", 7)),
        Step("digest", 300.5, prints=news("wire", 8)),
        Step("breaker", 330, answers={"hook": LATER}, prints=news("wire", *range(9, 15))),
        Step("recovery", 360),
        Step("evening", 480),
        Step("next day", 1741),
        Step("day after", 3181),
    ),
)

CHORES = Script(
    destinations=DESKS,
    imports=True,
    steps=(
        Step("first start", 0, prints=OLD),
        Step("news", 30, answers={"hook": LATER}, prints=(*news("wire", 1), *news("echo", 2))),
        Step("migration", 32, opens=True),
        Step("backup", 33, action="backup"),
        Step("upkeep", 34, action="upkeep"),
        Step("import", 35, action="import"),
        Step("retention", 95, action="retention", prints=news("wire", 3)),
        Step("digest", 300.5),
        Step("next day", 1741),
    ),
)

FLOOD = Script(
    destinations=DESKS | {"night": 'url: "json://{web}/night", quiet: {{from: "22:00", to: "07:00"}}'},
    policy="flood: 6/h\n",
    watchlist="    burst: 3/30m\n",
    steps=(
        Step("first start", 0, prints=OLD),
        Step("burst", 31, prints=news("wire", *range(1, 6))),
        Step("rest of the burst", 61),
        Step("flood", 130, prints=news("wire", *range(6, 14))),
        Step("release", 140, action="command release"),
        Step("released", 141, answers={"hook": LATER}),
        Step("released again", 150),
        Step("second flood", 250, prints=news("echo", *range(14, 22), word="Dropped")),
        Step("drop", 260, action="command drop"),
        Step("third flood", 330, prints=news("wire", *range(22, 30))),
        Step("release beside", 345, action="release"),
        Step("fourth flood", 420, prints=news("echo", *range(31, 39), word="Dropped")),
        Step("drop beside", 490, action="drop", prints=news("wire", 39)),
        Step("night", 640, prints=news("wire", 40, 41)),
        Step("morning", 1141),
        Step("next day", 1741),
        Step("day after", 3181),
    ),
)

TROUBLE = Script(
    destinations={
        "mail": LOGIN,
        "hook": f'url: "{HOOK}", fallback: mail',
        "slow": 'url: "json://{web}/slow", rate: 2/10m',
    },
    regroups=True,
    steps=(
        Step("first start", 0, prints=OLD),
        Step("news", 30, prints=news("wire", 1)),
        Step("mail later", 60, answers={"mail": LATER}, prints=news("wire", 2, 3, 31)),
        Step("retry", 75),
        Step("mail takes and hangs up", 100, answers={"mail": SWALLOW}, prints=news("echo", 4)),
        Step("answer found", 110),
        Step("hook dead", 140, answers={"hook": DEAD}, prints=news("wire", 5, 6)),
        Step("fallback", 150, answers={"hook": DEAD}, prints=news("wire", 7)),
        Step("hook mended", 190, prints=news("wire", 8)),
        Step("login refused", 220, answers={"mail": DEAD}, prints=news("echo", 9)),
        Step("login accepted", 260, prints=news("echo", 10)),
        Step("mail refused", 290, answers={"mail": POISON}, prints=news("wire", 11, word="Poison")),
        Step("mail refused again", 290.5, answers={"mail": POISON}),
        Step("dead letter", 291, answers={"mail": POISON}),
        Step("backlog", 320, prints=news("wire", *range(12, 26))),
        *(Step(f"rest of the backlog, {minutes} minutes on", 320 + minutes) for minutes in range(11, 77, 11)),
        Step("next day", 1741),
        Step("day after", 3181),
    ),
)


CLOSED = "Island council closes old harbour to cargo ships"
LEAVE = "Freight firms must leave Selby quay by spring, mayor says"
BOTH = "Council closes old harbour to cargo ships, freight firms must leave Selby quay by spring"
DRIFT = (
    "Storm Maren tears roofs off houses in Lindholm",
    "Storm Maren: roofs torn off in Lindholm, houses damaged",
    "Lindholm counts roofs and houses damaged by storm Maren",
    "Houses in Lindholm lose roofs to storm Maren",
    "Storm Maren delays ferry to Selby, Lindholm roofs repaired",
    "Ferry to Selby delayed by storm Maren, pilots refuse to sail",
    "Ferry pilots refuse to sail to Selby, union calls strike",
    "Union of ferry pilots calls strike on Selby line",
    "Ferry pilots strike: union calls off Selby line",
    "Strike of ferry pilots empties Selby line, union says",
    "Ferry pilots' union extends strike on Selby line",
    "Selby line idle as ferry pilots' strike goes on, union says",
)
AGAIN = (
    "Storm Maren tears roofs off houses in Lindholm, ferry pilots strike on Selby line",
    "Ferry pilots strike on Selby line as storm Maren tears roofs off houses in Lindholm",
    "Storm Maren damages roofs and houses in Lindholm, ferry pilots union calls strike on Selby line",
)
OTTERS = (
    "Otters were seen on Sunday in the northern bay of the island, for the first time in more than forty years.",
    "Rangers counted three grown animals and two young ones on the stones below the lighthouse in the evening.",
    "The last otter of the bay had been caught in a net by fishermen in the cold autumn of the year 1983.",
    "A society for the protection of animals asks visitors to keep their dogs away from the shore until summer.",
    "Seals, which had come back ten years ago, share the bay with gulls, cormorants and now with otters too.",
)


def wires(first: int, *titles: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(("wire", f"drift {number}", title) for number, title in enumerate(titles, first))


STORIES = Script(
    destinations=DESKS,
    queries={
        "harbour": "harbour",
        "quay": "quay",
        "both": "harbour AND quay",
        "ferry": "ferry OR storm",
        "otters": "otters",
    },
    again="{sources: 1, revised: true, at_most_every: 1s}",
    texts={"whole": " ".join(OTTERS)},
    pages={"short": " ".join(OTTERS), "later": " ".join(OTTERS[:3])},
    in_full=("echo",),
    regroupings=("merged", "split", "merged"),
    steps=(
        Step("first start", 0, prints=OLD),
        Step("one story", 30, prints=(("wire", "closed", CLOSED),)),
        Step("another", 65, prints=(("wire", "leave", LEAVE),)),
        Step("merger", 100, prints=(("wire", "both", BOTH),)),
        Step("after the merger", 130, answers={"hook": LATER}, prints=(("echo", "both", f"{BOTH}, it says"),)),
        Step("revised", 170, prints=(("wire", "closed", f"{CLOSED} for good"),)),
        Step("storm", 240, prints=wires(0, *DRIFT[:6])),
        Step("split", 310, prints=wires(6, *DRIFT[6:])),
        Step("after the split", 380, prints=(("echo", "strike", DRIFT[-1]),)),
        Step("together again", 420, prints=wires(12, *AGAIN)),
        Step("whole text", 450, prints=(("wire", "whole", "Otters are back"),)),
        Step("page", 460, prints=(("echo", "short", "Rare animals return to the shore after forty years"),)),
        Step(
            "page refused",
            530,
            answers={"page": LATER},
            prints=(("echo", "later", "Old guests, new otters on the rocks"),),
        ),
        Step("page read", 560),
        Step("evening", 610),
        Step("next day", 1741),
        Step("day after", 3181),
    ),
)


def drawn(seed: int) -> Script:
    """A day drawn by lot: destinations, what is printed, how receivers answer, what is done beside."""
    draw = random.Random(seed)
    kinds = [
        ("hook", f'url: "{HOOK}"' + draw.choice(["", ", fallback: mail"])),
        ("evening", f'url: "json://{{web}}/evening", digest: {{{{at: ["{draw.randint(13, 21)}:00"]}}}}'),
        ("night", 'url: "json://{web}/night", quiet: {{from: "15:00", to: "17:30"}}'),
        ("slow", f'url: "json://{{web}}/slow", rate: {draw.randint(2, 4)}/5m'),
    ]
    destinations = {"mail": draw.choice([DESKS["mail"], LOGIN]), **dict(draw.sample(kinds, draw.randint(2, 3)))}
    actions = ["reload", "upkeep", "backup", "retention", *["round"] * 7]
    draw.shuffle(actions)
    steps, minutes, printed = [Step("first start", 0, prints=OLD)], 0.0, []
    for number, action in enumerate(actions):
        minutes += draw.choice([6, 11, 19, 34, 55])
        prints = _drawn_news(draw, printed) if action != "retention" else ()
        moods = {name: draw.choice([LATER, POISON, SWALLOW, DEAD]) for name in destinations if draw.random() < 0.3}
        steps.append(Step(f"{number} {action}", minutes, action=action, answers=moods, prints=prints))
    calm = (minutes + 70, minutes + 90, minutes + 150, 800, 880, 1741, 1800, 3181)
    steps += [Step(f"calm at {at:g}", at) for at in calm]
    burst = draw.choice(["", "    burst: 2/h\n"])
    return Script(steps=tuple(steps), destinations=destinations, watchlist=burst, regroups=True)


def _drawn_news(draw: random.Random, printed: list[tuple[str, str, str]]) -> tuple[tuple[str, str, str], ...]:
    """Up to six new items in one paper, and now and then a new headline for an old one; `printed` grows by them."""
    many = draw.choices([0, 1, 2, 3, 6], [2, 4, 4, 3, 1])[0]
    word = draw.choice(["Story", "Story", "Story", "Poison"])
    items = news(draw.choice(["wire", "echo"]), *range(len(printed), len(printed) + many), word=word)
    revised = [draw.choice(printed)] if printed and draw.random() < 0.3 else []
    printed += items
    return (*items, *((feed, guid, f"Update{guid}x: {title}") for feed, guid, title in revised))


SCRIPTS = {"news": NEWS, "chores": CHORES, "flood": FLOOD, "trouble": TROUBLE, "stories": STORIES}


@cache
def script_of(name: str) -> Script:
    """The script of this name: one of those above, or `drawn N` by its seed."""
    return SCRIPTS[name] if name in SCRIPTS else drawn(int(name.removeprefix("drawn ")))
