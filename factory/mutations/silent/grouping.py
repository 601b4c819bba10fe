"""Groups that are too coarse, too fine or not filtered, and repeats."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.clauses import add, in_where_query, keep, parts
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import code, codes, placed, quoted


def _grouped(view: View) -> Iterator[tuple[exp.Select, exp.Group]]:
    for select in view.selects:
        group = select.args.get("group")
        if group is not None and group.expressions and not any(g.is_int for g in group.expressions):
            yield select, group


def group_key_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
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
            yield (
                edit.tree,
                f"Throws the groups of {quoted(key, 'one key')} together and groups by {codes(kept)} alone.",
            )


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
        at = sql.column(column.name, view.qualifier(select, name))
        edit = view.edit()
        edit.twin(group).append("expressions", at)
        says = f"Splits the groups by {code(at)}, which nobody asked for."
        yield edit.tree, placed(select, view, says)


def _havings(view: View) -> Iterator[tuple[exp.Select, exp.Having]]:
    for select in view.selects:
        having = select.args.get("having")
        if having is not None:
            yield select, having


def having_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    for select, having in _havings(view):
        for part in parts(having.this):
            kept = [p for p in parts(having.this) if p is not part]
            edit = view.edit()
            keep(edit, having, kept)
            says = f"Returns groups without {quoted(part, 'what is asked of them')} too."
            yield edit.tree, placed(select, view, says)


def where_for_having(view: View, rng: Random) -> Found:  # noqa: ARG001
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
            says = f"Tests single rows with {code(test)} where the whole group is meant: {quoted(part, 'HAVING')}."
            yield edit.tree, placed(select, view, says)


def distinct_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    for select in view.selects:
        distinct = select.args.get("distinct")
        if distinct is None or distinct.args.get("on") is not None or in_where_query(select):
            continue
        edit = view.edit()
        edit.twin(select).set("distinct", None)
        said = codes([e.unalias() for e in select.expressions]) if len(select.expressions) < 4 else "the same row"
        yield edit.tree, placed(select, view, f"Repeats {said} for every row it occurs in instead of giving it once.")


OPERATORS: tuple[Operator, ...] = (
    Operator(group_key_dropped, "Attribute.Missing", "A group key is left out"),
    Operator(group_key_added, "Attribute.Redundancy", "A group key too many"),
    Operator(having_dropped, "Clause.Missing", "All groups are returned"),
    Operator(where_for_having, "Condition.Explicit Mismatch", "WHERE on the single value instead of HAVING"),
    Operator(distinct_dropped, "Other.DISTINCT", "Repeats are returned"),
)
