"""Subqueries that look at other rows than they should, or at all of them."""

from __future__ import annotations

from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.clauses import in_where_query, keep, not_null_test, parts, qualifiers, wheres
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import code, codes, quoted, tables


def correlated(view: View, select: exp.Select, part: exp.Expr) -> bool:
    """Whether a condition of a subquery refers to a query around it."""
    return bool(qualifiers(part) - set(view.sources(select)))


def _from(view: View, select: exp.Select) -> str:
    return next(iter(tables(view, select)), "the table")


def correlation_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    for select, where in wheres(view):
        if not in_where_query(select):
            continue
        conjuncts = parts(where.this)
        tied = [part for part in conjuncts if correlated(view, select, part)]
        kept = [part for part in conjuncts if part not in tied]
        if not tied:
            continue
        edit = view.edit()
        keep(edit, where, kept)
        says = f"Looks at the same rows of {_from(view, select)} for every outer row, without {codes(tied)}."
        yield edit.tree, says


def subquery_filter_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    for select, where in wheres(view):
        if not in_where_query(select):
            continue
        for part in parts(where.this):
            tested = not_null_test(part)
            use = view.resolve(tested) if tested is not None else None
            if correlated(view, select, part) or (use is not None and not use.column.nulls):
                continue
            kept = [p for p in parts(where.this) if p is not part]
            edit = view.edit()
            keep(edit, where, kept)
            lost = quoted(part, "a condition") if tested is None else f"the test that {code(tested)} isn't NULL"
            yield edit.tree, f"Leaves {lost} out of the subquery on {_from(view, select)}."


def correlation_captured(view: View, rng: Random) -> Found:  # noqa: ARG001
    """An outer column without its qualifier, which the subquery's own table then takes."""
    for select, where in wheres(view):
        own = view.tables(select)
        if not in_where_query(select) or len(own) != len(view.sources(select)):
            continue
        for part in parts(where.this):
            for outer in part.find_all(exp.Column):
                takers = [name for name, table in own.items() if outer.name in table.by_name]
                if not outer.table or outer.table in own or len(takers) != 1:
                    continue
                edit = view.edit()
                edit.twin(outer).set("table", None)
                says = f"Writes {code(sql.column(outer.name))} for {code(outer)}, which the subquery takes as its own."
                yield edit.tree, says


OPERATORS: tuple[Operator, ...] = (
    Operator(correlation_dropped, "Subquery.Partial", "A subquery that has lost touch with the outer row"),
    Operator(correlation_captured, "Subquery.Partial", "A subquery that takes an outer column as its own"),
    Operator(subquery_filter_dropped, "Subquery.Partial", "A subquery over more rows"),
)
