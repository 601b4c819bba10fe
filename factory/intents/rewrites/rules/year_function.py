"""`EXTRACT(YEAR FROM t)` ↔ `YEAR(t)`, everywhere in the query."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from factory.intents import sql
from factory.records import Database


def rewrite(tree: exp.Expr, _: Database) -> Iterator[exp.Expr]:
    copy = tree.copy()
    found = [n for n in copy.find_all(exp.Extract) if n.name.upper() == "YEAR"]
    for node in found:
        node.replace(exp.Year(this=node.expression.copy()))
    if found:
        yield copy
    copy = tree.copy()
    years = list(copy.find_all(exp.Year))
    for year in years:
        year.replace(sql.year_of(year.this.copy()))
    if years:
        yield copy
