"""A stream without repeats: exact pairs, over-used query shapes, near-equal questions."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Self

from rensa import RMinHash, RMinHashDeduplicator

from factory.records import Candidate

SHINGLE = 5
PERMUTATIONS = 64


@dataclass(frozen=True, slots=True)
class Likeness:
    """What candidates are compared by: a digest of the pair, the shape of the query, bucket and words."""

    pair: bytes
    skeleton: str
    bucket: str
    question: str

    @classmethod
    def of(cls, candidate: Candidate) -> Self:
        return cls(_digest(candidate.key), candidate.skeleton, candidate.bucket, candidate.question)


class Dedupe:
    """Remembers what was accepted: 16 bytes a pair, one counter a skeleton, about 1 KB a question.

    `max_per_skeleton` caps accepted records of one query shape (0: no cap). `near` is the Jaccard similarity of
    character 5-grams, estimated by MinHash-LSH, from which two questions count as the same (1: off). `max_per_bucket`
    caps those of one bucket, for candidates that have one (0: no cap).
    """

    def __init__(self, *, max_per_skeleton: int = 0, near: float = 0.85, max_per_bucket: int = 0) -> None:
        self.max_per_skeleton = max_per_skeleton
        self.max_per_bucket = max_per_bucket
        self.near = near
        self._pairs: set[bytes] = set()
        self._skeletons: Counter[str] = Counter()
        self._buckets: Counter[str] = Counter()
        # Without a number of bands rensa takes the one that fits the threshold: eight would miss what lies below 0.7.
        self._questions = RMinHashDeduplicator(near, PERMUTATIONS, True, None, 42) if near < 1 else None
        self._count = 0

    def reason(self, one: Likeness) -> str | None:
        """Why the candidate repeats what was accepted before; None when it doesn't."""
        if one.pair in self._pairs:
            return "duplicate"
        if self.max_per_skeleton and self._skeletons[one.skeleton] >= self.max_per_skeleton:
            return "skeleton_cap"
        if self.max_per_bucket and one.bucket and self._buckets[one.bucket] >= self.max_per_bucket:
            return "bucket_cap"
        if self._questions is not None and self._questions.is_duplicate("", _sketch(one.question)):
            return "near_duplicate_question"
        return None

    def accept(self, one: Likeness) -> None:
        """Remembers an accepted candidate."""
        self._count += 1
        self._pairs.add(one.pair)
        self._skeletons[one.skeleton] += 1
        self._buckets[one.bucket] += 1
        if self._questions is not None:
            self._questions.add(str(self._count), _sketch(one.question))


def _digest(key: str) -> bytes:
    return hashlib.blake2b(" ".join(key.lower().split()).encode(), digest_size=16).digest()


def _sketch(question: str) -> RMinHash:
    text = " ".join(question.lower().split())
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=42)
    sketch.update([text[i : i + SHINGLE] for i in range(max(1, len(text) - SHINGLE + 1))])
    return sketch
