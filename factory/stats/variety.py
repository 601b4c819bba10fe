"""How much a collection repeats itself: query shapes, and the wording of its questions."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from statistics import mean

import numpy as np

BLOCK = 1000
NEAR = 600
TWIN = 0.8
SHINGLE = 5
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Variety:
    """Means over blocks of up to 1,000 rows, drawn with a fixed seed, since all of these fall with the number of rows.

    `skeletons` are distinct query shapes a row; `least_skeletons` those of the most uniform 1,000 rows that follow each
    other in the files; `gzip_ratio` is compressed size over size of the questions, so that less means more repetition;
    `bigrams` is the share of distinct pairs of neighbouring words; `twins` the share of questions that share 80 % of
    their character 5-grams (Jaccard) with an earlier one of the same 600. A collection of less than 1,000 rows is one
    block, and compares with no larger one.
    """

    skeletons: float
    least_skeletons: float
    gzip_ratio: float
    bigrams: float
    twins: float


def variety(questions: Sequence[str], skeletons: Sequence[str]) -> Variety:
    """Of questions and the digests of their queries' shapes. Raises ValueError for an empty collection."""
    if not questions:
        raise ValueError("nothing to measure")
    mixed = Random(0).sample(list(questions), len(questions))
    shapes = Random(0).sample(list(skeletons), len(skeletons))
    asked = _blocks(mixed, BLOCK)
    return Variety(
        skeletons=mean(map(_distinct, _blocks(shapes, BLOCK))) if shapes else 0.0,
        least_skeletons=min(map(_distinct, _blocks(skeletons, BLOCK))) if shapes else 0.0,
        gzip_ratio=mean(map(_gzip_ratio, asked)),
        bigrams=mean(map(_bigrams, asked)),
        twins=mean(map(_twins, _blocks(mixed, NEAR))),
    )


def _blocks(items: Sequence[str], size: int) -> list[Sequence[str]]:
    """Whole blocks; what is left over would look more varied than it is."""
    if len(items) < size:
        return [items]
    return [items[n : n + size] for n in range(0, len(items) - size + 1, size)]


def _distinct(items: Sequence[str]) -> float:
    return len(set(items)) / len(items)


def _gzip_ratio(questions: Sequence[str]) -> float:
    text = "\n".join(questions).encode()
    return len(gzip.compress(text, mtime=0)) / max(1, len(text))


def _bigrams(questions: Sequence[str]) -> float:
    pairs = [pair for question in questions for pair in pairwise(_WORD.findall(question.lower()))]
    return len(set(pairs)) / len(pairs) if pairs else 0.0


def _twins(questions: Sequence[str]) -> float:
    columns: dict[str, int] = {}
    rows = [[columns.setdefault(g, len(columns)) for g in sorted(_shingles(question))] for question in questions]
    held = np.zeros((len(rows), len(columns)), dtype=np.float32)
    for n, row in enumerate(rows):
        held[n, row] = 1
    shared = held @ held.T
    sizes = held.sum(axis=1)
    near = shared >= TWIN * (sizes[:, None] + sizes[None, :] - shared)
    return float(np.tril(near, -1).any(axis=1).mean())


def _shingles(question: str) -> set[str]:
    text = " ".join(question.lower().split())
    return {text[i : i + SHINGLE] for i in range(max(1, len(text) - SHINGLE + 1))}
