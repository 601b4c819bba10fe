"""Texts that are nearly the same as an earlier one, in about 140 bytes a text.

MinHash with 64 permutations over character 5-grams; of each hash one byte is kept (b-bit minwise hashing; Li and König,
2010), so that eight rows of a band are one machine word, and the word is the band's key. Keys lie in one open-addressed
table of row numbers, which a whole batch of texts is looked up in at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

SHINGLE = 5
PERMUTATIONS = 64
# Two bytes that have nothing to do with each other are equal this often.
_CHANCE = 1 / 256
# Slots looked at before a text counts as new: only phrases that thousands of texts share lie further apart.
_PROBES = 64

Words = NDArray[np.uint64]
Rows = NDArray[np.int64]


@lru_cache(64)  # a text is sketched when it is compared, and again when it is remembered
def sketch(text: str) -> bytes:
    """64 bytes; case and blanks don't count."""
    plain = " ".join(text.lower().split())
    found = RMinHash(num_perm=PERMUTATIONS, seed=42)
    found.update([plain[i : i + SHINGLE] for i in range(max(1, len(plain) - SHINGLE + 1))])
    return np.array(found.digest(), dtype=np.uint32).astype(np.uint8).tobytes()


def _matrix(sketches: Sequence[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(sketches), dtype=np.uint8).reshape(-1, PERMUTATIONS)


class NearDuplicates:
    """Remembers sketches of texts; `seen` says which of some others are similar to one of them.

    Similar is a Jaccard similarity of `near` or more. It is an estimate, within 0.1 or so.
    """

    def __init__(self, near: float) -> None:
        self._near = near
        # The lower the similarity, the shorter the runs of equal hashes.
        self._rows = 8 if near >= 0.8 else 4 if near >= 0.55 else 2
        self._bands = PERMUTATIONS // self._rows
        self._salt = np.random.default_rng(42).integers(0, 1 << 63, self._bands, dtype=np.uint64)
        self._count = 0
        self._digests = np.zeros((256, PERMUTATIONS), dtype=np.uint8)
        self._slots = np.zeros(1 << 13, dtype=np.uint32)  # row number + 1; 0 is free

    def seen(self, sketches: Sequence[bytes]) -> NDArray[np.bool_]:
        digests = _matrix(sketches)
        found = np.zeros(len(digests), dtype=np.bool_)
        mask = len(self._slots) - 1
        rows = np.repeat(np.arange(len(digests)), self._bands)
        slots = self._places(digests).ravel()
        for _ in range(_PROBES):
            others = self._slots[slots].astype(np.int64) - 1
            here = (others >= 0) & ~found[rows]
            if not here.any():
                break
            rows, slots, others = rows[here], slots[here], others[here]
            equal = (self._digests[others] == digests[rows]).sum(axis=1) / PERMUTATIONS
            found[rows[(equal - _CHANCE) / (1 - _CHANCE) >= self._near]] = True
            slots = (slots + 1) & mask
        return found

    def add(self, sketches: Sequence[bytes]) -> None:
        digests = _matrix(sketches)
        total = self._count + len(digests)
        if total > len(self._digests):
            grown = np.zeros((max(total, 2 * len(self._digests)), PERMUTATIONS), dtype=np.uint8)
            grown[: self._count] = self._digests[: self._count]
            self._digests = grown
        self._digests[self._count : total] = digests
        before, self._count = self._count, total
        if total * self._bands * 2 > len(self._slots):
            while total * self._bands * 2 > len(self._slots):
                self._slots = np.zeros(2 * len(self._slots), dtype=np.uint32)
            before = 0
        for start in range(before, total, 1 << 16):
            self._enter(np.arange(start, min(total, start + (1 << 16))))

    def _enter(self, numbers: Rows) -> None:
        """Puts rows into the first free slots from their places on; what finds none within reach is left out."""
        mask = len(self._slots) - 1
        slots = self._places(self._digests[numbers]).ravel()
        values = np.repeat(numbers + 1, self._bands).astype(np.uint32)
        for _ in range(_PROBES):
            free = self._slots[slots] == 0
            # Of several that want one slot the last one gets it; the others go on.
            self._slots[slots[free]] = values[free]
            left = self._slots[slots] != values
            if not left.any():
                return
            slots, values = (slots[left] + 1) & mask, values[left]

    def _places(self, digests: NDArray[np.uint8]) -> Rows:
        """Row, band → where its search begins."""
        kind = {8: np.uint64, 4: np.uint32, 2: np.uint16}[self._rows]
        keys: Words = np.ascontiguousarray(digests).view(kind).astype(np.uint64)
        with np.errstate(over="ignore"):
            mixed = (keys ^ self._salt) * np.uint64(0x9E3779B97F4A7C15)
            mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        found: Rows = (mixed >> np.uint64(64 - (len(self._slots).bit_length() - 1))).astype(np.int64)
        return found
