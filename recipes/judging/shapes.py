"""How many candidates a record has, and which of them are right."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from recipes.judging.prompts import SHAPES

_SIZES = (2, 3, 4, 5, 6)
# Lists in which nothing, or everything, is right: a judge must not learn that there is always one of each.
_UNIFORM = 0.08


def mix(text: str) -> Mapping[str, float]:
    """ "list=0.4,single=0.6" as shares. Raises ValueError."""
    shares: dict[str, float] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        shape, _, share = part.partition("=")
        try:
            shares[shape] = float(share)
        except ValueError:
            raise ValueError(f"shapes: '{part}' is not SHAPE=SHARE, such as list=0.4") from None
        if shape not in SHAPES:
            raise ValueError(f"shapes: {', '.join(SHAPES)} are known, not '{shape}'")
    if not all(0 <= s <= 1 for s in shares.values()) or abs(sum(shares.values()) - 1) > 1e-6:
        raise ValueError("shapes: shares lie from 0 to 1 and add up to 1")
    return {shape: share for shape, share in shares.items() if share}


def draw_labels(shape: str, rng: Random, right: float, most: int) -> list[bool]:
    """`right` is the chance of a candidate to be right.

    A list has `most` right and `most` wrong ones at the most; empty when it can't have two candidates.
    """
    if shape == "pair":
        return rng.sample([True, False], 2)
    if shape == "single":
        return [rng.random() < right]
    for _ in range(_TRIES):
        size = rng.choice(_SIZES)
        labels = [rng.random() < right for _ in range(size)]
        if 0 < right < 1 and rng.random() < 2 * _UNIFORM:
            labels = [rng.random() < right] * size
        if max(labels.count(True), labels.count(False)) <= most:
            return labels
    return []


_TRIES = 40
