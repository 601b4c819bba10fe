"""`key IN (SELECT …)` or EXISTS → a join with the DISTINCT references, which matches each row at most once."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents import sql
from factory.intents.rewrites.conditions import set_where, where
from factory.intents.rewrites.matches import read, referenced
from factory.intents.rewrites.place import free_name, places
from factory.intents.rewrites.sources import qualify_all
from factory.records import Database

STRUCTURAL = True


def rewrite(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    for copy, select in places(tree, exp.Select, lambda s: bool(s.args.get("where"))):
        parts = where(select)
        for i, part in enumerate(parts):
            match = read(part, select, database)
            if match is None or match.negated:
                continue
            set_where(select, [*parts[:i], *parts[i + 1 :]])
            if not qualify_all(select, database):
                break
            called = free_name("matched", copy, database)
            on = exp.EQ(this=sql.column(match.reference.name, called), expression=match.key.copy())
            sub = exp.Subquery(this=referenced(match, distinct=True), alias=sql.called(called))
            select.append("joins", exp.Join(this=sub, on=on))
            yield copy
            break
