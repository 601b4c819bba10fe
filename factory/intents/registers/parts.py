"""The parts of an intent, whatever its kind: found and replaced by type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, NamedTuple

from factory.intents.filters import FILTERS, Filter
from factory.intents.intent import Intent
from factory.intents.subject import Subject
from factory.records import Column, Database, Relation, Table

_LEAVES = (Column, Table, Relation, Database, str, int, float)


class Held(NamedTuple):
    """A filter, the table that it is about, and the subject that holds it."""

    filter: Filter
    table: Table
    subject: Subject


def held(intent: Intent) -> list[Held]:
    """Every filter of every subject, in the order of the fields."""
    return [
        Held(one, table, subject)
        for subject in subjects(intent)
        for table, some in ((subject.table, subject.filters), (subject.far_table or subject.table, subject.far))
        for one in some
    ]


def subjects(part: Any) -> Iterator[Subject]:
    if isinstance(part, Subject):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from subjects(one)
    elif is_dataclass(part) and not isinstance(part, _LEAVES):
        for field in fields(part):
            yield from subjects(getattr(part, field.name))


def every_filter(part: Any) -> Iterator[Filter]:
    """Filters inside of subjects and outside of them."""
    if isinstance(part, FILTERS):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from every_filter(one)
    elif is_dataclass(part) and not isinstance(part, _LEAVES):
        for field in fields(part):
            yield from every_filter(getattr(part, field.name))


def rebuilt(part: Any, change: Callable[[Any], Any]) -> Any:
    """The part with `change` made all over it; `change` gives back the very object where it has nothing to change."""
    changed = change(part)
    if changed is not part:
        return changed
    if isinstance(part, tuple):
        parts = [rebuilt(one, change) for one in part]
        if all(new is old for new, old in zip(parts, part, strict=True)):
            return part
        return type(part)(*parts) if hasattr(part, "_fields") else tuple(parts)
    if is_dataclass(part) and not isinstance(part, (*_LEAVES, type)):
        given = {f.name: getattr(part, f.name) for f in fields(part) if f.init}
        updates = {name: new for name, old in given.items() if (new := rebuilt(old, change)) is not old}
        return replace(part, **updates) if updates else part
    return part


def columns(part: Any) -> Iterator[Column]:
    """Columns that an intent names itself: shown, grouped by, compared, filtered."""
    if isinstance(part, Column):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from columns(one)
    elif is_dataclass(part) and not isinstance(part, _LEAVES):
        for field in fields(part):
            yield from columns(getattr(part, field.name))
