"""Funnels count parents once, and a second step only after the first."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from random import Random

import pytest

from factory.catalog import opened
from factory.intents.kinds.funnel import Funnel, draw
from factory.intents.registers import speak
from factory.intents.rewrites.realise import realisations
from factory.intents.style import Style, render
from factory.mutations.silent.propose import neighbours


@pytest.mark.parametrize("name", ["hr", "hospital@8"])
def test_both_forms_count_what_the_rows_say(name: str) -> None:
    with opened(name) as source:
        drawn = [i for n in range(40) if isinstance(i := draw(source.database, Random(n)), Funnel)]
        assert len(drawn) > 6
        for intent in islice((i for i in drawn if not i.subject.restricted), 4):
            for instance in range(source.engine.instances):
                rows = [
                    source.engine.run(render(replace(intent, form=form, percent=False).tree(), Style()), instance).rows
                    for form in ("exists", "joined")
                ]
                assert rows[0] == rows[1] == ((counted(intent, source, instance)),)


def counted(intent: Funnel, source: object, instance: int) -> tuple[int, int]:
    def events(table: str, owner: str, time: str) -> list[tuple[object, object]]:
        return source.engine.run(f'SELECT "{owner}", "{time}" FROM "{table}"', instance).rows  # type: ignore[attr-defined]

    first: dict[object, object] = {}
    for who, when in events(intent.subject.table.name, intent.relation.child_column, intent.time.name):
        if who is not None:
            first[who] = min(first.get(who, when), when)  # type: ignore[type-var]
    later = {
        who
        for who, when in events(intent.second.name, intent.second_relation.child_column, intent.second_time.name)
        if who in first and when is not None and when > first[who]  # type: ignore[operator]
    }
    return len(first), len(later)


def test_it_is_said_rewritten_and_missed_like_any_other() -> None:
    with opened("hr", instances=2) as source:
        for n in range(8):
            rng = Random(n)
            intent = draw(source.database, rng)
            assert intent is not None
            said, words = speak(intent, source.database, rng)
            assert words.question
            assert neighbours(said.tree(), source.database, rng, 5)
            right = source.engine.run(render(said.tree(), Style())).rows
            for _, tree in realisations(said.tree(), source.database, rng):
                assert source.engine.run(render(tree, Style())).rows == right
