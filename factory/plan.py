"""Which databases a run asks, in which order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from factory.catalog import find_spec, is_file
from factory.load_spec import spec_names

VARIANTS = 100_000


def families(names: Sequence[str]) -> list[str]:
    """The domains behind the names, for the split. Raises UnknownName."""
    return sorted({family(name) for name in names or spec_names()})


def family(name: str) -> str:
    if is_file(name):
        from pathlib import Path

        return Path(name).stem
    return find_spec(name).name


def databases(names: Sequence[str], seed: int) -> Iterator[str]:
    """Databases to open, one after the other, domains in turn.

    Without names all shipped ones. A shipped name stands for endless variants of it, drawn from the seed; a variant
    (`retail@17`) or a file stands for itself and comes back once a round.
    """
    chosen = sorted(dict.fromkeys(names or spec_names()))
    Random(f"databases:{seed}").shuffle(chosen)
    drawn = {name: Random(f"variants:{seed}:{name}") for name in chosen}
    seen: dict[str, set[int]] = {name: set() for name in chosen}
    while True:
        for name in chosen:
            if is_file(name) or "@" in name:
                yield name
                continue
            number = drawn[name].randrange(1, VARIANTS)
            while number in seen[name]:
                number = drawn[name].randrange(1, VARIANTS)
            seen[name].add(number)
            yield f"{name}@{number}"
