"""Keeps the looks of a query from telling whether it is right.

Faults change how a query looks: one that forgets a condition makes it shorter, one that adds a join makes it longer.
Of the faults that the prior offers for a place, one is drawn with a probability proportional to exp(weights · change).
The weights are those at which the mean change is 0, feature by feature: they minimise the sum, over many questions, of
log sum exp(weights · change) over the faults offered, the dual of staying as close to the prior as that allows
(maximum entropy; Jaynes, 1957). `python -m benchmarks.tilt` fits them and writes tilt.json.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from random import Random

_TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]+\"|\d+(?:\.\d+)?|\w+|<=|>=|<>|!=|\|\||//|::|[^\s\w]")
_WORDS = frozenset(
    """
    select from join left right inner where and or not group having order desc limit offset distinct in exists between
    case when else null is over partition rows with union intersect except all count sum avg min max median round
    coalesce filter qualify like ilike cast date_trunc extract interval year month day on by row_number rank dense_rank
    lag lead nullif count_if recursive lateral unnest first last using nulls
    """.split()  # noqa: SIM905
)
_MARKS = frozenset("( ) , . * / // + - % = <> != < <= > >= || ::".split())  # noqa: SIM905
_SCALE: Mapping[str, float] = {"characters": 30.0, "tokens": 7.0, "names": 3.0}
_FAR = 3.0


@lru_cache(512)
def features(sql: str) -> Counter[str]:
    """What can be seen without understanding: length, keywords, marks. The counter is shared: don't change it."""
    found: Counter[str] = Counter({"characters": len(sql)})
    for token in _TOKEN.findall(sql):
        found["tokens"] += 1
        word = token.lower()
        if word in _WORDS or token in _MARKS:
            found[word] += 1
        elif token[0] == "'":
            found["texts"] += 1
        elif token[0].isdigit():
            found["numbers"] += 1
        else:
            found["names"] += 1
    return found


def step(right: str, wrong: str) -> dict[str, float]:
    """How a fault changes the looks: by how much, in which direction, and what comes or goes altogether.

    The last two are for classifiers that find thresholds; a mean of 0 alone could hide a few large steps.
    """
    before, after = features(right), features(wrong)
    found: dict[str, float] = {}
    for name in sorted(before | after):
        more = after[name] - before[name]
        if more:
            found[name] = max(-_FAR, min(_FAR, more / _SCALE.get(name, 1.0)))
            found[f"{name} direction"] = math.copysign(1.0, more)
            if not (before[name] and after[name]):
                found[f"{name} presence"] = math.copysign(1.0, more)
    return found


@cache
def weights() -> Mapping[str, Mapping[str, float]]:
    """Shape → feature → weight."""
    found: dict[str, dict[str, float]] = json.loads(files(__package__).joinpath("tilt.json").read_text("utf-8"))
    return found


def drawn(changes: list[dict[str, float]], rng: Random, most: int, tilt: Mapping[str, float]) -> list[int]:
    """Places of up to `most` faults, drawn one after the other without putting back (by Gumbel's trick)."""
    scores = [
        sum(tilt.get(name, 0.0) * n for name, n in change.items()) - math.log(-math.log(rng.random() or 1e-12))
        for change in changes
    ]
    return sorted(range(len(scores)), key=scores.__getitem__, reverse=True)[:most]
