"""Subqueries that look at other rows than they should, or at all of them."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.clauses import in_where_query, keep, not_null_test, parts, qualifiers, wheres
from factory.mutations.silent.neighbour import Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import code, conditions, short, tables

Found = Iterator[tuple[exp.Expr, str]]


def _correlated(view: View, select: exp.Select, part: exp.Expr) -> bool:
    """Whether a condition of a subquery refers to a query around it."""
    return bool(qualifiers(part) - set(view.sources(select)))


def _from(view: View, select: exp.Select) -> str:
    return next(iter(tables(view, select)), "the table")


def correlation_dropped(view: View, rng: Random) -> Found:
    for select, where in wheres(view):
        if not in_where_query(select):
            continue
        conjuncts = parts(where.this)
        tied = [part for part in conjuncts if _correlated(view, select, part)]
        kept = [part for part in conjuncts if part not in tied]
        if not tied:
            continue
        edit = view.edit()
        keep(edit, where, kept)
        rows = f" with {conditions(kept)}" if kept and short(*kept) else ""
        yield (
            edit.tree,
            rng.choice(
                (
                    f"The subquery looks at {_from(view, select)}{rows} on its own.",
                    f"The subquery takes the rows of {_from(view, select)}{rows}, the same for every outer row.",
                )
            ),
        )


def subquery_filter_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    for select, where in wheres(view):
        if not in_where_query(select):
            continue
        for part in parts(where.this):
            tested = not_null_test(part)
            use = view.resolve(tested) if tested is not None else None
            if _correlated(view, select, part) or (use is not None and not use.column.nulls):
                continue
            kept = [p for p in parts(where.this) if p is not part]
            edit = view.edit()
            keep(edit, where, kept)
            filters = [p for p in kept if not _correlated(view, select, p)]
            if tested is not None:
                says = f"The subquery can take {code(tested)} as it is."
            elif filters and short(*filters):
                says = f"In the subquery, keep the rows with {conditions(filters)}."
            elif filters:
                continue
            else:
                which = " that belong to the outer row" if kept else ""
                says = f"The subquery looks at all rows of {_from(view, select)}{which}."
            yield edit.tree, says


def not_in_for_not_exists(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A NULL in the list makes NOT IN true for nothing; only where there are NULLs."""
    for node in view.all(exp.Not):
        inner = node.this
        if not isinstance(inner, exp.Exists) or not isinstance(inner.this, exp.Select):
            continue
        select = inner.this
        where = select.args.get("where")
        if where is None:
            continue
        for part in parts(where.this):
            if not isinstance(part, exp.EQ) or not _correlated(view, select, part):
                continue
            own, outer = (part.this, part.expression)
            if qualifiers(own) - set(view.sources(select)):
                own, outer = outer, own
            use = view.resolve(own)
            if use is None or not use.column.nulls:
                continue
            rows = select.copy()
            rows.set("expressions", [own.copy()])
            kept = [p.copy() for p in parts(where.this) if p is not part]
            rows.set("where", exp.Where(this=sql.both(*kept)) if kept else None)
            edit = view.edit()
            edit.put(node, exp.Not(this=exp.In(this=outer.copy(), query=exp.Subquery(this=rows))))
            yield edit.tree, f"Keep the rows whose {code(outer)} is `NOT IN` the list of {code(own)}."


OPERATORS: tuple[Operator, ...] = (
    Operator(correlation_dropped, "Subquery.Partial", "A subquery that has lost touch with the outer row"),
    Operator(subquery_filter_dropped, "Subquery.Partial", "A subquery over more rows"),
    Operator(not_in_for_not_exists, "Subquery.Mismatch", "NOT IN over a list with NULLs"),
)
