"""How much a collection repeats itself: query shapes, and the wording of its questions."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rensa import RMinHash, RMinHashDeduplicator

TWIN = 0.8
SHINGLE = 5
PERMUTATIONS = 64
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Variety:
    """`skeletons` are distinct query shapes a row; `gzip_ratio` is compressed size over size of all questions, so
    that less means more repetition; `bigrams` is the share of distinct pairs of neighbouring words; `twins` the share
    of questions that share 80 % of their character 5-grams with one before (estimated by MinHash).

    All but `twins` fall with the number of rows: compare collections of one size.
    """

    skeletons: float
    gzip_ratio: float
    bigrams: float
    twins: float


def variety(questions: Sequence[str], skeletons: Sequence[str]) -> Variety:
    """Of questions and the digests of their queries' shapes. Raises ValueError for an empty collection."""
    if not questions:
        raise ValueError("nothing to measure")
    text = "\n".join(questions).encode()
    return Variety(
        skeletons=len(set(skeletons)) / len(skeletons) if skeletons else 0.0,
        gzip_ratio=len(gzip.compress(text, mtime=0)) / max(1, len(text)),
        bigrams=_bigrams(questions),
        twins=_twins(questions),
    )


def _bigrams(questions: Sequence[str]) -> float:
    seen: set[tuple[str, str]] = set()
    total = 0
    for question in questions:
        words = _WORD.findall(question.lower())
        pairs = list(pairwise(words))
        total += len(pairs)
        seen.update(pairs)
    return len(seen) / total if total else 0.0


def _twins(questions: Sequence[str]) -> float:
    index = RMinHashDeduplicator(TWIN, PERMUTATIONS, True, None, 42)
    found = 0
    for n, question in enumerate(questions):
        text = " ".join(question.lower().split())
        sketch = RMinHash(num_perm=PERMUTATIONS, seed=42)
        sketch.update([text[i : i + SHINGLE] for i in range(max(1, len(text) - SHINGLE + 1))])
        if index.is_duplicate("", sketch):
            found += 1
        else:
            index.add(str(n), sketch)
    return found / len(questions)
