"""What another intent asks is no wording of this one, however alike the two are."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from random import Random

import pytest

from factory.catalog import opened
from factory.intents.draw import intents
from factory.intents.intent import Intent, voice
from factory.intents.registers.changes import narrowed, other_limit, other_value, without
from factory.paraphrase import judged, references

WAYS = (other_value, without, narrowed, other_limit)


def others(intent: Intent, rng: Random) -> list[Intent]:
    """The same question with another value, a filter more or less, another number of rows."""
    changed = [change.intent for way in WAYS for _ in range(2) if (change := way(intent, rng)) is not None]
    return [one for one in changed if one.tree() != intent.tree()]


@pytest.mark.parametrize("name", ["retail@3", pytest.param("hr@5", marks=pytest.mark.slow),
                                  pytest.param("fleet_delivery@2", marks=pytest.mark.slow)])  # fmt: skip
def test_a_changed_question_is_no_wording_of_the_one_before(name: str) -> None:
    rng = Random(7)
    tried = 0
    with opened(name, instances=1) as source:
        for intent in islice(intents(source.database, rng), 12):
            known = references(intent, intent.question(), source.database)
            for other in others(intent, rng):
                for _ in range(4):
                    text = replace(other, voice=voice(rng)).question()
                    tried += 1
                    assert judged(text, known).reason, f"{text!r} for {known.said!r}"
    assert tried > 40


def test_the_intents_own_voices_are_wordings_of_it() -> None:
    """All but those that no reference happens to have: the references are a draw."""
    rng = Random(8)
    found: list[bool] = []
    with opened("retail@3", instances=1) as source:
        for intent in islice(intents(source.database, rng), 6):
            known = references(intent, intent.question(), source.database)
            for _ in range(4):
                reason = judged(replace(intent, voice=voice(rng)).question(), known).reason
                found.append(reason in ("", "paraphrase_unchanged"))
    assert sum(found) > 0.6 * len(found)
