"""Other values than the question's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View, scope
from factory.mutations.silent.wording import instead, short

_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


def _tested(view: View) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    """Comparisons with a literal, once each, and that literal."""
    for node in view.all(*_COMPARISONS):
        value = node.expression
        literal = value if not isinstance(value, exp.Neg) else value.this
        if isinstance(literal, exp.Literal) and node is view.same(node)[0]:
            yield node, value


def _others(view: View, at: exp.Expr, value: exp.Expr) -> list[Any]:
    """Values of the column near the one it is compared with: the most frequent, or the nearest quantiles."""
    use = view.resolve(at)
    if use is None or use.column.role in ("key", "reference", "geometry", "timestamp"):
        return []
    own = [v for v in use.column.values if not isinstance(v, bool) and str(v) != value.name]
    if use.column.role != "measure":
        return own[:6]
    literal = value.this if isinstance(value, exp.Neg) else value
    number = float(literal.name) * (-1 if isinstance(value, exp.Neg) else 1)
    # People ask about round numbers.
    round_ = dict.fromkeys(float(f"{float(v):.2g}") for v in own[1:-1])
    own = [int(v) if v == int(v) else v for v in round_ if v != number]
    return sorted(own, key=lambda v: (abs(v - number), v))[:3]


def _like(node: exp.Expr, value: exp.Expr) -> exp.Expr:
    return type(node)(this=node.this.copy(), expression=value)


def other_value(view: View, rng: Random) -> Found:
    for node, value in _tested(view):
        others = _others(view, node.this, value)
        if others:
            new = _like(node, sql.literal(rng.choice(others)))
            edit = view.edit()
            edit.put_same(node, new)
            yield edit.tree, instead(node, new, view)


def other_threshold(view: View, rng: Random) -> Found:
    """Another number to compare a computed value with."""
    for node, value in _tested(view):
        if not isinstance(value, exp.Literal) or value.is_string or view.resolve(node.this) is not None:
            continue
        number = Decimal(value.name)
        if not number or isinstance(node.this, exp.Extract):
            continue
        step = Decimal(1) if number < 5 else number / (2 if rng.random() < 0.5 else 5)
        moved = number + step if rng.random() < 0.5 or number <= step else number - step
        new = _like(node, sql.literal(int(moved) if number == int(number) else moved))
        edit = view.edit()
        edit.put_same(node, new)
        if short(new):
            yield edit.tree, instead(node, new, view)


def value_missing(view: View, rng: Random) -> Found:
    """One of the values of an IN list is left out."""
    for node in view.all(exp.In):
        values = node.expressions
        if len(values) < 2 or node is not view.same(node)[0]:
            continue
        out = rng.randrange(len(values))
        kept = [v.copy() for i, v in enumerate(values) if i != out]
        at = node.this.copy()
        new: exp.Expr = exp.In(this=at, expressions=kept) if len(kept) > 1 else exp.EQ(this=at, expression=kept[0])
        if isinstance(node.parent, exp.Not) and len(kept) == 1:
            new = exp.Paren(this=new)
        edit = view.edit()
        edit.put_same(node, new)
        yield edit.tree, instead(node, new, view)


def equals_for_in(view: View, rng: Random) -> Found:  # noqa: ARG001
    """The first of three or more values; of two, `value_missing` leaves one out."""
    for node in view.all(exp.In):
        if len(node.expressions) > 2 and node is view.same(node)[0]:
            equal = exp.EQ(this=node.this.copy(), expression=node.expressions[0].copy())
            edit = view.edit()
            edit.put_same(node, exp.Paren(this=equal) if isinstance(node.parent, exp.Not) else equal)
            yield edit.tree, instead(node, equal, view)


def value_added(view: View, rng: Random) -> Found:
    """One more value than the question names."""
    for node in view.all(exp.In, exp.EQ):
        values = node.expressions if isinstance(node, exp.In) else [node.expression]
        use = view.resolve(node.this)
        if use is None or use.column.role not in ("category", "place", "name"):
            continue
        if not values or not all(isinstance(v, exp.Literal) for v in values) or node is not view.same(node)[0]:
            continue
        others = [v for v in use.column.values if isinstance(v, str) and v not in {x.name for x in values}]
        if others:
            more = sql.literal(rng.choice(others[:5]))
            new = exp.In(this=node.this.copy(), expressions=[*(v.copy() for v in values), more])
            edit = view.edit()
            edit.put_same(node, new)
            yield edit.tree, instead(node, new, view)


def value_in_other_case(view: View, rng: Random) -> Found:
    """A text that isn't written as the table has it."""
    for node, value in _tested(view):
        use = view.resolve(node.this)
        text = value.name
        if not value.is_string or use is None or use.column.role not in ("category", "place", "name"):
            continue
        forms = [
            form
            for form in (text.lower(), text.upper(), text.title())
            if form != text and form not in use.column.values
        ]
        if forms:
            new = _like(node, sql.literal(rng.choice(forms)))
            edit = view.edit()
            edit.put_same(node, new)
            yield edit.tree, instead(node, new, view)


def date_off(view: View, rng: Random) -> Found:
    """Another year, for both ends of a period."""
    found: dict[tuple[int, exp.Expr], list[tuple[exp.Expr, exp.Expr]]] = {}
    for node, value in _tested(view):
        found.setdefault((id(scope(node)), node.this), []).append((node, value))
    for (_, at), pairs in found.items():
        by, edit, first = rng.choice((-1, 1)), view.edit(), None
        for node, value in pairs:
            other = _years_later(at, value, by)
            if other is not None:
                new = _like(node, other)
                edit.put_same(node, new)
                first = first or (node, new)
        if first is not None:
            yield edit.tree, instead(*first, view)


def _years_later(at: exp.Expr, value: exp.Expr, by: int) -> exp.Expr | None:
    if isinstance(at, exp.Extract) and at.this.name.upper() == "YEAR" and not value.is_string:
        return sql.literal(int(value.name) + by)
    moment = _moment(value.name) if value.is_string else None
    if moment is None or (moment.month, moment.day) == (2, 29):
        return None
    return sql.literal(moment.replace(year=moment.year + by))


def _moment(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text) if " " in text else date.fromisoformat(text)
    except ValueError:
        return None


def pattern_anchor(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Text that starts with something for text that contains it, or the other way round."""
    for node in view.all(exp.Like, exp.ILike):
        pattern = node.expression
        if not isinstance(pattern, exp.Literal) or not pattern.name.strip("%"):
            continue
        text = pattern.name
        bare = text.strip("%")
        anchored = f"{bare}%" if text == f"%{bare}%" else f"%{bare}%"
        if text == bare:
            continue
        new = node.copy()
        new.set("expression", exp.Literal.string(anchored))
        edit = view.edit()
        edit.put_same(node, new)
        yield edit.tree, instead(node, new, view)


OPERATORS: tuple[Operator, ...] = (
    Operator(equals_for_in, "Value.Mismatch", "Only the first of several values"),
    Operator(other_value, "Value.Mismatch", "Another value of the same column"),
    Operator(other_threshold, "Value.Mismatch", "Another threshold for a computed value"),
    Operator(value_missing, "Value.Mismatch", "A value of a list is left out"),
    Operator(value_added, "Condition.Explicit Redundancy", "A value that the question doesn't name is let in"),
    Operator(value_in_other_case, "Value.Data Format", "A text in upper or lower case that the table doesn't have"),
    Operator(date_off, "Value.Mismatch", "A year too early or too late"),
    Operator(pattern_anchor, "Function.String", "LIKE anchored at the start, or no longer"),
)
