"""Every kind of question, asked of every shipped database and answered by DuckDB."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from random import Random

import pytest

from factory.catalog import INSTANCES, Opened, opened
from factory.intents.draw import intents, known
from factory.intents.intent import Intent
from factory.intents.style import Style, draw_style, render
from factory.load_spec import spec_names
from factory.records import Database, Outcome

GEO = frozenset({"box", "farthest", "nearby", "zone_count", "zone_listing"})
# Two event tables of one parent, or columns of a nested type, which not every database has.
RARE = frozenset({"funnel", "two_facts", "json_fields", "struct_fields", "list_items", "map_entries"})
DRAWS = 10
PLAIN = Style()

# Right before a letter that doesn't sound like a vowel: "a unit", "a one-way trip".
A_BEFORE_VOWEL = re.compile(r"\ba (?!uni|use|usa|uti|eu|one\b|once)[aeiou]\w")
# "check-in in 2023", "month by month" are fine.
DOUBLED = re.compile(r"\b(?<!-)(\w+) \1\b", re.IGNORECASE)


@pytest.mark.every_database
@pytest.mark.parametrize("name", spec_names())
def test_every_kind_is_asked_and_answered(name: str) -> None:
    # Filling the four small instances takes most of the time: every second database is enough to run on all of them.
    everywhere = spec_names().index(name) % 2 == 0
    with opened(name, instances=INSTANCES if everywhere else 1) as target:
        database, wording = target.database, Wording(target.database)
        for kind, draw in known().items():
            rng = Random(f"{name}/{kind}")
            found = [intent for _ in range(DRAWS) if (intent := draw(database, rng))]
            expected = bool(database.spatial) if kind in GEO else True
            if kind.startswith("geo_"):
                # Each needs layers of its own.
                expected = bool(found) and bool(database.spatial)
            if kind.startswith("hierarchy"):
                expected = any(r.child == r.parent for r in database.relations)
            assert bool(found) == expected or kind in RARE, f"{kind} applies to {name}: {bool(found)}"
            for intent in found:
                wording.check(intent.question())
            for intent in found[:1]:
                check_answers(intent, target, rng)


@pytest.mark.parametrize("name", ["retail@17", "airline@5", "telecom@22"])
def test_variants_speak_no_identifiers(name: str) -> None:
    with opened(name, instances=1) as target:
        wording = Wording(target.database)
        for intent in islice(intents(target.database, Random(name)), 200):
            wording.check(intent.question())


def test_a_seed_always_asks_the_same() -> None:
    with opened("retail", instances=1) as first, opened("retail", instances=1) as second:
        asked = [
            [(i.question(), render(i.tree(), PLAIN)) for i in islice(intents(o.database, Random(5)), 60)]
            for o in (first, second)
        ]
    assert asked[0] == asked[1]
    assert len(set(asked[0])) > 55


def test_asking_twice_changes_nothing() -> None:
    with opened("retail", instances=1) as target:
        for intent in islice(intents(target.database, Random(6)), 40):
            assert intent.question() == intent.question()
            assert intent.tree() == intent.tree()


def test_every_kind_has_wordings_enough() -> None:
    """The same question in other voices: the words change, the query doesn't."""
    with opened("air_quality", instances=1) as target:
        for kind, draw in known().items():
            rng = Random(kind)
            intent = next((i for _ in range(200) if (i := draw(target.database, rng))), None)
            if intent is None:
                assert kind in RARE or kind.startswith("geo_"), kind
                continue
            voiced = [replace(intent, voice=voice) for voice in range(60)]
            assert len({v.question().partition(".")[0].partition("?")[0] for v in voiced}) >= 5, kind
            assert len({render(v.tree(), PLAIN) for v in voiced}) == 1, kind


def check_answers(intent: Intent, target: Opened, rng: Random) -> None:
    plain, styled = render(intent.tree(), PLAIN), render(intent.tree(), draw_style(rng))
    expected = [target.engine.run(plain, instance) for instance in range(target.engine.instances)]
    assert not [outcome.error for outcome in expected if outcome.error], plain
    found = target.engine.run(styled)
    assert found.error is None, f"{styled}\n{found.error}"
    assert rows(expected[0]) == rows(found), f"{plain}\n{styled}"


def rows(outcome: Outcome) -> list[str]:
    return sorted(map(repr, outcome.rows))


class Wording:
    """What the questions of one database must look like."""

    def __init__(self, database: Database) -> None:
        values = {
            str(v) for t in database.tables for c in t.columns if c.role in ("category", "place") for v in c.values
        }
        longest_first = sorted(values, key=lambda v: (-len(v), v))
        # The values of the data may look like anything.
        self.values = re.compile("'[^']*'|" + "|".join(rf"\b{re.escape(v)}\b" for v in longest_first))
        self.identifiers = identifiers(database)

    def check(self, question: str) -> None:
        assert question[0].isupper() or question[0].isdigit(), question
        assert question[-1] in ".?!", question
        assert not re.search(r"[_{}]| [ ,.?;:]|\.\.|\?\.|[.?] [a-z]", question), question
        assert not A_BEFORE_VOWEL.search(question), question
        rest = self.values.sub("…", question)
        assert not DOUBLED.search(rest), question
        assert not self.identifiers & set(re.findall(r"\w+", rest)), question


def identifiers(database: Database) -> set[str]:
    """Names that no English text holds by chance: of several words, and not labels."""
    spoken = {
        word
        for table in database.tables
        for text in (table.label, table.plural, *(part for c in table.columns for part in (c.label, c.plural)))
        for word in re.findall(r"\w+", text)
    }
    names = {name for t in database.tables for name in (t.name, *(c.name for c in t.columns))}
    return {name for name in names - spoken if "_" in name or re.search(r"[a-z][A-Z]", name)}
