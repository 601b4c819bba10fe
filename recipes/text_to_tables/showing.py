"""Which tables of a catalog a prompt shows, within its budget."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from random import Random

from factory.budget import estimated_tokens
from factory.wide.catalog import WideDatabase
from factory.wide.text import FORMS, Form, entry_text, noted

_SHUFFLED = 0.3
_LINES = 160  # an answer of more lines is a list of zeros


@dataclass(frozen=True, slots=True)
class Budget:
    """`tokens` bound the catalog; an answer that names every table counts too."""

    tokens: int
    shape: str


def draw_shown(
    database: WideDatabase,
    groups: Collection[str],
    hidden: Collection[str],
    form: Form,
    budget: Budget,
    rng: Random,
) -> tuple[Form, tuple[str, ...]] | None:
    """The groups that are needed and as many others as fit, a table in use always with all that was made of it: what
    stands around a needed table must not differ from what stands around any other.

    A form that is too long for what is needed gives way to a shorter one; None when even names are too long.
    """
    for shorter in FORMS[FORMS.index(form) :: -1]:
        shown = _fitted(database, groups, hidden, shorter, budget, rng)
        if shown is not None:
            return shorter, shown
    return None


def _fitted(
    database: WideDatabase,
    groups: Collection[str],
    hidden: Collection[str],
    form: Form,
    budget: Budget,
    rng: Random,
) -> tuple[str, ...] | None:
    left = budget.tokens - estimated_tokens(noted(database, database.entries))
    most = _LINES if budget.shape == "lines" else len(database.entries)
    others = [group for group in database.groups if group not in groups]
    rng.shuffle(others)
    shown: list[str] = []
    for at, group in enumerate([*(g for g in database.groups if g in groups), *others]):
        entries = [e for e in database.groups[group] if e.name not in hidden]
        lines = "\n\n".join(entry_text(e, form) for e in entries)
        cost = estimated_tokens(lines)
        if budget.shape == "lines":
            cost += estimated_tokens("".join(f"{e.name}: 0\n" for e in entries))
        if cost > left or len(shown) + len(entries) > most:
            if at < len(groups):
                return None
            continue
        left -= cost
        shown += (e.name for e in entries)
    if rng.random() < _SHUFFLED:
        rng.shuffle(shown)
        return tuple(shown)
    return tuple(sorted(shown, key=lambda name: (name.lower(), name)))
