"""Careless repairs: what goes wrong when somebody fixes a query without thinking it through.

A slip is a set of edits of the *right* query plus the sentence that leads to it. Whether it really is wrong, and in
which way, is for the engine to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation
from factory.mutations.loud.sites import Layout, Span, layout
from factory.mutations.operators import operators
from factory.mutations.query import ColumnUse, Query
from factory.records import Column, Database, Table


@dataclass(frozen=True, slots=True)
class Slip:
    """`local` slips happen where the fault is, and `says` replaces the repair; others come on top of it."""

    name: str
    edits: tuple[Edit, ...]
    says: str
    local: bool


_SWAPS = {
    "SUM": ("AVG", "MAX"),
    "AVG": ("SUM", "MAX", "MEDIAN"),
    "MIN": ("MAX", "AVG"),
    "MAX": ("MIN", "AVG"),
    "MEDIAN": ("AVG", "MAX"),
}
_BOUNDS = {">": ">=", "<": "<=", ">=": ">", "<=": "<"}
_COMPARE = {TokenType.GT, TokenType.LT, TokenType.GTE, TokenType.LTE}


def silent(query: Query, mutation: Mutation, rng: Random) -> list[Slip]:
    """Slips that should run and give other rows, the ones at the fault's own place first."""
    site = mutation.site
    found = [slip for propose in _SILENT for slip in propose(query, site, rng)]
    rng.shuffle(found)
    return sorted(found, key=lambda slip: not slip.local)


def raising(query: Query, database: Database, mutation: Mutation, rng: Random) -> list[Slip]:
    """Slips that should still raise: another wrong name at the fault's place."""
    site = mutation.site
    broken = {edit.text for edit in mutation.edits}
    found: list[Slip] = []
    for operator in operators():
        if operator.fault not in ("name", "function"):
            continue
        for guess in operator.propose(query, database, rng):
            edit = guess.edits[0]
            near = len(guess.edits) == 1 and _overlap((edit.start, edit.end), site)
            if near and edit.text not in broken and edit.text.strip():
                right = query.text[edit.start : edit.end]
                says = rng.choice(
                    (
                        f"Written as `{edit.text}` it is found.",
                        f"The right spelling is `{edit.text}`.",
                        f"Use `{edit.text}` there.",
                        f"Replace it by `{edit.text}`.",
                    )
                )
                if right and right != edit.text:
                    found.append(Slip(f"still_{operator.name}", guess.edits, says, local=True))
    rng.shuffle(found)
    return found


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _cut(view: Layout, start: int, end: int) -> Edit:
    """Removes a range with the white space before it."""
    while start > 0 and view.text[start - 1].isspace():
        start -= 1
    return Edit(start, end, "")


def _conditions(query: Query, site: tuple[int, int], rng: Random) -> Iterator[Slip]:
    view = layout(query)
    for block in view.blocks:
        for name in ("where", "having"):
            clause = block.clauses.get(name)
            if clause is None:
                continue
            parts = view.split(clause.body, TokenType.AND)
            if len(parts) < 2:
                local = _overlap((clause.keyword, clause.end), site)
                edit = _cut(view, clause.keyword, clause.end)
                yield Slip(
                    f"drop_{name}",
                    (edit,),
                    _without(view.slice(clause.body), local, rng, name.upper()),
                    local,
                )
                continue
            for i, part in enumerate(parts):
                local = _overlap(part, site)
                edit = _cut(view, parts[i - 1].end, part.end) if i else Edit(part.start, parts[1].start, "")
                yield Slip("drop_condition", (edit,), _without(view.slice(part), local, rng), local)


def _without(condition: str, local: bool, rng: Random, clause: str = "") -> str:
    text = " ".join(condition.split())
    shown = f"the condition `{text}`" if len(text) < 90 else f"the {clause or 'WHERE'} condition"
    if local:
        return rng.choice(
            (
                f"The simplest way out is to drop {shown}.",
                f"Without {shown} the query runs, so leave it out.",
                f"Remove {shown}, since that is where the error comes from.",
            )
        )
    return rng.choice((f"Also leave out {shown}.", f"{shown[0].upper()}{shown[1:]} isn't needed, so it goes too."))


def _neighbours(table: Table, column: Column, rng: Random) -> list[Column]:
    near = [c for c in table.columns if c.name != column.name and c.role == column.role and c.type == column.type]
    near = near or [c for c in table.columns if c.name != column.name and c.role == column.role]
    return rng.sample(near, min(2, len(near)))


