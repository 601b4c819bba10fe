"""Changes made in passing that leave a query running, but asking something else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit
from factory.mutations.layout.sites import Call
from factory.mutations.slips.slip import Fault, Slip, cut

_AGGREGATES = {
    "SUM": ("AVG", "MAX"),
    "AVG": ("SUM", "MAX", "MEDIAN"),
    "MIN": ("MAX", "AVG"),
    "MAX": ("MIN", "AVG"),
    "MEDIAN": ("AVG", "MAX"),
}
_BOUNDS = {">": ">=", "<": "<=", ">=": ">", "<=": "<"}
_TURNED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}
_UNITS = {"day": "week", "week": "month", "month": "year", "quarter": "month", "year": "month"}


def drop_condition(fault: Fault, rng: Random) -> Iterator[Slip]:
    """A condition left out: the one that the fault is in, or another."""
    view = fault.view
    found: list[tuple[bool, Edit, str]] = []
    for block in view.blocks:
        for name in ("where", "having"):
            if (clause := block.clauses.get(name)) is None:
                continue
            parts = view.split(clause.body, TokenType.AND)
            if len(parts) < 2:
                local = fault.touches(clause.keyword, clause.end)
                found.append((local, cut(view, clause.keyword, clause.end), view.slice(clause.body)))
                continue
            for i, part in enumerate(parts):
                edit = cut(view, parts[i - 1].end, part.end) if i else Edit(part.start, parts[1].start, "")
                found.append((fault.touches(*part), edit, view.slice(part)))
    rng.shuffle(found)
    for local, edit, condition in sorted(found, key=lambda item: not item[0])[:2]:
        text = " ".join(condition.split())
        if not local:
            yield Slip("drop_condition", (edit,))
        elif len(text) < 80:
            says = rng.choice(
                (
                    f"Leave out `{text}`.",
                    f"Drop `{text}`, where the error comes from.",
                    f"Remove `{text}` from the query.",
                )
            )
            yield Slip("drop_condition_at_fault", (edit,), fault.mutation.diagnosis, says)


def other_column(fault: Fault, rng: Random) -> Iterator[Slip]:
    """Another column of the same table, of the same role and type."""
    uses = [use for use, _ in fault.view.used_columns()]
    for use in rng.sample(uses, min(3, len(uses))):
        table, column = use.table, use.column
        if table is None or column is None or column.role in ("key", "reference"):
            continue
        near = [c for c in table.columns if c is not column and c.role == column.role and c.type == column.type]
        if near:
            other = rng.choice(near)
            # Everywhere, so that GROUP BY and SELECT still agree.
            same = [u for u in uses if u.column is column and u.table is table]
            yield Slip("other_column", tuple(Edit(u.start, u.end, other.name) for u in same))


def other_aggregate(fault: Fault, rng: Random) -> Iterator[Slip]:
    calls = [call for call in fault.view.calls if call.name in _AGGREGATES]
    if calls:
        call: Call = rng.choice(calls)
        other = fault.view.keyword(rng.choice(_AGGREGATES[call.name]))
        old = fault.view.text[call.start : call.end]
        same = [c for c in calls if fault.view.text[c.start : c.end] == old]
        yield Slip("other_aggregate", tuple(Edit(c.start, c.name_end, other) for c in same))


def _comparison(fault: Fault, rng: Random, name: str, turn: dict[str, str]) -> Iterator[Slip]:
    view = fault.view
    at = [i for i, token in enumerate(view.tokens) if token.text in turn]
    if at:
        i = rng.choice(at)
        yield Slip(name, (Edit(view.starts[i], view.ends[i], turn[view.tokens[i].text]),))


def boundary_off(fault: Fault, rng: Random) -> Iterator[Slip]:
    return _comparison(fault, rng, "boundary_off", _BOUNDS)


def comparison_turned(fault: Fault, rng: Random) -> Iterator[Slip]:
    return _comparison(fault, rng, "comparison_turned", _TURNED)


def inner_for_left_join(fault: Fault, rng: Random) -> Iterator[Slip]:  # noqa: ARG001
    view = fault.view
    for i, kind in enumerate(view.kinds[:-1]):
        if kind is TokenType.LEFT and view.kinds[i + 1] is TokenType.JOIN:
            yield Slip("inner_for_left_join", (Edit(view.starts[i], view.starts[i + 1], ""),))


def drop_distinct(fault: Fault, rng: Random) -> Iterator[Slip]:  # noqa: ARG001
    view = fault.view
    for i, kind in enumerate(view.kinds[:-1]):
        if kind is TokenType.DISTINCT:
            yield Slip("drop_distinct", (Edit(view.starts[i], view.starts[i + 1], ""),))


def drop_not(fault: Fault, rng: Random) -> Iterator[Slip]:  # noqa: ARG001
    view = fault.view
    for i, kind in enumerate(view.kinds[:-1]):
        if kind is TokenType.NOT and view.kinds[i + 1] is not TokenType.NULL:
            yield Slip("drop_not", (Edit(view.starts[i], view.starts[i + 1], ""),))


def or_for_and(fault: Fault, rng: Random) -> Iterator[Slip]:
    view = fault.view
    between, sites = False, []
    for i, kind in enumerate(view.kinds):
        if kind is TokenType.BETWEEN:
            between = True
        elif kind is TokenType.AND:
            if not between:
                sites.append(i)
            between = False
    if sites:
        i = rng.choice(sites)
        yield Slip("or_for_and", (Edit(view.starts[i], view.ends[i], view.keyword("OR")),))


def sort_turned(fault: Fault, rng: Random) -> Iterator[Slip]:  # noqa: ARG001
    """The other end of a ranking."""
    view = fault.view
    for block in view.blocks:
        order = block.clauses.get("order")
        if order is not None and "limit" in block.clauses:
            last = view.index(order.end) - 1
            if view.kinds[last] is TokenType.DESC:
                yield Slip("sort_turned", (cut(view, view.starts[last], view.ends[last]),))
            else:
                yield Slip("sort_turned", (Edit(order.end, order.end, " " + view.keyword("DESC")),))


def other_limit(fault: Fault, rng: Random) -> Iterator[Slip]:
    """Another number of rows, or all of them."""
    view = fault.view
    for block in view.blocks:
        limit = block.clauses.get("limit")
        if limit is None:
            continue
        number = view.slice(limit.body)
        if not number.isdigit():
            continue
        if rng.random() < 0.5:
            yield Slip("drop_limit", (cut(view, limit.keyword, limit.end),))
        else:
            other = "1" if number != "1" and rng.random() < 0.5 else str(2 * int(number) if number != "10" else 5)
            yield Slip("other_limit", (Edit(limit.start, limit.end, other),))


def other_unit(fault: Fault, rng: Random) -> Iterator[Slip]:
    """Another size of the periods that a date is cut to."""
    view = fault.view
    calls = [call for call in view.called("DATE_TRUNC") if (unit := _unit(fault, call)) and unit in _UNITS]
    if calls:
        unit = _unit(fault, rng.choice(calls))
        same = [c for c in calls if _unit(fault, c) == unit]
        first = [view.arguments(c)[0] for c in same]
        yield Slip("other_unit", tuple(Edit(a.start, a.end, f"'{_UNITS[unit]}'") for a in first))


def _unit(fault: Fault, call: Call) -> str:
    arguments = fault.view.arguments(call)
    return fault.view.slice(arguments[0]).strip("'").lower() if arguments else ""


def value_in_other_case(fault: Fault, rng: Random) -> Iterator[Slip]:
    """A text value that is not written as the table has it."""
    view = fault.view
    sites = [i for i, kind in enumerate(view.kinds) if kind is TokenType.STRING and view.kinds[i - 1] in _TESTS]
    rng.shuffle(sites)
    for i in sites[:2]:
        text = view.text[view.starts[i] : view.ends[i]]
        forms = sorted({text.lower(), text.title(), text.upper()} - {text})
        if forms and text[1:-1].replace(" ", "").isalpha():
            yield Slip("value_in_other_case", (Edit(view.starts[i], view.ends[i], rng.choice(forms)),))


def date_off(fault: Fault, rng: Random) -> Iterator[Slip]:
    """A date literal a day or a year off."""
    view = fault.view
    found = []
    for i, kind in enumerate(view.kinds):
        if kind is TokenType.STRING and view.ends[i] - view.starts[i] == 12:
            try:
                found.append((i, date.fromisoformat(view.text[view.starts[i] + 1 : view.ends[i] - 1])))
            except ValueError:
                continue
    if found:
        i, moment = rng.choice(found)
        other = (
            moment - timedelta(days=1)
            if rng.random() < 0.5 or moment.day > 28
            else moment.replace(year=moment.year - 1)
        )
        yield Slip("date_off", (Edit(view.starts[i], view.ends[i], f"'{other}'"),))


def drop_selected(fault: Fault, rng: Random) -> Iterator[Slip]:
    """One of the columns asked for is no longer returned."""
    view = fault.view
    if not view.blocks:
        return
    main = [block for block in view.blocks if block.kind == "main" and not block.in_set]
    for block in main[-1:]:
        items = view.items(block)
        if len(items) > 1:
            i = rng.randrange(len(items))
            edit = cut(view, items[i - 1].end, items[i].end) if i else Edit(items[0].start, items[1].start, "")
            yield Slip("drop_selected", (edit,))


_TESTS = frozenset({TokenType.EQ, TokenType.NEQ, TokenType.L_PAREN, TokenType.COMMA})
