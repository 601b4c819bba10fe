"""Tests whether a row has a match in another table, however written: IN, EXISTS."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from factory.intents import sql
from factory.intents.rewrites.conditions import set_where, where
from factory.intents.rewrites.place import has
from factory.intents.rewrites.sources import bare_all, inner_selects, own_columns, owner, qualify_all, sources
from factory.records import Database

_MORE = ("group", "having", "qualify", "limit", "order", "with_", "offset")


@dataclass(frozen=True, slots=True)
class Match:
    """`inner` is a SELECT without the condition `reference` = `key`, which ties it to the outer query.

    All columns are qualified. `form` is how it is written. `safe`: neither side of the tie can be NULL.
    """

    inner: exp.Select
    reference: exp.Column
    key: exp.Column
    negated: bool
    form: str
    safe: bool


def read(test: exp.Expr, outer: exp.Select, database: Database) -> Match | None:
    """None when the test is no such one, or one whose NULLs can't be told; changes nothing."""
    negated = isinstance(test, exp.Not)
    bare = test.this if negated else test
    if isinstance(bare, exp.In) and isinstance(bare.args.get("query"), exp.Subquery):
        return _from_in(bare, negated, outer, database)
    if isinstance(bare, exp.Exists) and isinstance(bare.this, exp.Select):
        return _from_exists(bare, negated, outer, database)
    return None


def _from_in(test: exp.In, negated: bool, outer: exp.Select, database: Database) -> Match | None:
    query = test.args["query"].this
    if not isinstance(query, exp.Select) or has(query, *_MORE) or len(query.expressions) != 1:
        return None
    left, right = test.this, query.expressions[0].unalias()
    if not isinstance(left, exp.Column) or not isinstance(right, exp.Column) or not _apart(query, outer, database):
        return None
    inner = query.copy()
    key, reference = owner(left, outer, database), owner(right, query, database)
    if key is None or reference is None or _reaches(query) or not qualify_all(inner, database):
        return None
    mine = sql.column(reference.column.name, reference.source.qualifier)
    # As built here, and as the parser reads it.
    guards = (sql.not_null(mine), exp.Not(this=exp.Is(this=mine.copy(), expression=exp.Null())))
    kept = where(inner)
    guarded = any(part in guards for part in kept)
    if negated:
        if key.nullable or (reference.nullable and not guarded):
            return None
        set_where(inner, [part for part in kept if part not in guards])
    safe = not key.nullable and not reference.nullable
    inner.set("distinct", None)
    return Match(inner, mine, sql.column(key.column.name, key.source.qualifier), negated, "in", safe)


def _from_exists(test: exp.Exists, negated: bool, outer: exp.Select, database: Database) -> Match | None:
    query = test.this
    if has(query, *_MORE) or not _apart(query, outer, database):
        return None
    ties, kept = [], []
    for part in where(query):
        sides = [part.this, part.expression] if isinstance(part, exp.EQ) else []
        if len(sides) == 2 and all(isinstance(side, exp.Column) for side in sides):
            inside = [owner(side, query, database) for side in sides]
            if inside[0] is None and inside[1] is not None:
                sides.reverse()
                inside.reverse()
            outside = owner(sides[1], outer, database) if inside[1] is None and sides[1].table else None
            if inside[0] is not None and outside is not None:
                ties.append((inside[0], outside))
                continue
        kept.append(part)
    if len(ties) != 1:
        return None
    (mine, theirs) = ties[0]
    inner = query.copy()
    inner.set("expressions", [exp.Literal.number(1)])
    set_where(inner, kept)
    if _reaches(inner) or not qualify_all(inner, database):
        return None
    reference = sql.column(mine.column.name, mine.source.qualifier)
    key = sql.column(theirs.column.name, theirs.source.qualifier)
    return Match(inner, reference, key, negated, "exists", not mine.nullable and not theirs.nullable)


def _apart(inner: exp.Select, outer: exp.Select, database: Database) -> bool:
    """Whether no name in the one FROM hides one in the other, and all are tables."""
    ours, theirs = sources(inner, database), sources(outer, database)
    names = [s.qualifier.lower() for s in (*ours, *theirs)]
    return bool(ours and theirs) and len(set(names)) == len(names) and all(s.table for s in ours)


def _reaches(inner: exp.Select) -> bool:
    """Whether a column inside is written with the name of a table outside."""
    mine = {t.alias_or_name.lower() for t in inner.find_all(exp.Table)}
    return any(c.table and c.table.lower() not in mine for c in inner.find_all(exp.Column))


def as_exists(match: Match) -> exp.Expr:
    inner = match.inner.copy()
    inner.set("expressions", [exp.Literal.number(1)])
    set_where(inner, [exp.EQ(this=match.reference.copy(), expression=match.key.copy()), *where(inner)])
    return _signed(exp.Exists(this=inner), match)


def as_in(match: Match) -> exp.Expr | None:
    """None for a negated one that NULLs would make wrong."""
    if match.negated and not match.safe:
        return None
    test = exp.In(this=match.key.copy(), query=exp.Subquery(this=referenced(match)))
    return _signed(test, match)


def referenced(match: Match, *, distinct: bool = False) -> exp.Select:
    """The references that have a match."""
    inner = match.inner.copy()
    inner.set("expressions", [match.reference.copy()])
    inner.set("distinct", exp.Distinct() if distinct else None)
    bare_all(inner)
    return inner


def _signed(test: exp.Expr, match: Match) -> exp.Expr:
    return exp.Not(this=test) if match.negated else test


def tidy(select: exp.Select) -> None:
    """Drops qualifiers that only the old form needed."""
    if not inner_selects(select):
        bare_all(select)
        return
    start = select.args["from_"].this
    nested = any(c.table == start.alias_or_name for s in inner_selects(select) for c in s.find_all(exp.Column))
    if not nested and not select.args.get("joins") and isinstance(start, exp.Table):
        names = {start.alias_or_name, ""}
        aliases = {e.alias for e in select.expressions if isinstance(e, exp.Alias)}
        columns = list(own_columns(select))
        if all(c.table in names for c in columns) and not any(c.name in aliases and c.table for c in columns):
            for column in columns:
                column.set("table", None)
            start.set("alias", None)
