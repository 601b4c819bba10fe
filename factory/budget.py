"""A schema text that fits a budget of tokens: what the question needs least goes first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from factory.identifiers import plain
from factory.metadata import LiveColumn, LiveTable, SchemaText, schema_text

CHARACTERS_A_TOKEN = 3


def estimated_tokens(text: str) -> int:
    """Characters / 3, rounded up: about right for dates and numbers, on the high side for names and prose."""
    return -(-len(text) // CHARACTERS_A_TOKEN)


@dataclass(frozen=True, slots=True)
class Less:
    """What is left out of a schema text. Columns stand as `table.column`, a table's own comment as `table`, both
    quoted where SQL needs it."""

    samples: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a schema text is for. `needed` are the tables of the question with their columns, `hops` the foreign keys
    from there to every other table."""

    needed: Mapping[str, Collection[str]]
    hops: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Fitted:
    """`tables` are those that stay, in their order; `dropped` says in words what went."""

    tables: tuple[str, ...]
    less: Less
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    what: str
    less: Less = field(default_factory=Less)
    table: str = ""


def written(
    tables: Sequence[LiveTable], names: Sequence[str] | None, less: Less, *, descriptions: bool, samples: bool
) -> SchemaText:
    """The schema text without what `less` names."""
    return schema_text([_bare(t, less) for t in tables], names=names, descriptions=descriptions, samples=samples)


def fit(
    tables: Sequence[LiveTable],
    names: Sequence[str],
    wanted: Wanted,
    tokens: int,
    *,
    descriptions: bool = True,
    samples: bool = True,
) -> Fitted | None:
    """Drops until the text is estimated at `tokens` or fewer; None when what the question needs is longer by itself.

    In this order, within each step the farthest tables first: samples of columns that aren't needed, their comments
    and those of other tables, comments of what is needed, other tables, and last the columns that aren't needed of
    those that are. Samples of needed columns always stay.
    """
    kept, less = list(names), Less()
    text = written(tables, kept, less, descriptions=descriptions, samples=samples)
    dropped: dict[str, int] = {}
    for step in _steps([t for name in names for t in tables if t.name == name], wanted):
        if estimated_tokens(text) <= tokens:
            break
        fewer = [name for name in kept if name != step.table]
        more = Less(
            less.samples + step.less.samples, less.comments + step.less.comments, less.columns + step.less.columns
        )
        shorter = written(tables, fewer, more, descriptions=descriptions, samples=samples)
        if shorter != text:
            text, kept, less = shorter, fewer, more
            dropped[step.what] = dropped.get(step.what, 0) + max(1, len(step.less.columns))
    if estimated_tokens(text) > tokens:
        return None
    said = tuple(f"{what}={n}" if what in ("tables", "columns") else what for what, n in dropped.items())
    return Fitted(tuple(kept), less, said)


def _steps(shown: Sequence[LiveTable], wanted: Wanted) -> Iterator[_Step]:
    # Farthest first, what no link reaches before that, needed tables last; among equals the later in the text goes.
    unreached = max(wanted.hops.values(), default=0) + 1

    def nearness(at: int) -> tuple[int, int]:
        name = shown[at].name
        return (1, 0) if name in wanted.needed else (-wanted.hops.get(name, unreached), -at)

    far = [shown[at] for at in sorted(range(len(shown)), key=nearness)]
    for table in far:
        yield _Step("samples", Less(samples=_columns(table, wanted, needed=False)))
    for table in far:
        own = () if table.name in wanted.needed else (plain(table.name),)
        yield _Step("comments", Less(comments=own + _columns(table, wanted, needed=False)))
    asked = [table for table in far if table.name in wanted.needed]
    for table in asked:
        yield _Step("descriptions", Less(comments=(plain(table.name), *_columns(table, wanted, needed=True))))
    for table in far:
        if table.name not in wanted.needed:
            yield _Step("tables", table=table.name)
    for table in asked:
        for column in reversed(table.columns):
            if column.name not in table.key_columns and column.name not in wanted.needed[table.name]:
                yield _Step("columns", Less(columns=(path(table.name, column.name),)))


def _columns(table: LiveTable, wanted: Wanted, *, needed: bool) -> tuple[str, ...]:
    used = wanted.needed.get(table.name, ())
    return tuple(path(table.name, column.name) for column in table.columns if (column.name in used) is needed)


def path(table: str, column: str) -> str:
    """`table.column`, as `Less` names it."""
    return f"{plain(table)}.{plain(column)}"


def _bare(table: LiveTable, less: Less) -> LiveTable:
    if less == Less():
        return table
    columns = []
    for column in table.columns:
        at = path(table.name, column.name)
        if at in less.columns:
            continue
        if at in less.samples:
            column = LiveColumn(column.name, column.type, column.nullable, column.comment)
        columns.append(replace(column, comment=None) if at in less.comments else column)
    comment = None if plain(table.name) in less.comments else table.comment
    return replace(table, columns=tuple(columns), comment=comment)
