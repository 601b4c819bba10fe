"""A question about places: what every workflow shares, from the tables involved to what the oracle needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlglot import exp

from factory.identifiers import plain
from factory.intents.english import listed, sentence
from factory.intents.geo import spelled, template
from factory.intents.geo.crs import WGS84, Crs, stored_in
from factory.intents.geo.expectation import Expectation, Source
from factory.intents.geo.spelled import Placed
from factory.intents.intent import Intent
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_noun, column_nouns
from factory.records import Column, Table

Cell = str | int | float | bool | None


@dataclass(frozen=True, kw_only=True)
class GeoIntent(Intent):
    """`subject` are the rows asked about, placed by column `at`; `other` are the zones, lines or places beside them.

    Templates call the first `m` and the second `o`; where these are stored in different coordinate systems, `m_geom` is
    in that of `o`. `crs` is what lengths and areas are measured in; None, where
    anything is measured at all, means the ellipsoid. `form` picks the way the template is written.
    """

    workflow: ClassVar[str]
    measures: ClassVar[bool] = False
    engine: ClassVar[str] = "duckdb"
    subject: Subject
    at: Column
    other: Table | None = None
    other_at: Column | None = None
    crs: Crs | None = None
    form: int = 0

    # --- SQL

    def tree(self) -> exp.Expr:
        return template.fill(self.engine, self.workflow, self.form, self.fields())

    def _main(self) -> Scope:
        return Scope(self.subject.table, (), self.aliases, qualify=True)

    @property
    def m(self) -> str:
        return self._main().called[self.subject.table.name]

    @property
    def o(self) -> str:
        other = self.zone_table
        scope = Scope(other, (), self.aliases, qualify=True, taken=frozenset({self.m.lower()}))
        called = scope.called[other.name]
        return called if called != self.m else f"{called}2"

    @property
    def zone_table(self) -> Table:
        assert self.other is not None
        return self.other

    def fields(self) -> dict[str, str]:
        table, m = self.subject.table, self.m
        conditions = [c.sql(dialect=self.engine) for c in self.subject.conditions(self._main())]
        both = " AND ".join(f"({c})" if " OR " in c else c for c in conditions)
        found = {
            "m": m,
            "from_m": _from(table, m),
            "m_key": self.mine(table.key[0]),
            "m_cols": ", ".join(self.mine(c.name) for c in shown(table)),
            "m_geom": self.m_placed.text,
            "where": f"WHERE {both}" if both else "",
            "and": f"AND {both}" if both else "",
        }
        if self.other is not None and self.other_at is not None:
            found |= {
                "o": self.o,
                "from_o": _from(self.other, self.o),
                "o_key": self.theirs(self.other.key[0]),
                "o_cols": ", ".join(self.theirs(c.name) for c in shown(self.other)),
                "o_name": self.theirs(shown(self.other)[-1].name),
                "o_geom": self.o_placed.text,
                "m_geom": self.m_placed.put_in(self.engine, self.o_placed.stored),
            }
            if self.measures and (self.crs or self.other_at.geometry == self.at.geometry == "POINT"):
                found["distance"] = spelled.distance(self.engine, self.m_placed, self.o_placed, self.crs)
            if self.crs:
                found["o_metric"] = self.o_placed.put_in(self.engine, self.crs.code)
        if self.crs:
            found["m_metric"] = self.m_placed.put_in(self.engine, self.crs.code)
        return found

    @property
    def m_placed(self) -> Placed:
        return self.placed(self.mine(self.at.name))

    @property
    def o_placed(self) -> Placed:
        assert self.other_at is not None
        return Placed(self.theirs(self.other_at.name), _stored(self.other_at), _typed(self.other_at))

    def placed(self, text: str) -> Placed:
        """A geometry of the subject's column under another name."""
        return Placed(text, _stored(self.at), _typed(self.at))

    def near(self, metres: str) -> str:
        """Whether `m` and `o` are at most so many metres apart, in one of the ways to write that."""
        return spelled.within(self.engine, self.m_placed, self.o_placed, self.crs, metres, predicate=self.form >= 3)

    def overlap_metric(self) -> str:
        """What `o` and `m` have in common, in the system that is measured in."""
        assert self.crs is not None
        m_geom = self.m_placed.put_in(self.engine, self.o_placed.stored)
        overlap = Placed(f"ST_Intersection({self.o_placed.text}, {m_geom})", self.o_placed.stored)
        return overlap.put_in(self.engine, self.crs.code)

    def mine(self, column: str) -> str:
        return f"{plain(self.m)}.{plain(column)}"

    def theirs(self, column: str) -> str:
        return f"{plain(self.o)}.{plain(column)}"

    # --- English

    def wordings(self) -> tuple[str, ...]:
        """Five questions or more for the same answer; `{show}` stands for the sentence that names the output."""
        raise NotImplementedError

    def outputs(self) -> list[str]:
        """The columns of the answer, as words."""
        return self.my_nouns()

    def question(self) -> str:
        said = self.choose(*self.wordings()).replace("{show}", self.show(f"the {listed(self.outputs())}"))
        return " ".join([sentence(said), *self.details()])

    def details(self) -> list[str]:
        """Sentences after the question, such as how distances are measured."""
        return [self.measured()] if self.measures else []

    def measured(self) -> str:
        if self.crs is None:
            return self.aside(
                "Measure on the WGS 84 ellipsoid.",
                "Distances are geodesic (WGS 84).",
                "Use geodesic distances on the WGS 84 spheroid.",
            )
        return self.aside(
            f"Measure in {self.crs.said}.",
            f"Use {self.crs.said} for all measurements.",
            f"Project to {self.crs.said} to measure.",
        )

    @property
    def what(self) -> str:
        return self.subject.said()

    def my_nouns(self) -> list[str]:
        return _nouns(self.subject.table)

    def their_nouns(self) -> list[str]:
        return _nouns(self.zone_table)

    def group_noun(self, column: Column) -> str:
        """What a group is called: a bare "type" says too little, "state" says enough."""
        qualified = column.role != "place" and " " not in column.label
        return column_noun(self.subject.table, column, qualified=qualified)

    @property
    def zone_noun(self) -> str:
        """What tells the rows beside the subject apart: "name", or "code" where they have no name."""
        return shown(self.zone_table)[-1].label

    def nouns(self) -> str:
        """ "IDs and names" of the subject."""
        return listed([column_nouns(c) for c in shown(self.subject.table)])

    # --- what the oracle needs

    def expected(self) -> Expectation:
        crs = self.crs.code if self.crs else None
        return Expectation(self.workflow, self.sources(), crs, {**self.parameters()})

    def parameters(self) -> Mapping[str, Any]:
        return {}

    def extras(self) -> tuple[str, ...]:
        """Columns of the subject that the oracle needs after those shown."""
        return ()

    def other_extras(self) -> tuple[str, ...]:
        return ()

    def other_where(self) -> str:
        """A plain condition on the other table, with its WHERE."""
        return ""

    def sources(self) -> dict[str, Source]:
        fields, spelling = self.fields(), spelled.SPELLINGS[self.engine]
        mine = (*(c.name for c in shown(self.subject.table)), *self.extras())
        selected = ", ".join([*map(self.mine, mine), spelling.hexadecimal(self.mine(self.at.name))])
        text = f"SELECT {selected} FROM {fields['from_m']} {fields['where']}".strip()
        found = {"rows": Source(text, mine, len(shown(self.subject.table)), _stored(self.at))}
        if self.other is not None and self.other_at is not None:
            theirs = (*(c.name for c in shown(self.other)), *self.other_extras())
            selected = ", ".join([*map(self.theirs, theirs), spelling.hexadecimal(self.theirs(self.other_at.name))])
            text = f"SELECT {selected} FROM {fields['from_o']} {self.other_where()}".strip()
            found["others"] = Source(text, theirs, len(shown(self.other)), _stored(self.other_at))
        return found


def _from(table: Table, called: str) -> str:
    return plain(table.name) if called == table.name else f"{plain(table.name)} AS {plain(called)}"


def _stored(column: Column) -> int:
    return (stored_in(column) or WGS84).code


def _typed(column: Column) -> bool:
    return column.type != "GEOMETRY"


def _nouns(table: Table) -> list[str]:
    return [column_noun(table, c, qualified=i == 0) for i, c in enumerate(shown(table))]
