"""A field, and what could be asked about it."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from factory.intents.draw_filter import compatible, draw_filter
from factory.intents.filters import Compare
from factory.intents.grouping import Function, draw_key
from factory.intents.intent import alias_style, voice
from factory.intents.kinds.json_fields.fields import Fields, Form
from factory.intents.kinds.json_fields.parts import FieldFilter, Spelling
from factory.intents.scope import shown
from factory.intents.subject import draw_subject
from factory.records import Column, Database

FORMS: tuple[Form, ...] = (
    "count",
    "count",
    "missing",
    "groups",
    "top",
    "value",
    "value per group",
    "value per key",
    "listing",
)


def draw_fields(database: Database, rng: Random, type_: str, asked: type[Fields]) -> Fields | None:
    """A question about a column whose type starts with `type_`; None when there is none or the draw fits nothing."""
    found = [(t, c) for t in database.tables for c in t.columns if c.type.startswith(type_) and t.row_count > 20]
    found = [(t, c) for t, c in found if c.parts and not c.type.endswith("]")]
    if not found:
        return None
    table, column = rng.choice(found)
    form = rng.choice(FORMS)
    # Before "opened by members …" a filter on a field could belong to either noun.
    subject = draw_subject(database, table, rng, far=0 if form in ("count", "listing") else 0.2, most=1, floor=40)
    parts = [p for p in column.parts if all(compatible(p, f.column) for f in subject.filters)]
    texts = [p for p in parts if p.role in ("category", "place") and 1 < p.distinct <= 40]
    numbers = [p for p in parts if p.role == "measure" and p.distinct > 1]
    spelling: Spelling = rng.choice(("arrow", "arrow", "function"))
    made = asked(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        column=column,
        part=rng.choice(texts or parts) if parts else column,
        form=form,
        spelling=spelling,
    )
    if not parts or (form in ("groups", "top", "value per group") and not texts):
        return None
    if form in ("count", "listing"):
        return _filtered(made, parts, rng)
    if form == "missing":
        # "Without an expansion" would be false as well as missing.
        lacking = [p for p in parts if p.nulls > column.nulls and p.role != "flag"]
        return replace(made, part=rng.choice(lacking)) if lacking else None
    if form == "top":
        return replace(made, limit=rng.choice((1, 2, 3))) if made.part.distinct > 4 else None
    if form == "groups":
        return made
    if not numbers:
        return None
    number = rng.choice(numbers)
    key = draw_key(database, subject, rng, entity=0.3, time=0) if form == "value per key" else None
    if form == "value per key" and (key is None or subject.rows() < 3 * key.groups):
        return None
    functions: tuple[Function, ...] = ("sum", "avg") if number.additive else ("avg", "avg", "max", "min", "median")
    return replace(made, number=number, function=rng.choice(functions), key=key)


def _filtered(made: Fields, parts: list[Column], rng: Random) -> Fields | None:
    table = made.subject.table
    inner = draw_filter(replace(table, columns=tuple(parts), key=()), rng)
    if inner is None:
        return None
    columns = shown(table)
    others = [p for p in parts if p.name != inner.column.name or isinstance(inner, Compare)]
    if made.form == "listing" and (not columns or not others):
        return None
    one = FieldFilter(made.column, inner.column, inner, made.spelling)
    subject = replace(made.subject, filters=(one, *made.subject.filters))
    return replace(made, subject=subject, columns=columns, part=rng.choice(others) if others else made.part)
