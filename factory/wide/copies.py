"""What gathers around a table in use: copies of its rows that differ from them, extracts, totals and views."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from factory.identifiers import plain, text_literal
from factory.records import Column, Database, Table
from factory.wide.catalog import Kind

# Of each kind's copies one gets as many as this weight says, against the others.
WEIGHTS: Mapping[Kind, int] = {
    "staging": 3,
    "archive": 2,
    "snapshot": 3,
    "old": 2,
    "draft": 2,
    "sandbox": 2,
    "year": 2,
    "summary": 2,
    "filtered": 2,
    "joined": 2,
}
_PARTS = 6
_CLOSED = 3
_MONTHS = 48


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy to be made of a table: `{source}` stands in `query` for where it is, `{parent}` for the joined one.

    `said` is what a question calls its rows: "with status 'open'", or for a joined view the other table's plural.
    """

    kind: Kind
    detail: str
    query: str
    same_columns: bool = True
    view: bool = False
    renamed: Mapping[str, str] | None = None
    parent: str = ""
    joined_as: Mapping[str, str] | None = None
    said: str = ""


def parts(table: Table) -> list[Copy]:
    """The table by year, when it can be split so; else nothing."""
    moment = _moment(table)
    years = _years(moment) if moment else []
    if table.kind != "fact" or not 2 <= len(years) <= _PARTS:
        return []
    assert moment
    return [_of_year("part", moment, year) for year in years]


