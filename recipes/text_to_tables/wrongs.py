"""Answers to reject, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from factory.intents.style import Style, render
from factory.wide.catalog import IN_USE, Entry, WideDatabase
from factory.wide.queries import Alternative, in_place, tables_in
from recipes.text_to_tables.case import ANSWERS, BEYOND, FEWER, LOOKALIKE, MISSES, REFUSES, USELESS, Case, Wrong
from recipes.text_to_tables.drawing import Drawn

_STYLE = Style()
_WEIGHTS = {LOOKALIKE: 4.0, MISSES: 6.0, USELESS: 2.5, REFUSES: 1.0}
_LOOKALIKES = 3
# Whoever misses a table misses what the question doesn't name.
_MISSED_BRIDGE = 0.7


def wrongs(
    case: Case, drawn: Drawn, others: Sequence[Alternative], database: WideDatabase, rng: Random
) -> tuple[Wrong, ...]:
    """For one question: alternatives until one is proven wrong."""
    if not case.needed:
        return _answers_anyway(case, drawn, database, rng)
    found: dict[str, list[Wrong]] = {kind: [] for kind in _WEIGHTS}
    swapped = [o for o in others if len({new for _, new in o.swapped}) == 1 and o.tables]
    for other in rng.sample(swapped, min(_LOOKALIKES, len(swapped))):
        found[LOOKALIKE].append(Wrong(LOOKALIKE, other.tables))
    if len(case.needed) > 1:
        passed = sorted(place for name in drawn.bridges for place in drawn.member.places[name] if place in case.needed)
        gone = rng.choice(passed if passed and rng.random() < _MISSED_BRIDGE else case.needed)
        found[MISSES].append(Wrong(MISSES, tuple(name for name in case.needed if name != gone)))
    if more := _useless(case, drawn, database, rng):
        found[USELESS].append(Wrong(USELESS, tuple(sorted((*case.needed, more)))))
    found[REFUSES].append(Wrong(REFUSES, ()))
    order = sorted(_WEIGHTS, key=lambda kind: rng.random() ** (1 / _WEIGHTS[kind]), reverse=True)
    return tuple(wrong for kind in order for wrong in found[kind])


def _useless(case: Case, drawn: Drawn, database: WideDatabase, rng: Random) -> str:
    """A table next to the needed ones, else one that is as much in use."""
    used = [e for e in database.entries if e.kind in IN_USE and e.name in case.shown and e.name not in case.needed]
    own = [e.name for e in used if e.member == drawn.at]
    near = {r.parent for r in drawn.member.database.relations if r.child in drawn.tables}
    near |= {r.child for r in drawn.member.database.relations if r.parent in drawn.tables}
    next_to = [name for name in own if any(name in drawn.member.places[table] for table in sorted(near))]
    choices = next_to or own or [e.name for e in used]
    return rng.choice(choices) if choices else ""


def _answers_anyway(case: Case, drawn: Drawn, database: WideDatabase, rng: Random) -> tuple[Wrong, ...]:
    """What is left of the tables that the question needs, or the tables that share most words with it."""
    own = [place for name in drawn.tables for place in drawn.member.places[name] if place in case.shown]
    words = set(re.findall(r"[a-z]{4,}", " ".join(case.questions).lower()))
    used = [e for e in database.entries if e.kind in IN_USE and e.name in case.shown and e.name not in own]
    alike = sorted(used, key=lambda e: (-len(words & _words(e)), rng.random()))[: rng.choice((1, 1, 2))]
    picked = {*own, *(e.name for e in alike)} if not own or rng.random() < 0.5 else set(own)
    return (Wrong(ANSWERS, tuple(sorted(picked))),) if picked else ()


def _words(entry: Entry) -> set[str]:
    said = [entry.label, entry.plural, *(text for c in entry.columns for text in (c.label, c.plural))]
    return set(re.findall(r"[a-z]{4,}", " ".join(said).lower()))


def wrong_questions(
    case: Case, bucket: Sequence[Drawn], others: Sequence[Drawn], rng: Random
) -> tuple[Wrong, ...]:  # fmt: skip
    """Questions about tables beyond those that are shown, or about fewer."""
    member = bucket[0].member
    own = set(bucket[0].tables)
    found = []
    for drawn in others:
        tables = set(drawn.tables)
        query = render(in_place(drawn.tree, member, {}), _STYLE)
        question = " ".join(drawn.said.question.split())
        if question in case.questions or not tables & own:
            continue
        if not tables <= own:
            found.append(Wrong(BEYOND, case.needed, question, query))
        elif tables < own:
            found.append(Wrong(FEWER, tables_in(in_place(drawn.tree, member, {})), question, query))
    rng.shuffle(found)
    wanted = rng.choice((BEYOND, FEWER))
    return tuple(sorted(found, key=lambda wrong: wrong.kind != wanted)[:4])
