"""Clauses that are missing as a whole, and ones that nobody asked for."""

from __future__ import annotations

from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.clauses import add, in_where_query, qualifiers, wheres
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import code, codes, placed, quoted


def group_by_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """One total over all rows."""
    select = view.outermost
    group = select.args.get("group") if select is not None else None
    if select is None or group is None or not group.expressions or select.args.get("qualify"):
        return
    kept = [e.copy() for e in select.expressions if e.find(exp.AggFunc) and not e.find(exp.Window)]
    if not kept:
        return
    edit = view.edit()
    twin = edit.twin(select)
    twin.set("expressions", kept)
    for key in ("group", "order", "limit", "offset"):
        twin.set(key, None)
    keys = [k for k in group.expressions if not k.is_int]
    per = codes(keys) if keys and len(keys) < 4 else "each group"
    yield edit.tree, f"Gives one figure over all rows where one per {per} is asked for."


def where_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """All conditions at once, where there are several."""
    for select, where in wheres(view):
        if not isinstance(where.this, exp.And) or in_where_query(select):
            continue
        if where.find(exp.Query) or any(len(qualifiers(part)) > 1 for part in where.this.flatten()):
            continue
        edit = view.edit()
        edit.twin(where).pop()
        yield edit.tree, placed(select, view, f"Leaves out all conditions: {quoted(where.this, 'every row counts')}.")


def qualify_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    for node in view.all(exp.Qualify):
        edit = view.edit()
        edit.twin(node).pop()
        yield (
            edit.tree,
            placed(node, view, f"Returns all rows, not just those with {quoted(node.this, 'the rank asked')}."),
        )


def having_added(view: View, rng: Random) -> Found:
    for select in view.selects:
        group = select.args.get("group")
        if group is None or not group.expressions or select.args.get("having") or not select.find(exp.Count):
            continue
        least = rng.choice((1, 2, 5))
        test = exp.GT(this=sql.count_rows(), expression=sql.literal(least))
        edit = view.edit()
        edit.twin(select).set("having", exp.Having(this=test))
        yield edit.tree, placed(select, view, f"Keeps only groups with {code(test)}, which nobody asked for.")


def condition_added(view: View, rng: Random) -> Found:
    """A restriction that sounds sensible and isn't in the question."""
    for select in view.selects:
        if in_where_query(select):
            continue
        where = select.args.get("where")
        tested = {c.name for c in where.find_all(exp.Column)} if where is not None else set()
        tested |= {c.name for join in select.args.get("joins") or () for c in join.find_all(exp.Column)}
        options = [
            (name, c)
            for name, table in list(view.tables(select).items())[:1]
            for c in table.with_role("category", "flag", "place")
            if c.name not in tested and c.values and c.distinct > 1
        ]
        if not options:
            continue
        name, column = rng.choice(options)
        at = sql.column(column.name, view.qualifier(select, name))
        test: exp.Expr = exp.EQ(this=at, expression=sql.literal(rng.choice(column.values[:3])))
        if column.role == "flag":
            test = at if rng.random() < 0.5 else exp.Not(this=at)
        edit = view.edit()
        add(edit, select, test)
        yield edit.tree, placed(select, view, f"Keeps only rows with {code(test)}, which nobody asked for.")


OPERATORS: tuple[Operator, ...] = (
    Operator(group_by_dropped, "Clause.Missing", "One figure over all rows instead of one per group"),
    Operator(where_dropped, "Clause.Missing", "All conditions are left out"),
    Operator(qualify_dropped, "Clause.Missing", "QUALIFY is left out"),
    Operator(having_added, "Clause.Redundancy", "Small groups are left out unasked"),
    Operator(condition_added, "Condition.Explicit Redundancy", "A condition that the question doesn't set"),
)
