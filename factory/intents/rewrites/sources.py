"""What a column of one SELECT is: the table it comes from, and whether it may be NULL there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from factory.intents import sql
from factory.records import Column, Database, Table


@dataclass(frozen=True, slots=True)
class Source:
    """`table` is None for a CTE or a derived table; `optional`: an outer join may fill its row with NULLs."""

    qualifier: str
    table: Table | None
    optional: bool


@dataclass(frozen=True, slots=True)
class Owned:
    source: Source
    column: Column

    @property
    def nullable(self) -> bool:
        return self.column.nullable or self.source.optional


def sources(select: exp.Select, database: Database) -> list[Source]:
    """In the order written; empty without FROM."""
    start = select.args.get("from_")
    if start is None:
        return []
    joins = select.args.get("joins") or []
    sides = [join.side.upper() for join in joins]
    every = any(side in ("RIGHT", "FULL") for side in sides)
    virtual = {cte.alias for cte in select.root().find_all(exp.CTE)}
    found = [_source(start.this, every, virtual, database)]
    found += [_source(j.this, every or s == "LEFT", virtual, database) for j, s in zip(joins, sides, strict=True)]
    return found


def _source(node: exp.Expr, optional: bool, virtual: set[str], database: Database) -> Source:
    known = isinstance(node, exp.Table) and node.name not in virtual
    return Source(node.alias_or_name, database.by_name.get(node.name) if known else None, optional)


def owner(column: exp.Column, select: exp.Select, database: Database) -> Owned | None:
    """None when it belongs to no table of this SELECT, or when that can't be told."""
    around = sources(select, database)
    if column.table:
        around = [s for s in around if s.qualifier.lower() == column.table.lower()]
    elif any(s.table is None for s in around):
        return None
    found = [Owned(s, s.table.by_name[column.name]) for s in around if s.table and column.name in s.table.by_name]
    return found[0] if len(found) == 1 else None


def own_columns(select: exp.Select) -> Iterator[exp.Column]:
    """Columns written in this SELECT itself, not in queries inside it."""
    for column in list(select.find_all(exp.Column)):
        if column.find_ancestor(exp.Select) is select:
            yield column


def inner_selects(select: exp.Select) -> list[exp.Select]:
    """Queries in its conditions and outputs, which may refer to its tables."""
    return [
        s
        for s in select.find_all(exp.Select)
        if s is not select and s.find_ancestor(exp.Select) is select and not s.find_ancestor(exp.CTE, exp.From)
    ]


def outputs(select: exp.Select) -> list[str]:
    """Names of its output columns; an empty one where there is none or a star stands."""
    return ["" if e.is_star else e.alias_or_name for e in select.expressions]


def named(select: exp.Select) -> bool:
    """Whether each output has a name, and no two the same."""
    names = [name.lower() for name in outputs(select)]
    return all(names) and len(set(names)) == len(names)


def qualify_all(select: exp.Select, database: Database) -> bool:
    """Puts the table before every bare column, in place; False when one can't be told (then drop the tree)."""
    aliases = {e.alias.lower() for e in select.expressions if isinstance(e, exp.Alias)}
    if any(e.is_star and not isinstance(e, exp.Count) for e in select.expressions):
        return False
    for inner in inner_selects(select):
        if any(not c.table and owner(c, inner, database) is None for c in own_columns(inner)):
            return False
    for column in own_columns(select):
        if column.table:
            continue
        late = column.find_ancestor(exp.Order, exp.Having, exp.Qualify, exp.Group, exp.Select)
        if column.name.lower() in aliases and not isinstance(late, exp.Select):
            if owner(column, select, database) is not None:
                return False
            continue
        at = owner(column, select, database)
        if at is None:
            return False
        column.set("table", sql.name(at.source.qualifier))
    return True


def bare_all(select: exp.Select) -> None:
    """Drops qualifiers and the alias where one table alone is left, as people write it."""
    start = select.args.get("from_")
    if start is None or select.args.get("joins") or inner_selects(select) or not isinstance(start.this, exp.Table):
        return
    qualifier = start.this.alias_or_name
    columns = list(own_columns(select))
    aliases = {e.alias for e in select.expressions if isinstance(e, exp.Alias)}
    if any(c.table not in ("", qualifier) for c in columns) or any(c.name in aliases and c.table for c in columns):
        return
    for column in columns:
        column.set("table", None)
    start.this.set("alias", None)
