"""Tables that don't exist: misspelt, in the wrong number, without prefix, by their label, elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from factory.identifiers import NEVER_BARE
from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import layout, some
from factory.mutations.layout.spelling import misspell_name, plural, singular, slug
from factory.mutations.layout.wording import Wording
from factory.mutations.query import Query, TableUse
from factory.records import Database

_PREFIXES = ("dim_", "fact_", "fct_", "tbl_", "stg_", "t_", "brg_", "lyr_", "d_", "f_")

_MISSPELT = Wording(
    (
        "The schema has no table `{wrong}`: the name is misspelt, it should be `{right}`.",
        "`{wrong}` is a typo. The catalog knows `{right}` but nothing called `{wrong}`.",
        "The engine looks up `{wrong}` in the catalog and finds nothing, because the table is spelt `{right}`.",
    ),
    ("Correct the table name to `{right}`.", "Spell the table `{right}`."),
)
_NUMBER = Wording(
    (
        "The query reads from `{wrong}`, but the schema calls the table `{right}`; the {number} names nothing.",
        "There is no table `{wrong}`. The schema has `{right}`, and a table's name has to match to the letter.",
        "`{wrong}` does not exist: it is the {number} of a table that the catalog lists as `{right}`.",
    ),
    ("Read from `{right}` instead.", "Use the table's real name, `{right}`."),
)
_PREFIX = Wording(
    (
        "Tables here carry a prefix, so `{wrong}` is not in the catalog; its full name is `{right}`.",
        "`{wrong}` lacks the prefix `{prefix}` that this table has in the schema, so the engine doesn't find it.",
        "No table is called plain `{wrong}`: the schema lists it as `{right}`.",
    ),
    ("Write the name with its prefix: `{right}`.", "Put `{prefix}` back in front: `{right}`."),
)
_LABEL = Wording(
    (
        "`{wrong}` is how people speak of this data, not the name of a table; the schema calls it `{right}`.",
        "The catalog has no table `{wrong}`. That is the everyday word for what `{right}` stores.",
        "The query takes an everyday word for a table's name: `{wrong}` doesn't exist, `{right}` does.",
    ),
    ("Replace it by `{right}`.", "Use `{right}`, the name in the schema."),
)
_SCHEMA = Wording(
    (
        "`{schema}` is a habit from another database: no schema of that name exists here, so `{wrong}` "
        "can't be "
        "resolved.",
        "The table exists, but not inside a schema called `{schema}`; the engine looks for that schema and fails.",
        "`{wrong}` asks for a schema `{schema}` that this database doesn't have.",
    ),
    ("Drop the qualifier and write just `{right}`.", "Refer to the table as `{right}`."),
)


def _renamed(
    operator: str, query: Query, rng: Random, wording: Wording, rename: Callable[[TableUse], str]
) -> Iterator[Mutation]:
    at = layout(query)
    uses = [use for use in query.table_uses if at.is_base(use)]
    taken = {name.lower() for name in (*query.database.by_name, *at.ctes)} | NEVER_BARE
    for use in some(rng, uses):
        wrong, right = rename(use), use.node.name
        if not wrong or wrong.lower() in taken:
            continue
        text = f'"{wrong}"' if query.text[use.start] == '"' else wrong
        names = {
            "number": "plural" if len(wrong) > len(right) else "singular",
            "prefix": right[: len(right) - len(wrong)],
            "schema": wrong.partition(".")[0],
        }
        edits = (Edit(use.start, use.end, text),)
        yield wording.fault(operator, edits, rng, wrong=wrong, right=right, **names)


def table_misspelt(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    return _renamed("table_misspelt", query, rng, _MISSPELT, lambda use: misspell_name(use.node.name, rng))


def table_number(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    def rename(use: TableUse) -> str:
        name: str = use.node.name
        other = singular(name)
        return other if other != name else plural(name)

    return _renamed("table_number", query, rng, _NUMBER, rename)


def table_prefix_dropped(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    def rename(use: TableUse) -> str:
        name: str = use.node.name
        prefix = next((p for p in _PREFIXES if name.lower().startswith(p)), "")
        return name[len(prefix) :] if prefix and len(name) > len(prefix) + 2 else ""

    return _renamed("table_prefix_dropped", query, rng, _PREFIX, rename)


def table_label(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    def rename(use: TableUse) -> str:
        name, table = use.node.name.lower(), use.table
        words = (slug(table.label), slug(table.plural)) if table else ()
        near = ("", name, plural(name), singular(name))
        return rng.choice([word for word in words if word not in near] or [""])

    return _renamed("table_label", query, rng, _LABEL, rename)


def schema_unknown(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    def rename(use: TableUse) -> str:
        quoted = query.text[use.start] == '"'
        return "" if quoted or use.node.args.get("db") else f"{rng.choice(('public', 'dbo'))}.{use.node.name}"

    return _renamed("schema_unknown", query, rng, _SCHEMA, rename)


OPERATORS: tuple[Operator, ...] = (
    Operator(table_misspelt, "name", "table.unknown", "tree", "A table's name is misspelt"),
    Operator(table_number, "name", "table.unknown", "tree", "Plural for a singular table name or back"),
    Operator(table_prefix_dropped, "name", "table.unknown", "tree", "dim_, fact_ or another prefix left out"),
    Operator(table_label, "name", "table.unknown", "tree", "What people call a table taken for its name"),
    Operator(schema_unknown, "name", "schema.unknown", "tree", "A table looked for in public or dbo"),
)
