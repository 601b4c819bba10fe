"""Joins of another type or on another key, and conditions on the wrong side of them."""

from __future__ import annotations

from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.clauses import add, anti_join, joins, keep, left_joins, null_test, parts, qualifiers
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View, sibling
from factory.mutations.silent.wording import code, codes, named, placed, short
from factory.records import Relation


def _filtered(select: exp.Select, name: str) -> bool:
    """Whether WHERE refuses the NULLs of a source without a match."""
    where = select.args.get("where")
    return where is not None and any(name in qualifiers(p) and null_test(p) is None for p in parts(where.this))


def _up(view: View, select: exp.Select, join: exp.Join) -> Relation | None:
    """The relation, when a join only looks up the parent."""
    tables, name = view.tables(select), join.this.alias_or_name
    on = join.args.get("on")
    if on is None or name not in tables or not isinstance(on, exp.EQ):
        return None
    uses = [use for side in (on.this, on.expression) if (use := view.resolve(side)) is not None]
    if len(uses) != 2:
        return None
    parent, child = sorted(uses, key=lambda use: use.source != name)
    for r in view.database.parents(child.table.name):
        if (r.child_column, r.parent, r.parent_column) == (child.column.name, parent.table.name, parent.column.name):
            return r
    return None


def inner_for_left(view: View, rng: Random) -> Found:  # noqa: ARG001
    for select, join in left_joins(view):
        name = join.this.alias_or_name
        up = _up(view, select, join)
        sure = up is not None and not view.database.table(up.child).column(up.child_column).nulls
        if sure or anti_join(select, join) or _filtered(select, name):
            continue
        edit = view.edit()
        edit.twin(join).set("side", None)
        first = next(iter(view.sources(select)))
        says = f"Loses rows of {named(first)} that have none in {named(name)}, through an inner join."
        yield edit.tree, placed(join, view, says)


def left_for_inner(view: View, rng: Random) -> Found:  # noqa: ARG001
    for select, join in joins(view):
        name = join.this.alias_or_name
        if join.side or join.kind or join.args.get("on") is None or _filtered(select, name):
            continue
        up = _up(view, select, join)
        if up is not None and not view.database.table(up.child).column(up.child_column).nulls:
            continue
        edit = view.edit()
        edit.twin(join).set("side", "LEFT")
        yield edit.tree, placed(join, view, f"Keeps rows that have no match in {named(name)}, through a left join.")


def filter_to_where(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A condition on the right table of a left join, applied after it: rows without a match are lost."""
    for select, join in left_joins(view):
        name = join.this.alias_or_name
        on = parts(join.args["on"])
        moved = [part for part in on if qualifiers(part) == {name}]
        if not moved or len(moved) == len(on) or not short(*moved):
            continue
        edit = view.edit()
        edit.twin(join).set("on", sql.both(*(p.copy() for p in on if p not in moved)))
        for part in moved:
            add(edit, select, part.copy())
        says = f"Tests {codes(moved)} after the left join, which loses the rows without a match."
        yield edit.tree, placed(join, view, says)


def filter_to_on(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A condition on the left table that no longer removes any of its rows."""
    for select, join in left_joins(view):
        where = select.args.get("where")
        if where is None or isinstance(join.this, exp.Lateral):
            continue
        name = join.this.alias_or_name
        for part in parts(where.this):
            if not qualifiers(part) or name in qualifiers(part) or part.find(exp.Query) or not short(part):
                continue
            edit = view.edit()
            keep(edit, where, [p for p in parts(where.this) if p is not part])
            edit.twin(join).set("on", sql.both(edit.twin(join).args["on"].copy(), part.copy()))
            says = f"Tests {code(part)} in the left join's ON, where it removes no row."
            yield edit.tree, placed(join, view, says)


def other_join_key(view: View, rng: Random) -> Found:
    """Another key of the same type on one side."""
    for select, join in joins(view):
        on, name = join.args.get("on"), join.this.alias_or_name
        for part in parts(on) if on is not None else ():
            if not isinstance(part, exp.EQ):
                continue
            for side in (part.this, part.expression):
                use = view.resolve(side)
                if use is None or use.select is not select or not isinstance(side, exp.Column):
                    continue
                near = [
                    c
                    for c in use.table.with_role("key", "reference")
                    if c is not use.column and c.type == use.column.type
                ]
                if not near:
                    continue
                other = rng.choice(near)
                edit = view.edit()
                edit.put(side, sibling(side, other))
                twin = edit.twin(part)
                says = f"Joins {named(join.this.name or name)} on {code(twin)}, which compares unrelated keys."
                yield edit.tree, placed(join, view, says)


OPERATORS: tuple[Operator, ...] = (
    Operator(inner_for_left, "Table.Join Type Mismatch", "An inner join loses what has no match"),
    Operator(left_for_inner, "Table.Join Type Mismatch", "A left join keeps what has no match"),
    Operator(filter_to_where, "Table.Join Condition Mismatch", "A filter of a left join's right table moved to WHERE"),
    Operator(filter_to_on, "Table.Join Condition Mismatch", "A filter of a left join's left table moved to ON"),
    Operator(other_join_key, "Table.Join Condition Mismatch", "A join on another key"),
)
