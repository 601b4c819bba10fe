"""What another engine's habit looks like in a DuckDB query, and how one explains it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random
from typing import NamedTuple

from factory.mutations.edits import Edit, Mutation
from factory.mutations.layout.sites import Layout, some

_LONG = 60


class Habit(NamedTuple):
    """`text` is what a user of `engine` writes and `name` the word in it that DuckDB stumbles over.

    `why` is set when DuckDB knows that word but not this use of it.
    """

    engine: str
    name: str
    text: str
    why: str = ""


class Place(NamedTuple):
    """A piece of the query that another engine would write differently.

    `own` is DuckDB's word for it, or "" if DuckDB needs none.
    """

    start: int
    end: int
    own: str
    habits: tuple[Habit, ...]


def one_line(text: str) -> str:
    return " ".join(text.split())


def explain(habit: Habit, own: str, rng: Random) -> str:
    name, engine, why = habit.name, habit.engine, habit.why
    if why:
        return rng.choice(
            (
                f"`{name}` is used the way {engine} does it, but {why}.",
                f"This is how {engine} uses `{name}`; {why}.",
                f"`{name}` doesn't work like this outside {engine}: {why}.",
            )
        )
    counterpart = f" Its counterpart here is `{own}`." if own else ""
    does = f"does what `{own}` does here" if own else "writes such a value"
    return rng.choice(
        (
            f"`{name}` belongs to {engine}; DuckDB doesn't have it.",
            f"DuckDB doesn't know `{name}`, which comes from {engine}.{counterpart}",
            f"The query uses `{name}` from {engine}, and there is nothing of that name in DuckDB.",
            f"There is no `{name}` in DuckDB: that is how {engine} {does}.",
        )
    )


def carried_over(
    operator: str, at: Layout, places: Iterable[Place], rng: Random, *, together: bool = False
) -> Iterator[Mutation]:
    """One habit per mutation, wherever the same text occurs (SELECT and GROUP BY).

    With `together` the habit shows in all places, whatever their text.
    """
    groups: dict[str, list[Place]] = {}
    for place in places:
        if place.habits:
            groups.setdefault("" if together else at.text[place.start : place.end], []).append(place)
    for same in some(rng, list(groups.values())):
        first = same[0]
        index = rng.randrange(len(first.habits))
        habit = first.habits[index]
        edits = tuple(Edit(place.start, place.end, place.habits[index].text) for place in same)
        shown = one_line(at.text[first.start : first.end])
        short = len(shown) <= _LONG
        options: tuple[str, ...]
        if len({place.habits[index].text for place in same}) > 1:
            options = (f"Write such values as `{shown}`.", f"Use DuckDB's form throughout, as in `{shown}`.")
        elif short:
            options = (
                f"Use `{shown}`.",
                f"Write `{shown}` instead.",
                f"Replace `{habit.name}`: write `{shown}`.",
            )
        else:
            options = (
                f"Use `{first.own}` instead of `{habit.name}`.",
                f"Write it with `{first.own}`.",
                f"Replace `{habit.name}` by `{first.own}`.",
            )
        yield Mutation(operator, edits, explain(habit, first.own, rng), rng.choice(options))
