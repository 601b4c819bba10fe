"""Groups that are too coarse, too fine or not filtered, and repeats."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import listed
from factory.mutations.silent.clauses import add, in_where_query, keep, parts
from factory.mutations.silent.neighbour import Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import code, conditions, led, short

Found = Iterator[tuple[exp.Expr, str]]


def _grouped(view: View) -> Iterator[tuple[exp.Select, exp.Group]]:
    for select in view.selects:
        group = select.args.get("group")
        if group is not None and group.expressions and not any(g.is_int for g in group.expressions):
            yield select, group


def group_key_dropped(view: View, rng: Random) -> Found:
    """Groups are thrown together, and the key is no longer returned."""
    for select, group in _grouped(view):
        keys = group.expressions
        if select is not view.tree or len(keys) < 2 or select.args.get("qualify"):
            continue
        for key in keys:
            kept = [k for k in keys if k is not key]
            if _decided(view, key, kept) or _needed(select, key):
                continue
            edit = view.edit()
            edit.twin(group).set("expressions", [k.copy() for k in kept])
            edit.twin(select).set("expressions", [e.copy() for e in select.expressions if e.unalias() != key])
            said = listed([code(k) for k in kept])
            yield edit.tree, rng.choice((f"Group by {said}.", f"One row per {said}: group by that."))


def _needed(select: exp.Select, key: exp.Expr) -> bool:
    """Whether rows are sorted, groups filtered or windows cut by a key, under its alias too."""
    names = {e.alias for e in select.expressions if e.unalias() == key and isinstance(e, exp.Alias)}
    clauses = [select.args[c] for c in ("order", "having") if select.args.get(c) is not None]
    clauses += [window for output in select.expressions for window in output.find_all(exp.Window)]
    return any(n == key or (isinstance(n, exp.Column) and n.name in names) for c in clauses for n in c.walk())


def _decided(view: View, key: exp.Expr, others: list[exp.Expr]) -> bool:
    """Whether the other keys already fix this one."""
    use = view.resolve(key)
    for other in others:
        by = view.resolve(other)
        if use and by and by.table is use.table and by.column.distinct == by.table.row_count and not by.column.nulls:
            return True
    return False


def group_key_added(view: View, rng: Random) -> Found:
    """Groups are split by a column that isn't asked for."""
    for select, group in _grouped(view):
        have = {u.column.name for k in group.expressions if (u := view.resolve(k)) is not None}
        whole = {
            u.table.name for k in group.expressions if (u := view.resolve(k)) is not None and u.column.role == "key"
        }
        where = select.args.get("where")
        fixed = {c.name for c in where.find_all(exp.Column)} if where is not None else set()
        options = [
            (name, c)
            for name, table in view.tables(select).items()
            if table.name not in whole
            for c in table.with_role("category", "place", "flag", "reference")
            if c.distinct > 1 and c.name not in have | fixed
        ]
        if not options:
            continue
        name, column = rng.choice(options)
        at = sql.column(column.name, name if len(view.sources(select)) > 1 else None)
        edit = view.edit()
        edit.twin(group).append("expressions", at)
        said = listed([code(k) for k in (*group.expressions, at)])
        if short(*group.expressions):
            yield edit.tree, led(select, view, f"Group by {said}.")


def _havings(view: View) -> Iterator[tuple[exp.Select, exp.Having]]:
    for select in view.selects:
        having = select.args.get("having")
        if having is not None:
            yield select, having


def having_dropped(view: View, rng: Random) -> Found:
    for select, having in _havings(view):
        for part in parts(having.this):
            kept = [p for p in parts(having.this) if p is not part]
            edit = view.edit()
            keep(edit, having, kept)
            group = select.args.get("group")
            if kept:
                yield edit.tree, led(select, view, f"Keep the groups with {conditions(kept)}.")
            elif group is not None and short(*group.expressions):
                keys = listed([code(k) for k in group.expressions])
                says = rng.choice((f"Return every group of {keys}.", f"Show all groups, one row per {keys}."))
                yield edit.tree, led(select, view, says)


def where_for_having(view: View, rng: Random) -> Found:
    """The single value is tested instead of the group's."""
    for select, having in _havings(view):
        for part in parts(having.this):
            aggregate = part.this
            if not isinstance(aggregate, (exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median)):
                continue
            if not isinstance(aggregate.this, exp.Column) or part.expression.find(exp.AggFunc):
                continue
            test = type(part)(this=aggregate.this.copy(), expression=part.expression.copy())
            edit = view.edit()
            keep(edit, having, [p for p in parts(having.this) if p is not part])
            add(edit, select, test.copy())
            yield (
                edit.tree,
                rng.choice(
                    (f"Keep the rows with {code(test)}, then group them.", f"Before grouping, filter on {code(test)}.")
                ),
            )


def distinct_dropped(view: View, rng: Random) -> Found:
    for select in view.selects:
        distinct = select.args.get("distinct")
        if distinct is None or distinct.args.get("on") is not None or in_where_query(select):
            continue
        edit = view.edit()
        edit.twin(select).set("distinct", None)
        said = listed([code(e) for e in select.expressions])
        yield (
            edit.tree,
            led(select, view, rng.choice((f"Select {said} from every row.", f"Return {said} for each row."))),
        )


def distinct_added(view: View, rng: Random) -> Found:  # noqa: ARG001
    """Rows that look alike are thrown together; not where a key or a group tells them apart."""
    select = view.outermost
    if select is None or any(select.args.get(k) for k in ("distinct", "group", "limit")):
        return
    uses = [view.resolve(e.unalias()) for e in select.expressions]
    combinations = 1
    for use in uses:
        # With more combinations than rows there are hardly any repeats.
        if use is None:
            return
        combinations *= use.column.distinct
    rows = max((table.row_count for table in view.tables(select).values()), default=0)
    if combinations > rows:
        return
    edit = view.edit()
    edit.tree.set("distinct", exp.Distinct())
    yield (
        edit.tree,
        f"Return each combination of {listed([code(e) for e in select.expressions])} once, with `DISTINCT`.",
    )


OPERATORS: tuple[Operator, ...] = (
    Operator(group_key_dropped, "Attribute.Missing", "A group key is left out"),
    Operator(group_key_added, "Attribute.Redundancy", "A group key too many"),
    Operator(having_dropped, "Clause.Missing", "All groups are returned"),
    Operator(where_for_having, "Condition.Explicit Mismatch", "WHERE on the single value instead of HAVING"),
    Operator(distinct_dropped, "Other.DISTINCT", "Repeats are returned"),
    Operator(distinct_added, "Other.DISTINCT", "Rows that look alike are returned once"),
)
