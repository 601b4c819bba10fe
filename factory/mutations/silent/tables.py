"""A table too many, or one too few."""

from __future__ import annotations

from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.grouping import slug
from factory.mutations.silent.clauses import joins, keep, parts, qualifiers
from factory.mutations.silent.neighbour import Found, Operator
from factory.mutations.silent.view import Edit, View, scope
from factory.mutations.silent.wording import codes, named, placed, short


def join_dropped(view: View, rng: Random) -> Found:  # noqa: ARG001
    """A table that only restricts the rows is left out, and what was asked of it as well."""
    for select, join in joins(view):
        name = join.this.alias_or_name
        mine = {id(c) for part in (join,) for c in part.find_all(exp.Column)}
        where = select.args.get("where")
        tested = [p for p in parts(where.this) if name in qualifiers(p)] if where is not None else []
        mine |= {id(c) for part in tested for c in part.find_all(exp.Column)}
        needed = any(c.table == name and id(c) not in mine for c in select.find_all(exp.Column))
        if needed or any(qualifiers(part) != {name} for part in tested) or (join.side and not tested):
            continue
        edit = view.edit()
        if where is not None and tested:
            keep(edit, where, [p for p in parts(where.this) if p not in tested])
        edit.twin(join).pop()
        lost = f" and with it {codes(tested)}" if tested and short(*tested) else ""
        yield edit.tree, placed(select, view, f"Leaves out the table {named(join.this.name or name)}{lost}.")


def join_added(view: View, rng: Random) -> Found:
    """A table that isn't needed: a child multiplies the rows, a parent may lose some."""
    for select in view.selects:
        if _repeats_ignored(select):
            continue
        for name, table in list(view.tables(select).items())[:2]:
            present = {t.name for t in view.tables(select).values()}
            down = [r for r in view.database.children(table.name) if r.child not in present]
            up = [
                r
                for r in view.database.parents(table.name)
                if r.parent not in present and table.column(r.child_column).nulls
            ]
            if not down + up or not bare_columns_known(view, select):
                continue
            r = rng.choice(down + up)
            mine, theirs = (r.parent_column, r.child_column) if r in down else (r.child_column, r.parent_column)
            other = r.child if r in down else r.parent
            alias = view.free("".join(word[0] for word in other.split("_") if word).lower())
            edit = view.edit()
            qualify(view, edit, select)
            on = exp.EQ(this=sql.column(theirs, alias), expression=sql.column(mine, name))
            added = sql.table(other)
            added.set("alias", sql.called(alias))
            edit.twin(select).join(added, on=on, copy=False)
            effect = "repeats rows for each match" if r in down else "loses the rows without a match"
            yield edit.tree, placed(select, view, f"Joins {named(other)}, which isn't needed and {effect}.")


def _repeats_ignored(select: exp.Select) -> bool:
    """Whether it makes no difference how often a row occurs: with DISTINCT, in IN and EXISTS, for MIN and MAX."""
    tested = select.find_ancestor(exp.In, exp.Exists, exp.Select)
    aggregates = list(select.find_all(exp.AggFunc))
    extremes = bool(aggregates) and all(isinstance(a, (exp.Min, exp.Max)) for a in aggregates)
    return select.args.get("distinct") is not None or isinstance(tested, (exp.In, exp.Exists)) or extremes


def qualify(view: View, edit: Edit, select: exp.Select) -> None:
    """Gives columns of base tables their qualifier, which another table beside them makes needed."""
    for column in view.own(select, exp.Column):
        if not column.table and (use := view.resolve(column)) is not None and use.select is select:
            edit.twin(column).set("table", sql.name(use.source))


def bare_columns_known(view: View, select: exp.Select) -> bool:
    """Whether none of the queries inside reaches out with a bare name, which another table could make ambiguous."""
    for column in select.find_all(exp.Column):
        use = view.resolve(column)
        if not column.table and scope(column) is not select and use is not None and use.select is select:
            return False
    return True


def other_table(view: View, rng: Random) -> Found:
    """Another child of the same parent, where it has all the columns that are read."""
    for select in view.selects:
        for name, source in view.sources(select).items():
            table = view.table(source)
            if table is None:
                continue
            read = {u.column.name for c in view.all(exp.Column) if (u := view.resolve(c)) and u.table is table}
            options = [
                other
                for parent in dict.fromkeys(r.parent for r in view.database.parents(table.name))
                for other in dict.fromkeys(r.child for r in view.database.children(parent))
                if other != table.name and read and all(c in view.database.table(other).by_name for c in read)
            ]
            if not options or sum(view.table(s) is table for s in view.all(exp.Table)) > 1:
                continue
            other = rng.choice(options)
            edit = view.edit()
            edit.twin(source).set("this", sql.name(other))
            if not source.alias:
                for column in view.own(select, exp.Column):
                    if column.table == name:
                        edit.twin(column).set("table", sql.name(other))
            edit.rename(slug(table.label), slug(view.database.table(other).label))
            says = f"Reads {named(other)} where {table.plural} are asked about."
            yield edit.tree, placed(select, view, says)


OPERATORS: tuple[Operator, ...] = (
    Operator(other_table, "Table.Mismatch", "Another table of the same parent is read"),
    Operator(join_dropped, "Table.Missing", "A table is left out with the conditions on it"),
    Operator(join_added, "Table.Redundancy", "A table too many, which multiplies rows or loses some"),
)
