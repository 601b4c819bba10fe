"""Stretches of time of another length, and other parts of a date."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import code, instead, placed

_UNITS = {"day": "week", "week": "month", "month": "quarter", "quarter": "month", "year": "quarter", "hour": "day"}
_PARTS = {"year": "month", "month": "quarter", "quarter": "month", "hour": "minute", "day": "month"}
_DIFFERENCES = {"day": "month", "month": "day", "hour": "day", "minute": "hour", "week": "day", "year": "month"}


def other_unit(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Weeks for months, and so on, in the whole query."""
    cuts = list(view.all(exp.TimestampTrunc, exp.DateTrunc))
    for unit in dict.fromkeys(_unit(c) for c in cuts):
        if unit not in _UNITS:
            continue
        other = _UNITS[unit]
        edit = view.edit()
        same = [c for c in cuts if _unit(c) == unit]
        for one in same:
            edit.put(one, sql.trunc(other, one.this.copy()))
        edit.rename(unit, other)
        yield edit.tree, placed(same[0], view, f"Cuts dates to the {other} where the {unit} is asked for.")


def _unit(node: exp.Expr) -> str:
    unit = node.args.get("unit")
    return unit.name.lower() if isinstance(unit, exp.Expr) else ""


def other_part(view: View, rng: Random) -> Found:  # noqa: ARG001
    """The month for the year, where rows are grouped by it rather than tested."""
    found = [
        n for n in view.all(exp.Extract) if not isinstance(n.parent, (exp.EQ, exp.In, exp.GTE, exp.LTE, exp.GT, exp.LT))
    ]
    for part in dict.fromkeys(n.this.name.lower() for n in found):
        if part not in _PARTS:
            continue
        other = _PARTS[part]
        edit = view.edit()
        same = [n for n in found if n.this.name.lower() == part]
        for one in same:
            edit.twin(one).set("this", exp.Var(this=other.upper()))
        edit.rename(part, other)
        yield edit.tree, placed(same[0], view, f"Takes the {other} of a date where the {part} is asked for.")


def other_difference_unit(view: View, rng: Random) -> Found:  # noqa: ARG001
    for node in view.all(exp.DateDiff, exp.Anonymous):
        edit = view.edit()
        if isinstance(node, exp.Anonymous):
            if node.name.upper() not in ("DATE_DIFF", "DATEDIFF", "DATE_SUB") or not node.expressions:
                continue
            unit = node.expressions[0].name.lower()
            other = _DIFFERENCES.get(unit)
            if other is None:
                continue
            edit.put(node.expressions[0], exp.Literal.string(other))
        else:
            unit = _unit(node)
            other = _DIFFERENCES.get(unit)
            if other is None:
                continue
            edit.twin(node).set("unit", exp.Var(this=other.upper()))
        yield edit.tree, placed(node, view, f"Measures the time in {other}s instead of {unit}s.")


def complete_units_counted(view: View, rng: Random) -> Found:  # noqa: ARG001
    """What other engines' DATEDIFF does: 23:00 to 01:00 isn't a day."""
    for node in view.all(exp.DateDiff, exp.Anonymous):
        if isinstance(node, exp.DateDiff):
            unit, arguments = _unit(node), [node.expression, node.this]
        elif node.name.upper() in ("DATE_DIFF", "DATEDIFF") and len(node.expressions) == 3:
            unit, arguments = node.expressions[0].name.lower(), node.expressions[1:]
        else:
            continue
        uses = [view.resolve(at) for at in arguments]
        dates = any(cast.to.sql() == "DATE" for cast in node.find_all(exp.Cast))
        if unit == "day" and (dates or all(use is not None and use.column.type == "DATE" for use in uses)):
            continue
        edit = view.edit()
        edit.put_same(node, sql.call("DATE_SUB", exp.Literal.string(unit), *(a.copy() for a in arguments)))
        yield edit.tree, placed(node, view, f"Counts complete {unit}s only where calendar {unit}s are asked for.")


