"""As somebody speaks who has the schema in mind: tables and columns by their names."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random
from typing import Any

from factory.intents.english import capped
from factory.intents.intent import Intent
from factory.intents.registers.ask import taken_apart
from factory.intents.registers.parts import rebuilt
from factory.intents.registers.prose import Masked, one_of
from factory.intents.registers.said import Said
from factory.intents.registers.synonyms import varied
from factory.intents.registers.tails import shortened
from factory.intents.registers.values import dated
from factory.records import Column, Database, Relation, Table

_VERBS = "Select|Query|Return|Get|Fetch|Retrieve|Output|Pull|SELECT|I need|Project|Read|Write a query for|SQL for"


def say(intent: Intent, database: Database, rng: Random) -> tuple[Intent, Said]:
    named: Intent = _by_name(intent, rng.choice(("rows", "records", "rows", "entries")))
    masked = Masked(named.question(), named)
    ask = taken_apart(masked.text)
    first = ask.first
    if ask.noun and rng.random() < 0.7:
        first = f"{one_of(rng, _VERBS)} {ask.noun}."
    text = " ".join([varied(first, database, rng), *shortened(list(ask.rest), rng)])
    return intent, Said("technical", _dotted(masked.shown(dated(text, rng, 0.6)), database))


def _by_name(intent: Intent, rows: str) -> Any:
    """The intent over tables and columns that are called by their names; good for its question only."""
    tables: dict[str, Table] = {}

    def named(part: Any) -> Any:
        if isinstance(part, Table):
            if part.name not in tables:
                tables[part.name] = _table(part, rows)
            return tables[part.name]
        if isinstance(part, Column):
            return _column(part)
        return _relation(part) if isinstance(part, Relation) else part

    return rebuilt(intent, named)


def _table(table: Table, rows: str) -> Table:
    columns = tuple(_column(c) for c in table.columns)
    return replace(table, label=table.name, plural=f"{table.name} {rows}", columns=columns, person=False)


def _column(column: Column) -> Column:
    name = column.name
    return replace(
        column,
        label=name,
        plural=f"{name} values" if name.endswith("s") else name,
        yes=f"where {name} is true",
        no=f"where {name} is false",
        missing=f"where {name} is null",
        phrase=None,
        more=None,
        less=None,
        most=None,
        least=None,
    )


def _relation(relation: Relation) -> Relation:
    through = f"referenced through {relation.child_column} by"
    return replace(
        relation,
        inverse=f"joined on {relation.child_column} to",
        verb=f"are {through}",
        verb_negative=f"are not {through}",
    )


def _dotted(text: str, database: Database) -> str:
    """ "customer full_name" → "customer.full_name"."""
    for table in database.tables:
        names = "|".join(sorted((re.escape(c.name) for c in table.columns), key=lambda n: (-len(n), n)))
        capital = rf"(?:{re.escape(table.name)}|{re.escape(capped(table.name))})"
        text = re.sub(rf"\b{capital} ({names})(?!\w)", rf"{table.name}.\1", text)
        text = re.sub(rf"\ban? ({names})(?!\w)", r"\1", text)
    return re.sub(r"(?<=s)'s(?= \w)", "'", text)
