"""Signs of automated accounts, in pairs that prove something only together.

An account with both signs of a pair is run by a program. Both sides have each single sign equally often: what a person
lacks in whole pairs is made up for by half ones. So no column, and no sum of columns, tells which is which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

Limits = tuple[int, int]
# Which of a pair's two signs are there.
Signs = Mapping[str, tuple[bool, bool]]
# How often a person has one sign of a pair; a program has one sign of a pair that it isn't given away by less often, so
# that over three pairs each sign is as frequent: 1/3 + 2/3 · 0.145 = 0.43.
_PERSON, _PROGRAM = 0.43, 0.145


@dataclass(frozen=True, slots=True)
class Pair:
    """`told` states the pair with its limits in words; `columns` are those it is about."""

    columns: tuple[str, ...]
    limits: tuple[Limits, ...]
    told: tuple[str, ...]


SIGNS: dict[str, Pair] = {
    "clock": Pair(
        ("hours", "replies"),
        ((20, 5), (21, 4), (22, 3), (20, 3)),
        (
            "is active in {a} or more hours of the day with at most {b} % replies",
            "posts in at least {a} of the 24 hours and has {b} % replies or less",
            "never rests ({a} active hours or more) and hardly answers anybody ({b} % replies at most)",
        ),
    ),
    "repeats": Pair(
        ("same", "posts"),
        ((60, 50), (70, 40), (80, 30), (75, 60)),
        (
            "repeats itself in {a} % of its posts or more while posting at least {b} times a day",
            "has {a} % or more identical posts and {b} or more posts a day",
            "posts {b} times a day or more with identical texts in at least {a} %",
        ),
    ),
    "follows": Pair(
        ("following", "followers", "age"),
        ((20, 60), (15, 30), (25, 90), (30, 45)),
        (
            "follows at least {a} times as many as follow it and is no older than {b} days",
            "is at most {b} days old and follows {a} or more accounts for every follower",
            "has existed for {b} days or less and follows {a} times its number of followers or more",
        ),
    ),
    "links": Pair(
        ("links", "gap"),
        ((70, 5), (80, 10), (60, 3), (75, 8)),
        (
            "has links in {a} % or more of its posts and spaces them evenly (spread of {b} s or less)",
            "posts at intervals that vary by no more than {b} seconds, with links in at least {a} %",
            "shares links in {a} % of its posts or more, with gaps that differ by {b} s at most",
        ),
    ),
}


def draw_signs(bot: bool, chosen: tuple[str, ...], rng: Random) -> Signs:
    """A person may have one sign of a pair, never both; other pairs than the chosen ones say nothing."""
    proof = rng.choice(chosen) if bot else ""
    found = {}
    for name in SIGNS:
        half = _PROGRAM if bot and name in chosen else _PERSON
        drawn = rng.random()
        found[name] = (True, True) if name == proof else (drawn < half, half <= drawn < 2 * half)
    return found


def draw_figures(signs: Signs, limits: Mapping[str, Limits], rng: Random) -> dict[str, int]:
    """Column → figure, on the side of its limit that the sign says, whoever runs the account."""
    draw = rng.randint
    (night, mute), (same, busy) = signs["clock"], signs["repeats"]
    (mass, young), (links, even) = signs["follows"], signs["links"]
    hours, replies = limits["clock"]
    share, posts = limits["repeats"]
    times, days = limits["follows"]
    linked, spread = limits["links"]
    followers = draw(3, 250)
    return {
        "hours": draw(hours, 24) if night else draw(2, hours - 3),
        "replies": draw(0, replies) if mute else draw(replies + 4, 80),
        "same": draw(share, 100) if same else draw(0, share - 15),
        "posts": draw(posts, 4 * posts) if busy else draw(1, posts - 8),
        "followers": followers,
        "following": followers * draw(times, 3 * times) + draw(0, 9) if mass else draw(0, followers * (times - 5)),
        "age": draw(1, days) if young else draw(days + 20, 4000),
        "links": draw(linked, 100) if links else draw(0, linked - 12),
        "gap": draw(0, spread) if even else draw(20 * spread, 400 * spread),
        "likes": draw(0, 300),
    }