def copies(database: Database, table: Table, rng: Random) -> dict[Kind, list[list[Copy]]]:
    """By kind; what stands in one inner list is made together."""
    found: dict[Kind, list[list[Copy]]] = {kind: [] for kind in WEIGHTS}
    if not table.key:
        return found
    mark = f"hash({', '.join(plain(k) for k in table.key)}, {{salt}}) % 10"
    some = f"SELECT * FROM {{source}} WHERE {mark}"

    def salted(salt: int, test: str) -> str:
        return some.replace("{salt}", str(salt)) + f" {test}"

    moment = _moment(table)
    years = _years(moment) if moment else []
    found["staging"].append([Copy("staging", "", f"{salted(1, '< 3')} UNION ALL {salted(1, '< 1')}")])
    found["old"].append([Copy("old", "", salted(2, "< 8"))])
    found["draft"].append([Copy("draft", "", salted(3, "< 6"))])
    found["sandbox"].append([Copy("sandbox", "", salted(4, "< 2"))])
    for day in _days(years, rng):
        if moment:
            later = f"{plain(moment.name)} < '{day + timedelta(1)}'"
            query = f"SELECT * FROM {{source}} WHERE {later}"
        else:
            query = salted(day.year * 12 + day.month, f"< {5 + day.month // 4}")
        found["snapshot"].append([Copy("snapshot", f"{day:%Y%m%d}", query)])
    if moment and len(years) > 2:
        cut = years[len(years) // 2]
        query = f"SELECT * FROM {{source}} WHERE {plain(moment.name)} < '{cut}-01-01'"
        found["archive"].append([Copy("archive", f"{cut}", query)])
        found["year"].append([_of_year("year", moment, year) for year in years[-1 - _CLOSED : -1]])
    found["summary"] = [[copy] for copy in _summaries(table, moment)]
    found["filtered"] = [[copy] for copy in _filtered(table)]
    found["joined"] = [[copy] for copy in _joined(database, table)]
    for options in found.values():
        rng.shuffle(options)
    return found


def _of_year(kind: Kind, moment: Column, year: int) -> Copy:
    return Copy(kind, str(year), f"SELECT * FROM {{source}} WHERE EXTRACT(YEAR FROM {plain(moment.name)}) = {year}")


def _moment(table: Table) -> Column | None:
    """The time by which rows are old or new: the first that every row has."""
    for column in table.with_role("timestamp"):
        if not column.nullable and not column.nulls and column.type in ("DATE", "TIMESTAMP") and column.values:
            return column
    return None


def _years(moment: Column) -> list[int]:
    low, high = moment.values[0], moment.values[-1]
    if not isinstance(low, (date, datetime)) or not isinstance(high, (date, datetime)):
        return []
    return list(range(low.year, high.year + 1))


def _days(years: Sequence[int], rng: Random) -> list[date]:
    """Ends of months, in random order."""
    last = years[-1] if years else 2024
    first = max(years[0] + 1, last - 3) if len(years) > 1 else last - 2
    ends = [date(y + m // 12, m % 12 + 1, 1) - timedelta(1) for y in range(first, last + 1) for m in range(1, 12)]
    return rng.sample(ends, min(_MONTHS, len(ends)))


def _summaries(table: Table, moment: Column | None) -> Iterator[Copy]:
    totals = [c for c in table.with_role("measure") if c.additive and not c.parts][:3]
    summed = "".join(f", SUM({plain(c.name)}) AS {plain(f'total_{c.name}')}" for c in totals)
    renamed = {c.name: f"total_{c.name}" for c in totals}
    for column in table.with_role("category", "place", "flag"):
        if 2 <= column.distinct <= 30 and not column.parts and "[" not in column.type:
            name = plain(column.name)
            query = f"SELECT {name}, COUNT(*) AS row_count{summed} FROM {{source}} GROUP BY {name}"
            yield Copy(
                "summary", slug(column.name), query, same_columns=False, renamed={column.name: column.name, **renamed}
            )
    if moment and totals:
        name = plain(moment.name)
        month = f"CAST(DATE_TRUNC('month', {name}) AS DATE)"
        query = f"SELECT {month} AS month, COUNT(*) AS row_count{summed} FROM {{source}} GROUP BY {month}"
        yield Copy("summary", "month", query, same_columns=False, renamed={moment.name: "month", **renamed})


def _filtered(table: Table) -> Iterator[Copy]:
    for column in table.with_role("category", "flag"):
        name = plain(column.name)
        if column.type == "BOOLEAN":
            kept = f"SELECT * FROM {{source}} WHERE {name}"
            yield Copy("filtered", slug(column.name), kept, view=True, said=column.yes or "")
        elif column.type == "VARCHAR" and not column.parts and 2 <= column.distinct <= 12:
            for value in column.values[:3]:
                kept = f"SELECT * FROM {{source}} WHERE {name} = {text_literal(str(value))}"
                said = (column.phrase or f"with {column.label} '{{}}'").format(value)
                yield Copy("filtered", slug(str(value)), kept, view=True, said=said)


def _joined(database: Database, table: Table) -> Iterator[Copy]:
    for relation in database.parents(table.name):
        parent = database.table(relation.parent)
        own = [c for c in table.columns if c.role not in ("reference", "text", "geometry") and not c.parts][:4]
        theirs = [c for c in parent.columns if c.role in ("name", "category", "place", "code") and not c.parts][:2]
        if parent.name == table.name or not theirs or len(own) < 2:
            continue
        joined_as = {c.name: f"{slug(parent.label)}_{c.name}" for c in theirs}
        if {name.lower() for name in joined_as.values()} & {c.name.lower() for c in own}:
            continue
        shown = [f"c.{plain(c.name)}" for c in own]
        shown += [f"p.{plain(name)} AS {plain(called)}" for name, called in joined_as.items()]
        query = (
            f"SELECT {', '.join(shown)} FROM {{source}} AS c JOIN {{parent}} AS p "
            f"ON c.{plain(relation.child_column)} = p.{plain(relation.parent_column)}"
        )
        yield Copy(
            "joined",
            slug(parent.label),
            query,
            same_columns=False,
            view=True,
            renamed={c.name: c.name for c in own},
            parent=parent.name,
            joined_as=joined_as,
            said=parent.plural,
        )


def slug(text: str) -> str:
    """A text as a part of a name."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text)
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")[:18].rstrip("_") or "x"