def time_zone_shifted(view: View, rng: Random) -> Found:
    """Periods that begin some hours later or earlier, as if in another time zone."""
    stamps = dict.fromkeys(
        c for c in view.all(exp.Column) if (use := view.resolve(c)) and use.column.type.startswith("TIMESTAMP")
    )
    for at in stamps:
        hours = rng.choice((-8, -5, 1, 2, 5, 9))
        edit, found = view.edit(), False
        for node in view.all(exp.GT, exp.GTE, exp.LT, exp.LTE):
            moment = _moment(node.expression) if node.this == at else None
            if moment is not None:
                edit.put(node.expression, sql.literal(moment - timedelta(hours=hours)))
                found = True
        for cut in view.all(exp.TimestampTrunc, exp.DateTrunc, exp.Extract, exp.Cast):
            inner = cut.expression if isinstance(cut, exp.Extract) else cut.this
            if inner == at and (not isinstance(cut, exp.Cast) or cut.to.sql() == "DATE"):
                shift = exp.Interval(this=exp.Literal.string(str(abs(hours))), unit=exp.Var(this="HOUR"))
                shifted: type[exp.Expr] = exp.Add if hours > 0 else exp.Sub
                edit.put(inner, shifted(this=at.copy(), expression=shift))
                found = True
        if found:
            way = "ahead of" if hours > 0 else "behind"
            said = "one hour" if abs(hours) == 1 else f"{abs(hours)} hours"
            yield (
                edit.tree,
                f"Takes {code(at)} as local time {said} {way} the times stored, which moves the boundaries.",
            )


def day_for_month(view: View, rng: Random) -> Found:  # noqa: ARG001
    """The dates that a column is compared with, read with the day before the month."""
    found: dict[exp.Expr, list[tuple[exp.Binary, datetime]]] = {}
    for node in view.all(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE):
        moment = _moment(node.expression)
        if moment is not None and isinstance(node.this, exp.Column):
            found.setdefault(node.this, []).append((node, moment))
    for pairs in found.values():
        moments = sorted({moment for _, moment in pairs})
        turned = {m: m.replace(month=m.day, day=m.month) if m.day <= 12 else m for m in moments}
        if list(turned.values()) != sorted(turned.values()) or list(turned.values()) == moments:
            continue
        edit = view.edit()
        for node, moment in pairs:
            edit.put(node.expression, sql.literal(turned[moment]))
        node = next(node for node, moment in pairs if turned[moment] != moment)
        yield edit.tree, instead(node, edit.twin(node), view)


def weekday_from_sunday(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Days counted from 0 for Sunday, as many engines do, where Monday is 1."""
    for node in view.all(exp.Extract):
        if node.this.name.upper() == "ISODOW" and node is view.same(node)[0]:
            edit = view.edit()
            for one in view.same(node):
                edit.twin(one).set("this", exp.Var(this="DOW"))
            yield edit.tree, placed(node, view, "Numbers the days of the week from Sunday, 0, instead of Monday, 1.")


def _moment(node: exp.Expr) -> datetime | None:
    try:
        return datetime.fromisoformat(node.name) if isinstance(node, exp.Literal) and node.is_string else None
    except ValueError:
        return None


OPERATORS: tuple[Operator, ...] = (
    Operator(day_for_month, "Value.Data Format", "A date with day and month exchanged"),
    Operator(weekday_from_sunday, "Function.Date/Time", "Days of the week numbered from Sunday"),
    Operator(complete_units_counted, "Function.Date/Time", "Complete units for calendar units"),
    Operator(time_zone_shifted, "Function.Date/Time", "Boundaries in another time zone"),
    Operator(other_unit, "Function.Date/Time", "Dates cut to another unit"),
    Operator(other_part, "Function.Date/Time", "Another part of a date"),
    Operator(other_difference_unit, "Function.Date/Time", "A difference in another unit"),
)
