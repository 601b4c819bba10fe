"""How hard a case is, and the evidence that all of its records carry."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from factory.recipe import Target
from factory.records import Database
from factory.wide.catalog import IN_USE, WideDatabase
from recipes.text_to_tables.case import Case, proven_on
from recipes.text_to_tables.drawing import Drawn


@dataclass(frozen=True, slots=True)
class Difficulty:
    """`lookalikes` counts what is shown of copies of the needed tables, `hops` the links from one end of them to the
    other; `bridges` are tables that nobody mentions, `passed` how many there are when parts of one count once."""

    tables: int
    lookalikes: int
    hops: int
    bridges: tuple[str, ...]
    passed: int
    shown: int

    @property
    def tags(self) -> tuple[str, ...]:
        alike = next(said for most, said in ((0, "0"), (3, "1-3"), (9, "4-9"), (999, "10+")) if self.lookalikes <= most)
        shown = next(
            said for most, said in ((20, "1-20"), (60, "21-60"), (150, "61-150"), (999, "151+")) if self.shown <= most
        )
        return (
            f"tables:{self.tables}",
            f"lookalikes:{alike}",
            f"hops:{self.hops}",
            f"bridges:{self.passed}",
            f"shown:{shown}",
        )


def difficulty(case: Case, drawn: Drawn, database: WideDatabase) -> Difficulty:
    groups = {database.entry[name].group for name in case.needed}
    alike = sum(
        database.entry[name].group in groups and name not in case.needed and database.entry[name].kind not in IN_USE
        for name in case.shown
    )
    passed = [] if case.shape == "questions" else [(name, drawn.member.places[name]) for name in drawn.bridges]
    bridges = {name: [place for place in places if place in case.needed] for name, places in passed}
    return Difficulty(
        tables=len(case.needed),
        lookalikes=alike,
        hops=hops(drawn.tables, drawn.member.database) if case.needed else 0,
        bridges=tuple(sorted(place for places in bridges.values() for place in places)),
        passed=sum(bool(places) for places in bridges.values()),
        shown=len(case.shown),
    )


def hops(tables: Sequence[str], database: Database) -> int:
    """Links between the two tables that lie farthest apart, within these tables; links by place count too."""
    links = [(r.child, r.parent) for r in database.relations] + [
        (s.point_table, s.zone_table) for s in database.spatial
    ]
    farthest = 0
    for start in tables:
        reached, step = {start}, 0
        while True:
            near = {b for a, b in (*links, *((b, a) for a, b in links)) if a in reached and b in tables} - reached
            if not near:
                break
            reached, step = reached | near, step + 1
        farthest = max(farthest, step)
    return farthest


def evidence_of(case: Case, level: Difficulty, sets: Sequence[Sequence[str]], target: Target) -> dict[str, Any]:
    """What the case is, in full: an audit has nothing else."""
    return {
        "engine": target.engine,
        "engine_version": target.engine_version,
        "shape": case.shape,
        "form": case.form,
        "shown_tables": list(case.shown),
        "needed_tables": list(case.needed),
        "minimal_sets": [json.dumps(list(tables), ensure_ascii=False) for tables in sets],
        "queries": list(case.queries),
        "questions": list(case.questions) if case.shape == "questions" else [],
        "whole_sql": case.whole,
        "named_copy": case.named,
        "bridges": list(level.bridges),
        "lookalikes": level.lookalikes,
        "hops": level.hops,
        "instances": 1 if any(proven_on(query) for query in case.queries) else target.database.instances,
    }
