"""Questions in the shares of difficulty asked for."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from random import Random

from factory.intents.difficulty import LEVELS, difficulty
from factory.intents.draw import intents
from factory.intents.intent import Intent
from factory.records import Database

# Questions drawn for one of a wanted level, and those of other levels kept for later.
_TRIES, _KEPT = 300, 20


def mixed(database: Database, rng: Random, shares: Mapping[str, float]) -> Iterator[Intent]:
    """A level is drawn, then a question of it; without shares questions as they come.

    A level that the database doesn't seem to have is left out.
    """
    source = intents(database, rng)
    if not shares:
        yield from source
        return
    left = dict(shares)
    kept: defaultdict[str, deque[Intent]] = defaultdict(lambda: deque(maxlen=_KEPT))
    while any(left.values()):
        wanted = rng.choices(list(left), weights=list(left.values()))[0]
        for _ in range(_TRIES):
            if kept[wanted]:
                break
            intent = next(source, None)
            if intent is None:
                return
            kept[difficulty(intent.tree())].append(intent)
        if kept[wanted]:
            yield kept[wanted].popleft()
        else:
            left[wanted] = 0


def mix(text: str) -> Mapping[str, float]:
    """ "easy=0.2,medium=0.8" as shares that add up to 1; empty for "". Raises ValueError."""
    shares: dict[str, float] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        level, _, share = part.partition("=")
        try:
            shares[level] = float(share)
        except ValueError:
            raise ValueError(f"difficulty: '{part}' is not LEVEL=SHARE, such as easy=0.2") from None
        if level not in LEVELS:
            raise ValueError(f"difficulty: the levels are {', '.join(LEVELS)}, not '{level}'")
    if shares and (not all(0 <= s <= 1 for s in shares.values()) or abs(sum(shares.values()) - 1) > 1e-6):
        raise ValueError("difficulty: shares lie from 0 to 1 and add up to 1")
    return shares
