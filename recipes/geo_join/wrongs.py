"""Wrong answers about places: those that run, by the ways to be wrong, and habits of PostGIS, which raise."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents.style import Style, render
from factory.mutations.silent.geo_ways import WAYS, way_of
from factory.mutations.silent.propose import operators
from factory.mutations.silent.view import View
from factory.records import Database
from recipes.geo_join.habits import habits

HABIT = "postgis_habit"
_HABIT_TYPE = "geo.other_engine"


@dataclass(frozen=True, slots=True)
class Slip:
    operator: str
    type: str
    way: str
    mistake: str
    tree: exp.Expr


def silent(tree: exp.Expr, database: Database, rng: Random, used: Counter[str]) -> list[Slip]:
    """One for each way that the query can go wrong in, those that `used` has least first."""
    known = {operator for members in WAYS.values() for operator in members}
    view = View(tree, database)
    seen = {render(tree, Style())}
    by_way: dict[str, list[Slip]] = {}
    for operator in operators():
        if operator.name not in known:
            continue
        for wrong, mistake in operator.propose(view, rng):
            text, way = render(wrong, Style()), way_of(operator.name, tree)
            if way is not None and text not in seen:
                seen.add(text)
                slip = Slip(operator.name, operator.taxonomy, way, mistake, wrong)
                by_way.setdefault(way, []).append(slip)
    found = [rng.choice(slips) for slips in by_way.values()]
    return sorted(found, key=lambda slip: used[slip.way] + 2 * rng.random())


def loud(tree: exp.Expr, rng: Random, used: Counter[str]) -> list[Slip]:
    """One for each habit that has a place in the query, those that `used` has least first."""
    found = [Slip(name, _HABIT_TYPE, HABIT, mistake, wrong) for name, mistake, wrong in habits(tree, rng)]
    return sorted(found, key=lambda slip: used[slip.operator] + 2 * rng.random())
