"""Columns that don't exist, or not where the query looks for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from factory.identifiers import NEVER_BARE
from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import layout, some
from factory.mutations.layout.spelling import GENERIC_NAMES, misspell_name, slug
from factory.mutations.layout.wording import Wording
from factory.mutations.query import ColumnUse, Query
from factory.records import Column, Database

_SHORT_TEXT = """
    quantity=qty amount=amt number=num customer=cust product=prod category=cat department=dept
    description=desc address=addr date=dt order=ord name=nm price=prc account=acct employee=emp
    average=avg percent=pct total=tot status=stat payment=pmt transaction=txn vehicle=veh station=stn
    region=reg segment=seg patient=pat location=loc temperature=temp code=cd
"""
_SHORT = dict(pair.split("=") for pair in _SHORT_TEXT.split())
_LONG = {short: word for word, short in _SHORT.items()}
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

_MISSPELT = Wording(
    (
        "`{wrong}` is misspelt: `{table}` has no such column, it has `{right}`.",
        "The binder can't find a column `{wrong}`. It is a typo, since `{table}` spells it `{right}`.",
        "No column of `{table}` is called `{wrong}`; the one that is meant is `{right}`.",
    ),
    ("Correct `{wrong}` to `{right}`.", "Spell the column `{right}`."),
)
_LABEL = Wording(
    (
        "`{wrong}` is what one would say, not what the column is called: in `{table}` it is `{right}`.",
        "There is no column `{wrong}`; the schema lists `{right}` in `{table}`.",
        "The query guesses the name `{wrong}`, but `{table}` has it as `{right}`, so nothing is found.",
    ),
    ("Use `{right}`, the column's name in `{table}`.", "Replace `{wrong}` by `{right}`."),
)
_CASING = Wording(
    (
        "`{wrong}` and `{right}` are different identifiers: underscores count, and `{table}` only has `{right}`.",
        "The schema writes this column `{right}`. Case wouldn't matter, but underscores do, so `{wrong}` isn't found.",
        "Another naming style slipped in: `{wrong}` doesn't exist in `{table}`, `{right}` does.",
    ),
    ("Write the column as `{right}`.", "Follow the schema's spelling, `{right}`."),
)
_ASSUMED = Wording(
    (
        "Many tables have a column `{wrong}`, this one doesn't: in `{table}` it is `{right}`.",
        "`{wrong}` was assumed rather than read from the schema; `{table}` has no column of that name.",
        "The reference to `{wrong}` fails because `{table}` has no such column; what is meant is `{right}`.",
    ),
    ("Use `{right}` instead.", "Rename it to `{right}`, the column that `{table}` has."),
)
_ABBREVIATED = Wording(
    (
        "`{wrong}` {done} the column's name; the schema has `{right}`, and names have to match.",
        "`{table}` has no `{wrong}`. Its column is `{right}`.",
        "`{wrong}` is not a name in this schema: `{table}` calls the column `{right}`.",
    ),
    ("Write `{right}` as the schema does.", "Change `{wrong}` to `{right}`."),
)
_OTHER_TABLE = Wording(
    (
        "`{alias}` stands for `{table}` here, and that has no column `{name}`; it belongs to `{owner}`.",
        "The column `{name}` is looked for in the wrong table: it lives in `{owner}`, not in `{table}`.",
        "`{alias}.{name}` can't be bound because `{table}` has no `{name}`. It is a column of `{owner}`.",
    ),
    ("Qualify it as `{right}.{name}`.", "Take `{name}` from `{right}` instead of `{alias}`."),
)
_AMBIGUOUS = Wording(
    (
        "Both `{first}` and `{second}` have a column `{name}`, so the bare name is ambiguous and the engine "
        "won't "
        "guess.",
        "`{name}` is written without a qualifier although it exists in `{first}` as well as in `{second}`.",
        "The unqualified `{name}` could be `{first}.{name}` or `{second}.{name}`; the binder can't tell which.",
    ),
    ("Qualify it: `{right}.{name}`.", "Say whose column it is by writing `{right}.{name}`."),
)


def _taken(query: Query) -> set[str]:
    """Names that would resolve to something, wherever the query puts them."""
    at = layout(query)
    names = {name.lower() for use in query.table_uses if use.table for name in use.table.by_name}
    names.update(item.name.lower() for block in at.blocks for item in at.items(block))
    for use in query.table_uses:
        names |= {use.alias.lower(), use.node.name.lower()}
    return names | NEVER_BARE


def _renamed(
    operator: str, query: Query, rng: Random, wording: Wording, rename: Callable[[Column], str]
) -> Iterator[Mutation]:
    sites = layout(query).used_columns()
    taken = _taken(query) if sites else set()
    for use, source in some(rng, sites, 3):
        assert source.table is not None
        right = use.node.name
        wrong = rename(source.table.column(right))
        if not wrong.isidentifier() or wrong.lower() in taken:
            continue
        done = "shortens" if len(wrong) < len(right) else "spells out"
        edits = (Edit(use.start, use.end, wrong),)
        yield wording.fault(operator, edits, rng, wrong=wrong, right=right, table=source.table.name, done=done)


def column_misspelt(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    return _renamed("column_misspelt", query, rng, _MISSPELT, lambda column: misspell_name(column.name, rng))


def column_label(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    def rename(column: Column) -> str:
        name = column.name.lower()
        words = [slug(column.label)]
        parts = name.split("_")
        if len(parts) > 1 and column.role not in ("key", "reference"):
            words += [part for part in (parts[-1], "_".join(parts[1:])) if len(part) > 3]
        return rng.choice([word for word in words if word and word != name] or [""])

    return _renamed("column_label", query, rng, _LABEL, rename)


def column_casing(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    def rename(column: Column) -> str:
        parts = column.name.split("_")
        if len(parts) > 1:
            camel = parts[0] + "".join(part[:1].upper() + part[1:] for part in parts[1:])
            return rng.choice(("".join(parts), camel))
        snake = _HUMP.sub("_", column.name).lower()
        return snake if "_" in snake else ""

    return _renamed("column_casing", query, rng, _CASING, rename)


def column_assumed(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    return _renamed("column_assumed", query, rng, _ASSUMED, lambda column: rng.choice(GENERIC_NAMES[column.role]))


def column_abbreviated(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    def rename(column: Column) -> str:
        parts = column.name.split("_")
        for words in (_SHORT, _LONG):
            places = [i for i, part in enumerate(parts) if part in words]
            if places:
                i = rng.choice(places)
                return "_".join((*parts[:i], words[parts[i]], *parts[i + 1 :]))
        return ""

    return _renamed("column_abbreviated", query, rng, _ABBREVIATED, rename)


def column_other_table(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for use, source in at.used_columns():
        block = at.block_at(use.start) if use.alias else None
        for other in block.tables if block else ():
            known = other.table if other.alias != use.alias and at.is_base(other) else None
            if known and use.node.name not in known.by_name:
                sites.append((use, source.node.name, other.alias, known.name))
    for use, owner, alias, table in some(rng, sites):
        edits = (Edit(use.alias_start, use.alias_end, alias),)
        names = {"owner": owner, "alias": alias, "table": table, "right": use.alias, "name": use.node.name}
        yield _OTHER_TABLE.fault("column_other_table", edits, rng, **names)


def column_ambiguous(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites: list[tuple[ColumnUse, list[str]]] = []
    for use, _source in at.used_columns():
        block = at.block_at(use.start)
        if not use.alias or block is None or any(join.using for join in at.joins(block)):
            continue
        # ON sees only what is joined so far.
        source = block.clauses["from"]
        seen = [t for t in block.tables if t.start < use.start or not source.start <= use.start < source.end]
        tables = [t.alias for t in seen if t.table and use.node.name in t.table.by_name]
        # After the SELECT list an output column of that name would settle the matter.
        late = [block.clauses[c].start for c in ("group", "having", "qualify", "order") if c in block.clauses]
        if use.alias in tables and len(tables) > 1 and not (late and use.start >= min(late)):
            sites.append((use, tables))
    for use, tables in some(rng, sites):
        names = {"first": tables[0], "second": tables[1], "right": use.alias, "name": use.node.name}
        yield _AMBIGUOUS.fault("column_ambiguous", (Edit(use.alias_start, use.start, ""),), rng, **names)


OPERATORS: tuple[Operator, ...] = (
    Operator(column_misspelt, "name", "column.unknown", "tree", "A column's name is misspelt"),
    Operator(column_label, "name", "column.unknown", "tree", "What people call a column taken for its name"),
    Operator(column_casing, "name", "column.unknown", "tree", "A column's name in another naming style"),
    Operator(column_assumed, "name", "column.unknown", "tree", "A usual name (id, name, date) assumed"),
    Operator(column_abbreviated, "name", "column.unknown", "tree", "A column's name cut short"),
    Operator(column_other_table, "name", "column.other_table", "tree", "The wrong alias on a column"),
    Operator(column_ambiguous, "name", "column.ambiguous", "tree", "A bare name that two tables have"),
)
