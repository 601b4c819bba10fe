"""All that an intent itself can say: the wordings that are known to be faithful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from factory.intents.intent import Intent, voice
from factory.intents.registers import speak
from factory.intents.registers.parts import every_filter
from factory.intents.registers.prose import own_words
from factory.paraphrase.canonical import canonical
from factory.paraphrase.lexicon import Lexicon
from factory.records import Database

_VOICES, _REGISTERS = 160, 20


@dataclass(frozen=True, slots=True)
class References:
    """`said` is the question itself; `canonical` has it and every other wording as the row of things that it says."""

    said: str
    canonical: frozenset[tuple[str, ...]]
    values: tuple[str, ...]
    lexicon: Lexicon

    def of(self, text: str) -> tuple[str, ...]:
        return canonical(text, self.values, self.lexicon)


def references(intent: Intent, said: str, database: Database) -> References:
    """The intent in many voices and in every register, and the question as it was said."""
    values, lexicon = _values(intent), _lexicon(database)
    rng = Random(f"references:{said}")
    texts = [said, intent.question()]
    texts += [replace(intent, voice=voice(rng)).question() for _ in range(_VOICES)]
    for _ in range(_REGISTERS):
        same, other = speak(replace(intent, voice=voice(rng)), database, rng)
        # A follow-up asks something else than the intent.
        if not other.earlier and replace(same, voice=intent.voice) == intent:
            texts.append(other.question)
    found = frozenset(canonical(text, values, lexicon) for text in texts)
    return References(said, found, values, lexicon)


def _values(intent: Intent) -> tuple[str, ...]:
    """Literals as phrases speak them without quotes, as in "living in The Hague"."""
    found: list[str] = []
    for one in every_filter(intent):
        values: Sequence[object] = (getattr(one, "value", None), *getattr(one, "values", ()))
        found += [value for value in values if isinstance(value, str) and value not in found]
    return tuple(found)


def _lexicon(database: Database) -> Lexicon:
    tables = " ".join(f"{t.name} {t.label} {t.plural}" for t in database.tables)
    columns = " ".join(f"{c.name} {c.label} {c.plural} {c.unit or ''}" for t in database.tables for c in t.columns)
    verbs = " ".join(f"{r.verb} {r.verb_negative} {r.inverse}" for r in database.relations)
    return Lexicon(f"{tables} {columns}".lower(), f"{own_words(database)} {verbs}".lower())
