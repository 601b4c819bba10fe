"""Why a query needs a table, in a line that is read off the query, as far as the prompt shows what it says."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from factory.wide.catalog import Entry, WideDatabase
from factory.wide.queries import parsed, tables_in, written
from factory.wide.text import Form

_COLUMNS = 4
_NOT = {
    "staging": "has unchecked rows",
    "archive": "has old rows only",
    "snapshot": "is the state of one day",
    "old": "is from before the migration",
    "draft": "is not in use yet",
    "sandbox": "is a sample",
    "year": "has one year only",
    "summary": "has totals only",
    "filtered": "has some of the rows only",
    "joined": "has some of the columns only",
}
_IS = {
    "staging": "the load that the question asks for",
    "archive": "the archive that the question asks for",
    "snapshot": "the state of the day that the question asks for",
    "old": "the state before the migration that the question asks for",
    "draft": "the version in preparation that the question asks for",
    "sandbox": "the sample that the question asks for",
    "year": "the extract that the question asks for",
    "summary": "the totals that the question asks for",
    "filtered": "the view that the question asks for",
    "joined": "the view that the question asks for",
}


def reasons(query: str, database: WideDatabase, shown: frozenset[str], form: Form) -> Mapping[str, str]:
    """Table → reason, for the tables of the query. Where only names are shown, none says what columns a table has."""
    tree = parsed(query)
    needed = tables_in(tree)
    return {name: _reason(name, needed, tree, database, shown, form) for name in needed}


def _reason(
    name: str, needed: tuple[str, ...], tree: exp.Expr, database: WideDatabase, shown: frozenset[str], form: Form
) -> str:
    entry = database.entry[name]
    used = columns_used(name, tree, entry)
    said = [column for column in used if _tells(entry, column)]
    others = [other for other in needed if other != name]
    if entry.kind == "part":
        parts = sum(database.entry[other].group == entry.group for other in needed)
        text = f"the {entry.plural} of {entry.detail}" + ("; no table has all years" if parts > 1 else "")
    elif form == "names":
        text = "links the others" if len(others) > 1 and used and not said else _holds(entry)
    elif said:
        text = f"has {_listed(said[:_COLUMNS])}"
    elif len(others) > 1 and used:
        text = f"links the others by {_listed(used[:_COLUMNS])}"
    elif used:
        text = f"has {_listed(used[:_COLUMNS])}"
    else:
        text = _holds(entry)
    if entry.kind in _IS:
        return _IS[entry.kind] if form == "names" else f"{_IS[entry.kind]}, {text}"
    return text + _unlike(entry, database, shown)


def _unlike(entry: Entry, database: WideDatabase, shown: frozenset[str]) -> str:
    """Why not the copy that stands beside a table in use."""
    alike = [e for e in database.groups[entry.group] if e.name in shown and e.kind in _NOT]
    return f"; {alike[0].name} {_NOT[alike[0].kind]}" if alike and entry.kind == "table" else ""


def columns_used(name: str, tree: exp.Expr, entry: Entry) -> list[str]:
    """Columns of the table that the query names, in the table's order."""
    called = {node.alias_or_name for node in tree.find_all(exp.Table) if written(node) == name}
    sole = len(tables_in(tree)) == 1
    names = {
        column.name.lower()
        for column in tree.find_all(exp.Column)
        if column.table in called or (not column.table and (sole or _sole_source(column, called)))
    }
    return [column.name for column in entry.columns if column.name.lower() in names]


def _sole_source(column: exp.Expr, called: set[str]) -> bool:
    select = column.find_ancestor(exp.Select)
    start = select.args.get("from_") if select is not None else None
    joins = select.args.get("joins") if select is not None else None
    return start is not None and not joins and start.this.alias_or_name in called


def useless_reason(name: str, query: str, database: WideDatabase, shown: frozenset[str], form: Form) -> str:
    """What somebody would say who picks a table that isn't needed: of a copy the same as of the right one."""
    entry, tree = database.entry[name], parsed(query)
    if form == "names":
        return _holds(entry) + _unlike(entry, database, shown)
    alike = [other for other in tables_in(tree) if database.entry[other].group == entry.group]
    used = {column for other in alike for column in columns_used(other, tree, database.entry[other])}
    named = [column.name for column in entry.columns if _tells(entry, column.name)] or [c.name for c in entry.columns]
    said = [column for column in named if column in used][:_COLUMNS]
    return f"has {_listed(said or named[:2])}" + _unlike(entry, database, shown)


def _holds(entry: Entry) -> str:
    return f"its rows are the {entry.plural}"


def _tells(entry: Entry, name: str) -> bool:
    column = next(c for c in entry.columns if c.name == name)
    return column.role not in ("key", "reference")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
