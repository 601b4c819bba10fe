"""Tests of whether there are rows elsewhere, written in ways that aren't the same."""

from __future__ import annotations

from collections.abc import Container
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.mutations.silent.clauses import anti_join, in_where_query, keep, left_joins, parts, qualifiers, wheres
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.subqueries import correlated
from factory.mutations.silent.tables import bare_columns_known, qualify
from factory.mutations.silent.view import View
from factory.mutations.silent.wording import code, named, placed, rest


def subquery_condition_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    for select, where in wheres(view):
        for part in parts(where.this):
            if in_where_query(select) or part.find(exp.Query) is None:
                continue
            edit = view.edit()
            keep(edit, where, rest(part, where))
            inner = part.find(exp.Select)
            source = next(iter(view.sources(inner).values()), None) if inner is not None else None
            about = f" on {named(source.name)}" if isinstance(source, exp.Table) else ""
            yield edit.tree, placed(select, view, f"Leaves out the condition that needs a subquery{about}.")


def _key(select: exp.Select, view: View) -> tuple[exp.Expr, exp.Expr] | None:
    """The column of a subquery, and the outer one that it must equal."""
    where = select.args.get("where")
    for part in parts(where.this) if where is not None else ():
        if isinstance(part, exp.EQ) and correlated(view, select, part):
            own, outer = part.this, part.expression
            if qualifiers(own) - set(view.sources(select)):
                own, outer = outer, own
            return own, outer
    return None


def not_in_with_nulls(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A NULL in the list makes NOT IN true for nothing; only where there are NULLs."""
    for node in view.all(exp.Not):
        inner = node.this
        select = inner.this if isinstance(inner, exp.Exists) else None
        key = _key(select, view) if isinstance(select, exp.Select) else None
        if key is None or not isinstance(select, exp.Select):
            continue
        own, outer = key
        use = view.resolve(own)
        if use is None or not use.column.nulls:
            continue
        conditions = [p.copy() for p in parts(select.args["where"].this) if not correlated(view, select, p)]
        edit = view.edit()
        edit.put(node, _not_in(outer, own, select, conditions))
        yield edit.tree, _nulls(outer, own)
    for select, join in left_joins(view):
        on = join.args["on"]
        where = select.args.get("where")
        name = join.this.alias_or_name
        if where is None or not anti_join(select, join) or not isinstance(join.this, exp.Table):
            continue
        conjuncts = parts(on)
        links = [p for p in conjuncts if isinstance(p, exp.EQ) and name in qualifiers(p) and len(qualifiers(p)) == 2]
        used = [c for c in select.find_all(exp.Column) if c.table == name and not c.find_ancestor(exp.Join, exp.Where)]
        if len(links) != 1 or used:
            continue
        own, outer = links[0].this, links[0].expression
        if qualifiers(own) != {name}:
            own, outer = outer, own
        use = view.resolve(own)
        kept = [p for p in parts(where.this) if name not in qualifiers(p)]
        filters = [p.copy() for p in conjuncts if p is not links[0]]
        if use is None or not use.column.nulls or any(qualifiers(p) != {name} for p in filters):
            continue
        rows = exp.Select().from_(join.this.copy(), copy=False)
        edit = view.edit()
        test = _not_in(outer, own, rows, filters)
        edit.twin(where).set("this", sql.both(*(p.copy() for p in kept), test))
        edit.twin(join).pop()
        yield edit.tree, _nulls(outer, own)


def _not_in(outer: exp.Expr, own: exp.Expr, rows: exp.Select, conditions: list[exp.Expr]) -> exp.Expr:
    rows = rows.copy()
    rows.set("expressions", [own.copy()])
    rows.set("where", exp.Where(this=sql.both(*conditions)) if conditions else None)
    return exp.Not(this=exp.In(this=outer.copy(), query=exp.Subquery(this=rows)))


def _nulls(outer: exp.Expr, own: exp.Expr) -> str:
    return f"Tests {code(outer)} with NOT IN, which a NULL of {code(own)} makes true for no row."


def join_for_exists(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A join finds a row once for each match, where the question asks whether there is one."""
    for select, where in wheres(view):
        if in_where_query(select) or select.args.get("distinct") or not bare_columns_known(view, select):
            continue
        for part in parts(where.this):
            inner = part.this if isinstance(part, exp.Exists) else None
            if isinstance(part, exp.In) and part.args.get("query") is not None:
                inner = part.args["query"].unnest()
            if not isinstance(inner, exp.Select) or len(view.tables(inner)) != 1 or inner.args.get("group"):
                continue
            (source, table), *others = view.tables(inner).items()
            if others or len(view.sources(inner)) != 1 or source in view.sources(select):
                continue
            filters = inner.args.get("where")
            conditions = [c.copy() for c in parts(filters.this)] if filters is not None else []
            if any(c.find(exp.Query) for c in conditions):
                continue
            if isinstance(part, exp.In):
                conditions.insert(0, exp.EQ(this=inner.expressions[0].unalias().copy(), expression=part.this.copy()))
            if len(qualifiers(part.this) | {c for p in conditions for c in qualifiers(p)}) > 2:
                continue
            edit = view.edit()
            qualify(view, edit, select)
            _own(conditions, source, table.by_name)
            if isinstance(part, exp.In):
                conditions[0].set("expression", edit.twin(part).this.copy())
            left = [edit.twin(p).copy() for p in parts(where.this) if p is not part]
            links = [c for c in conditions if qualifiers(c) - {source}]
            if not links:
                continue
            filters_left = [*left, *(c for c in conditions if c not in links)]
            edit.twin(select).join(view.sources(inner)[source].copy(), on=sql.both(*links), copy=False)
            if filters_left:
                edit.twin(where).set("this", sql.both(*filters_left))
            else:
                edit.twin(where).pop()
            says = f"Joins {named(table.name)}, which repeats a row for each match, instead of asking if there is one."
            yield edit.tree, placed(select, view, says)


def _own(conditions: list[exp.Expr], source: str, names: Container[str]) -> None:
    """Qualifies the bare columns of a subquery's conditions."""
    for condition in conditions:
        for column in condition.find_all(exp.Column):
            if not column.table and column.name in names:
                column.set("table", sql.name(source))


OPERATORS: tuple[Operator, ...] = (
    Operator(subquery_condition_dropped, "Subquery.Missing", "A condition that needs a subquery is left out"),
    Operator(not_in_with_nulls, "Subquery.Mismatch", "NOT IN over a list with NULLs"),
    Operator(join_for_exists, "Other.DISTINCT", "A join that repeats rows where existence is asked for"),
)
