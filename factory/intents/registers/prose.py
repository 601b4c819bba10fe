"""Text that is rewritten without touching the values in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from factory.intents.english import words
from factory.intents.intent import Intent
from factory.intents.registers.parts import every_filter
from factory.records import Database

_NAMES = words(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August September "
    "October November December"
)
_QUOTED = re.compile(r"(?<!\w)'[^']*'(?!\w)")
_FIRST_MASK = 0xE000
_ENDS = re.compile(r"(?<=[.?!]) +(?=[A-Z\ue000-\uf8ff])")
_ABBREVIATED = re.compile(r"\b(?:[A-Z]|St|Mr|Dr|No|vs|approx)\.$")


class Masked:
    """The values of an intent's filters, and all that is quoted, stand in the text as one private character each."""

    def __init__(self, text: str, intent: Intent) -> None:
        self.hidden: list[str] = []
        text = _QUOTED.sub(lambda m: self._hide(m[0]), text)
        for value in _spoken_values(intent):
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", lambda m: self._hide(m[0]), text)
        self.text = text

    def _hide(self, value: str) -> str:
        self.hidden.append(value)
        return chr(_FIRST_MASK + len(self.hidden) - 1)

    def value(self, mask: str) -> str:
        return self.hidden[ord(mask) - _FIRST_MASK]

    def put(self, mask: str, value: str) -> None:
        """Another text for what the mask stands for."""
        self.hidden[ord(mask) - _FIRST_MASK] = value

    def shown(self, text: str) -> str:
        # From the last on: a value that was hidden later may hold one that was hidden before.
        for i in reversed(range(len(self.hidden))):
            text = text.replace(chr(_FIRST_MASK + i), self.hidden[i])
        return text


def _spoken_values(intent: Intent) -> list[str]:
    """Values that phrases speak without quotes, as in "living in The Hague"; longest first."""
    found: list[str] = []
    for one in every_filter(intent):
        values = (getattr(one, "value", None), *getattr(one, "values", ()))
        found += [v for v in values if isinstance(v, str) and v not in found]
    return sorted(found, key=lambda v: (-len(v), v))


def reworded(
    intent: Intent, change: Callable[[str], str], finish: Callable[[Masked, str], str] = lambda _, text: text
) -> str:
    """The intent's question after `change`, which doesn't get to see values; `finish` may alter those too."""
    masked = Masked(intent.question(), intent)
    return masked.shown(finish(masked, change(masked.text)))


def sentences(text: str) -> list[str]:
    parts: list[str] = []
    for part in _ENDS.split(text):
        if parts and _ABBREVIATED.search(parts[-1]):
            parts[-1] += f" {part}"
        else:
            parts.append(part)
    return parts


def lower_first(text: str) -> str:
    """Without the capital of a sentence's start; acronyms, days, months and "I" keep theirs."""
    word = text.split(" ", 1)[0].rstrip(".,:;?!")
    if len(word) > 1 and any(c.isupper() or c.isdigit() for c in word[1:]):
        return text
    return text if word == "I" or word.startswith("I'") or word in _NAMES else text[:1].lower() + text[1:]


def one_of(rng: Random, options: str) -> str:
    """One of the texts that bars keep apart."""
    return rng.choice(options.split("|")).strip()


def swapped(text: str, groups: Sequence[tuple[str, str]], rng: Random, chance: float = 0.6) -> str:
    """Each pattern's matches by one of the texts (kept apart by bars) that mean the same, with some chance."""
    for pattern, options in groups:
        choices = options.split("|")

        def instead(match: re.Match[str], choices: list[str] = choices) -> str:
            if rng.random() >= chance:
                return match[0]
            chosen = match.expand(rng.choice(choices))
            return chosen[:1].upper() + chosen[1:] if match[0][:1].isupper() else chosen

        text = re.sub(pattern, instead, text)
    return text


def own_words(database: Database) -> str:
    """All that the database calls its columns: words in it are no wording to play with."""
    return " ".join(
        f"{c.label} {c.plural} {c.phrase or ''} {c.more or ''} {c.less or ''} {c.yes or ''} {c.no or ''} "
        f"{c.missing or ''} {c.most or ''} {c.least or ''}"
        for t in database.tables
        for c in t.columns
    )
