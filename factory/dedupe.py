"""A stream without repeats: exact pairs, over-used query shapes, near-equal questions."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from factory.near import NearDuplicates, sketch
from factory.records import Candidate


@dataclass(frozen=True, slots=True)
class Likeness:
    """What candidates are compared by: digests of pair and shape, the bucket, a sketch of the question."""

    pair: bytes
    skeleton: bytes
    bucket: str
    question: bytes

    @classmethod
    def of(cls, candidate: Candidate) -> Self:
        pair = " ".join(candidate.key.lower().split())
        shape = _digest(candidate.skeleton, 8)
        return cls(_digest(pair, 16), shape, candidate.bucket, sketch(candidate.question))


class Dedupe:
    """Remembers what was accepted: about 80 bytes a pair, 110 a skeleton, 140 a question.

    `max_per_skeleton` caps accepted records of one query shape (0: no cap). `near` is the Jaccard similarity of
    character 5-grams from which two questions count as the same (1: off). `max_per_bucket` caps those of one bucket,
    for candidates that have one (0: no cap).
    """

    def __init__(self, *, max_per_skeleton: int = 0, near: float = 0.85, max_per_bucket: int = 0) -> None:
        self.max_per_skeleton = max_per_skeleton
        self.max_per_bucket = max_per_bucket
        self._pairs: set[bytes] = set()
        self._skeletons: Counter[bytes] = Counter()
        self._buckets: Counter[str] = Counter()
        self._questions = NearDuplicates(near) if near < 1 else None

    def reason(self, one: Likeness) -> str | None:
        """Why the candidate repeats what was accepted before; None when it doesn't."""
        reason = self._exact(one)
        if reason is None and self._questions is not None:
            (near,) = self._questions.seen([one.question])
            return "near_duplicate_question" if near else None
        return reason

    def accept(self, one: Likeness) -> None:
        """Remembers an accepted candidate."""
        self._count(one)
        if self._questions is not None:
            self._questions.add([one.question])

    def take(self, some: Sequence[Likeness], most: int) -> list[str | None]:
        """The reasons, in turn, up to the one that is the `most`th without; these are remembered.

        Their questions are compared with those of earlier calls only, all at once: who calls has compared them with
        each other.
        """
        near = self._questions.seen([one.question for one in some]) if self._questions is not None else None
        reasons: list[str | None] = []
        new: list[bytes] = []
        for number, one in enumerate(some):
            reason = self._exact(one)
            if reason is None and near is not None and near[number]:
                reason = "near_duplicate_question"
            reasons.append(reason)
            if reason is None:
                self._count(one)
                new.append(one.question)
                if len(new) == most:
                    break
        if self._questions is not None:
            self._questions.add(new)
        return reasons

    def _exact(self, one: Likeness) -> str | None:
        if one.pair in self._pairs:
            return "duplicate"
        if self.max_per_skeleton and self._skeletons[one.skeleton] >= self.max_per_skeleton:
            return "skeleton_cap"
        if self.max_per_bucket and one.bucket and self._buckets[one.bucket] >= self.max_per_bucket:
            return "bucket_cap"
        return None

    def _count(self, one: Likeness) -> None:
        self._pairs.add(one.pair)
        self._skeletons[one.skeleton] += 1
        self._buckets[one.bucket] += 1


def _digest(text: str, size: int) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=size).digest()