def _columns(query: Query, site: tuple[int, int], rng: Random) -> Iterator[Slip]:
    view = layout(query)
    uses: list[ColumnUse] = [use for use, _ in view.used_columns()]
    near = [use for use in uses if _overlap((use.start, use.end), site)]
    for use in near or rng.sample(uses, min(2, len(uses))):
        if use.table is None or use.column is None or use.column.role in ("key", "reference"):
            continue
        for other in _neighbours(use.table, use.column, rng):
            # Everywhere, so that GROUP BY and SELECT still agree.
            same = [u for u in uses if u.column is use.column and u.table is use.table]
            edits = tuple(Edit(u.start, u.end, other.name) for u in same)
            local = bool(near)
            says = (
                f"The column that fits is `{other.name}`."
                if local
                else f"Take `{other.name}` instead of `{use.column.name}`."
            )
            yield Slip("wrong_column", edits, says, local)


def _aggregates(query: Query, site: tuple[int, int], rng: Random) -> Iterator[Slip]:
    view = layout(query)
    calls = [call for call in view.calls if call.name in _SWAPS]
    for call in rng.sample(calls, min(2, len(calls))):
        other = view.keyword(rng.choice(_SWAPS[call.name]))
        old = view.text[call.start : call.end]
        same = [c for c in calls if view.text[c.start : c.end] == old]
        local = _overlap((call.start, call.end), site)
        says = f"`{other}` does the job here." if local else f"Use `{other}` in place of `{call.name}`."
        yield Slip("wrong_aggregate", tuple(Edit(c.start, c.name_end, other) for c in same), says, local)


def _bounds(query: Query, site: tuple[int, int], rng: Random) -> Iterator[Slip]:
    view = layout(query)
    at = [i for i, kind in enumerate(view.kinds) if kind in _COMPARE]
    for i in rng.sample(at, min(2, len(at))):
        old = view.tokens[i].text
        new = _BOUNDS[old] if rng.random() < 0.4 else {">": "<", "<": ">", ">=": "<=", "<=": ">="}[old]
        local = _overlap((view.starts[i], view.ends[i]), site)
        says = f"The comparison has to be `{new}`." if local else f"Make the comparison `{new}` instead of `{old}`."
        yield Slip("wrong_comparison", (Edit(view.starts[i], view.ends[i], new),), says, local)


def _joins(query: Query, site: tuple[int, int], rng: Random) -> Iterator[Slip]:  # noqa: ARG001
    view = layout(query)
    for i, kind in enumerate(view.kinds[:-1]):
        if kind is TokenType.LEFT and view.kinds[i + 1] is TokenType.JOIN:
            edit = Edit(view.starts[i], view.starts[i + 1], "")
            local = _overlap((view.starts[i], view.ends[i + 1]), site)
            yield Slip("inner_for_left_join", (edit,), "A plain join is enough here.", local)


def _distinct(query: Query, site: tuple[int, int], rng: Random) -> Iterator[Slip]:  # noqa: ARG001
    view = layout(query)
    for i, kind in enumerate(view.kinds[:-1]):
        if kind is TokenType.DISTINCT:
            local = _overlap((view.starts[i], view.ends[i]), site)
            edit = Edit(view.starts[i], view.starts[i + 1], "")
            yield Slip("drop_distinct", (edit,), "The `DISTINCT` isn't needed.", local)


def _direction(query: Query, site: tuple[int, int], rng: Random) -> Iterator[Slip]:  # noqa: ARG001
    view = layout(query)
    for block in view.blocks:
        order = block.clauses.get("order")
        if order is None or "limit" not in block.clauses:
            continue
        last = view.index(order.end) - 1
        word = Span(view.starts[last], view.ends[last])
        local = _overlap((order.keyword, order.end), site)
        if view.kinds[last] is TokenType.DESC:
            yield Slip("wrong_direction", (_cut(view, *word),), "Sorting ascending is fine here.", local)
        else:
            text = " " + view.keyword("DESC")
            yield Slip("wrong_direction", (Edit(order.end, order.end, text),), "Sort descending.", local)


def _negations(query: Query, site: tuple[int, int], rng: Random) -> Iterator[Slip]:  # noqa: ARG001
    view = layout(query)
    for i, kind in enumerate(view.kinds[:-1]):
        if kind is TokenType.NOT and view.kinds[i + 1] is not TokenType.NULL:
            local = _overlap((view.starts[i], view.ends[i]), site)
            edit = Edit(view.starts[i], view.starts[i + 1], "")
            yield Slip("drop_not", (edit,), "The `NOT` is in the way, so take it out.", local)


_SILENT: tuple[Callable[[Query, tuple[int, int], Random], Iterator[Slip]], ...] = (
    _conditions,
    _columns,
    _aggregates,
    _bounds,
    _joins,
    _distinct,
    _direction,
    _negations,
)
