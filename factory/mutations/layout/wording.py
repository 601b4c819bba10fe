"""Several ways to say one thing, so that a thousand records of one fault don't read as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from factory.mutations.edits import Edit, Mutation


@dataclass(frozen=True, slots=True)
class Wording:
    """Diagnoses and repairs of one operator as `str.format` templates over the same names."""

    why: tuple[str, ...]
    repair: tuple[str, ...]

    def fault(self, operator: str, edits: Sequence[Edit], rng: Random, **names: str) -> Mutation:
        return Mutation(
            operator,
            tuple(edits),
            rng.choice(self.why).format(**names),
            rng.choice(self.repair).format(**names),
        )


def shortened(sql: str, limit: int = 70) -> str:
    """SQL on one line for quoting in a sentence, cut at a blank when it is long."""
    line = " ".join(sql.split())
    if len(line) <= limit:
        return line
    return line[:limit].rsplit(" ", 1)[0] + " …"
