"""`key IN (SELECT …)` ↔ `EXISTS (SELECT 1 … WHERE … = key)`; negated ones only where no NULL can come between."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents.rewrites.conditions import set_where, where
from factory.intents.rewrites.matches import as_exists, as_in, read, tidy
from factory.intents.rewrites.place import places
from factory.records import Database

STRUCTURAL = True


def rewrite(tree: exp.Expr, database: Database) -> Iterator[exp.Expr]:
    for copy, select in places(tree, exp.Select, lambda s: bool(s.args.get("where"))):
        parts = where(select)
        for i, part in enumerate(parts):
            match = read(part, select, database)
            new = None if match is None else as_exists(match) if match.form == "in" else as_in(match)
            if match is None or new is None:
                continue
            set_where(select, [*parts[:i], new, *parts[i + 1 :]])
            if match.form == "exists":
                tidy(select)
            yield copy
            break
