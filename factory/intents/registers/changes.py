"""What a follow-up may change about an intent: a filter more, a filter less, another value, another number of rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from random import Random
from typing import Any, NamedTuple

from factory.intents.draw_filter import compatible, draw_filter
from factory.intents.filters import Compare, Equals, Filter, Flag, Period
from factory.intents.intent import Intent
from factory.intents.registers.parts import columns, every_filter, held, rebuilt
from factory.intents.subject import Subject

_YEAR = re.compile(r"in (\d{4})")
_LIMITS = (3, 4, 5, 7, 8, 10, 12, 15)


class Change(NamedTuple):
    """The intent after it, and the words that tell: `old` and `new` values, or what is `said` of the `many` rows.

    `alone`: no other condition is left that a question about the `many` could be taken to drop.
    """

    intent: Intent
    way: str
    many: str
    said: str = ""
    old: str = ""
    new: str = ""
    alone: bool = True


Way = Callable[[Intent, Random], Change | None]


def other_value(intent: Intent, rng: Random) -> Change | None:
    """One filter's value is replaced; only where no second filter is about the same column."""
    everything = list(every_filter(intent))
    options = [one for one in held(intent) if sum(f.column.name == one.filter.column.name for f in everything) == 1]
    alone = len(everything) == 1
    rng.shuffle(options)
    for old, table, _ in options:
        new = _exchanged(old, rng)
        if new is None or new.said() == old.said():
            continue
        changed: Intent = rebuilt(intent, partial(_instead, old, new))
        if changed.question() == intent.question():
            continue
        if isinstance(old, Equals) and isinstance(new, Equals):
            return Change(changed, "value", table.plural, new.said(), f"'{old.value}'", f"'{new.value}'", alone)
        if isinstance(old, Period) and isinstance(new, Period) and sum(isinstance(f, Period) for f in everything) == 1:
            return Change(changed, "year", table.plural, new.said(), old.words[3:], new.words[3:], alone)
        return Change(changed, "other", table.plural, new.said(), alone=alone)
    return None


def _instead(old: Filter, new: Filter, part: Any) -> Any:
    return new if part is old else part


def without(intent: Intent, _: Random) -> Change | None:
    """The only restriction of the rows is dropped."""
    subject = getattr(intent, "subject", None)
    if not isinstance(subject, Subject) or subject.far or len(subject.filters) != 1:
        return None
    changed = _with_subject(intent, replace(subject, filters=()))
    if subject.said() not in intent.question() or len(list(every_filter(intent))) > 1:
        return None
    return Change(changed, "without", subject.table.plural, subject.filters[0].said())


def narrowed(intent: Intent, rng: Random) -> Change | None:
    """A filter is added to rows that nothing restricted."""
    subject = getattr(intent, "subject", None)
    if not isinstance(subject, Subject) or subject.restricted or list(every_filter(intent)):
        return None
    new = draw_filter(subject.table, rng, roles=("category", "place", "flag", "timestamp", "measure"))
    if new is None or not all(compatible(new.column, column) for column in columns(intent)):
        return None
    changed = _with_subject(intent, replace(subject, filters=(new,)))
    if new.said() not in changed.question():
        return None
    return Change(changed, "narrowed", subject.table.plural, new.said())


def other_limit(intent: Intent, rng: Random) -> Change | None:
    """More or fewer of the first rows."""
    limit = getattr(intent, "limit", None)
    if (
        type(limit) is not int
        or limit < 2
        or len(re.findall(rf"(?<![\d.,]){limit}(?![\d,.]\d|\d)", intent.question())) != 1
    ):
        return None
    new = rng.choice([n for n in _LIMITS if n != limit])
    changed = replace(intent, limit=new)  # type: ignore[call-arg]
    return Change(changed, "limit", "", old=str(limit), new=str(new))


def _with_subject(intent: Intent, subject: Subject) -> Intent:
    return replace(intent, subject=subject)  # type: ignore[call-arg]


def _exchanged(one: Filter, rng: Random) -> Filter | None:
    """The same filter with another value that occurs, or None."""
    column = one.column
    if isinstance(one, Equals) and column.role in ("category", "place"):
        others = [
            v for v in column.values[:8] if v != one.value and isinstance(v, str) and "'" not in v and len(v) < 40
        ]
        return replace(one, value=rng.choice(others)) if others else None
    if isinstance(one, Period) and (year := _YEAR.fullmatch(one.words)) and column.values:
        years = [y for y in range(column.values[0].year, column.values[-1].year + 1) if abs(y - int(year[1])) in (1, 2)]
        if not years:
            return None
        at = rng.choice(years)
        return replace(one, start=date(at, 1, 1), end=date(at + 1, 1, 1), words=f"in {at}")
    if isinstance(one, Flag):
        return replace(one, value=not one.value)
    if isinstance(one, Compare):
        levels: list[Any] = [int(float(f"{v:.1e}")) for v in column.values[2:-2] if isinstance(v, int) and v > 9]
        levels = [v for v in levels if v != one.value and column.values[0] < v < column.values[-1]]
        return replace(one, value=rng.choice(levels)) if levels else None
    return None
