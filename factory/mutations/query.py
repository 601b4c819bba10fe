"""A right query, looked at in the ways that operators need: text, tokens, tree, and which table a name means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sqlglot import Token, exp
from sqlglot.dialects.dialect import Dialect

from factory.records import Column, Database, Table

_DUCKDB = Dialect.get_or_raise("duckdb")


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """One written reference to a real column. Offsets are of the column name; `dot` is the qualifier's range."""

    node: exp.Column
    start: int
    end: int
    alias: str
    alias_start: int
    alias_end: int
    table: Table | None
    column: Column | None


@dataclass(frozen=True, slots=True)
class TableUse:
    """One table after FROM or JOIN. `alias` is the name that its columns are qualified with."""

    node: exp.Table
    start: int
    end: int
    alias: str
    table: Table | None


class Query:
    """Text of a SELECT in DuckDB's dialect with lazily built views. Offsets are those of the string, end exclusive."""

    def __init__(self, text: str, database: Database) -> None:
        self.text = text
        self.database = database

    @cached_property
    def tree(self) -> exp.Expr:
        tree = _DUCKDB.parser().parse(self.tokens, self.text)[0]
        assert tree is not None
        return tree

    @cached_property
    def tokens(self) -> list[Token]:
        return list(_DUCKDB.tokenize(self.text))

    @cached_property
    def nodes(self) -> list[exp.Expr]:
        return list(self.tree.walk())

    @cached_property
    def table_uses(self) -> list[TableUse]:
        uses = []
        for node in self.nodes:
            if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
                meta = node.this.meta
                known = self.database.by_name.get(node.name)
                uses.append(TableUse(node, meta["start"], meta["end"] + 1, node.alias_or_name, known))
        return uses

    @cached_property
    def aliases(self) -> dict[str, Table]:
        """Qualifier → table, for qualifiers that mean one table throughout the query."""
        seen: dict[str, set[str]] = {}
        for use in self.table_uses:
            if use.table is not None:
                seen.setdefault(use.alias, set()).add(use.table.name)
        return {alias: self.database.table(names.pop()) for alias, names in seen.items() if len(names) == 1}

    @cached_property
    def column_uses(self) -> list[ColumnUse]:
        """References to base-table columns, in source order. An unqualified one gets a table if only one has it."""
        uses = []
        for node in self.nodes:
            if not isinstance(node, exp.Column) or not isinstance(node.this, exp.Identifier):
                continue
            meta = node.this.meta
            if "start" not in meta:
                continue
            alias = node.table
            table: Table | None
            if alias:
                table = self.aliases.get(alias)
                first = node.args["table"].meta
                a, b = first["start"], first["end"] + 1
            else:
                a = b = meta["start"]
                owners = {u.table.name: u.table for u in self.table_uses if u.table and node.name in u.table.by_name}
                table = next(iter(owners.values())) if len(owners) == 1 else None
            column = table.by_name.get(node.name) if table else None
            uses.append(ColumnUse(node, meta["start"], meta["end"] + 1, alias, a, b, table, column))
        return sorted(uses, key=lambda use: use.start)
