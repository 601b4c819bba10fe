"""A year or month as a half-open range ↔ EXTRACT or DATE_TRUNC; whole days of a DATE ↔ BETWEEN."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlglot import exp

from factory.intents import sql
from factory.intents.rewrites.conditions import conjuncts, rebuild, tops
from factory.intents.rewrites.place import places, swapped
from factory.intents.rewrites.sources import owner
from factory.records import Database

# With a time zone the year depends on the session.
_TYPES = ("DATE", "TIMESTAMP")


def rewrite(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    for k in range(len(tops(tree))):
        for way in range(3):
            copy = tree.copy()
            top = tops(copy)[k]
            found = _range(conjuncts(top), database)
            if found is None:
                break
            low, high, start, end, kind = found
            whole = _written(low.this, start, end, kind)[way : way + 1]
            if whole:
                yield rebuild(copy, [low, high], whole, top)
    for copy, test in places(tree, exp.EQ, _of_year):
        column = test.this.expression if isinstance(test.this, exp.Extract) else test.this.this
        if _type(column, database) not in _TYPES or isinstance(test.parent, (exp.Not, exp.Or)):
            continue
        year = int(test.expression.name)
        parts = [
            exp.GTE(this=column.copy(), expression=sql.literal(date(year, 1, 1))),
            exp.LT(this=column.copy(), expression=sql.literal(date(year + 1, 1, 1))),
        ]
        yield swapped(copy, test, exp.And(this=parts[0], expression=parts[1]))


def _range(parts: list[exp.Expr], database: Database) -> tuple[exp.Expr, exp.Expr, date, date, str] | None:
    for low in parts:
        if not isinstance(low, exp.GTE) or not isinstance(low.this, exp.Column):
            continue
        high = next((p for p in parts if isinstance(p, exp.LT) and p.this == low.this), None)
        start, end = _day(low.expression), _day(high.expression) if high is not None else None
        kind = _type(low.this, database)
        if high is not None and start and end and kind in _TYPES and start < end:
            return low, high, start, end, kind
    return None


def _written(at: exp.Expr, start: date, end: date, kind: str) -> list[exp.Expr]:
    found: list[exp.Expr] = []
    if (start.month, start.day, end.month, end.day) == (1, 1, 1, 1) and end.year == start.year + 1:
        found.append(exp.EQ(this=sql.year_of(at.copy()), expression=exp.Literal.number(start.year)))
    months = (end.year - start.year) * 12 + end.month - start.month
    unit = {1: "month", 3: "quarter" if start.month % 3 == 1 else ""}.get(months)
    if unit and start.day == end.day == 1:
        found.append(exp.EQ(this=sql.trunc(unit, at.copy()), expression=sql.literal(start)))
    if kind == "DATE":
        last = sql.literal(end - timedelta(days=1))
        found.append(exp.Between(this=at.copy(), low=sql.literal(start), high=last))
    return found


def _day(value: exp.Expr) -> date | None:
    if not isinstance(value, exp.Literal) or not value.is_string or len(value.name) != 10:
        return None
    try:
        return date.fromisoformat(value.name)
    except ValueError:
        return None


def _type(column: exp.Expr, database: Database) -> str:
    select = column.find_ancestor(exp.Select)
    at = owner(column, select, database) if select and isinstance(column, exp.Column) else None
    return at.column.type if at else ""


def _of_year(test: exp.EQ) -> bool:
    left, right = test.this, test.expression
    if not isinstance(right, exp.Literal) or right.is_string or not right.name.isdigit() or len(right.name) != 4:
        return False
    if isinstance(left, exp.Extract):
        return left.name.upper() == "YEAR" and isinstance(left.expression, exp.Column)
    return isinstance(left, exp.Year) and isinstance(left.this, exp.Column)
