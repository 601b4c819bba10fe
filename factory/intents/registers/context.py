"""Who asks, and why: sentences around a question that are believable for its database and restrict nothing.

They speak of people, meetings and reasons only, never of values, dates in the data or other conditions.
"""

from __future__ import annotations

import re
from random import Random

from factory.intents.english import article, words
from factory.intents.intent import Intent
from factory.intents.registers import occasions
from factory.intents.registers.parts import subjects
from factory.intents.registers.prose import lower_first, one_of
from factory.records import Database, Table

_ORGANISATIONS = words(
    "agency airline airport authority bank broker carrier chain clinic club college company council firm fleet group "
    "hospital hotel insurer library manufacturer museum network office operator platform provider publisher restaurant "
    "retailer school service shop store supplier university utility"
)


class Context:
    """One asker: the meeting, the paper and the people stay the same through a message."""

    def __init__(self, intent: Intent, database: Database, rng: Random) -> None:
        self.rng = rng
        own = next((s.table for s in subjects(intent)), database.tables[0])
        linked = [r.parent for r in database.parents(own.name)] + [r.child for r in database.children(own.name)]
        others = [t for t in database.tables if t.name in linked and t.name != own.name] or [own]
        self.place = _place(database)
        self.said = self._drawn(own, rng.choice(others))

    def opening(self) -> list[str]:
        """One or two sentences that lead up to a question."""
        draw = self.rng.random()
        if draw < 0.2:
            options = [one for one in occasions.SELVES if self.place or "{place}" not in one]
            return [self._said(self.rng.choice(options))]
        if draw < 0.3:
            return [self._said(self.rng.choice(occasions.EXCUSES))]
        frame = self.rng.choice(occasions.FRAMES)
        excuses = [one for one in occasions.EXCUSES if "{name}" not in one or "name}" not in frame]
        return [self._said(one) for one in (frame, *([self.rng.choice(excuses)] if draw > 0.75 else []))]

    def after_comma(self, sentence: str) -> str:
        """Without its capital, unless it starts with a name."""
        return (
            sentence if sentence.split(" ", 1)[0].rstrip(",") in occasions.NAMES.split("|") else lower_first(sentence)
        )

    def link(self, *, asking: bool) -> str:
        """What stands before a question (`asking`) or a wish; often nothing."""
        return one_of(self.rng, occasions.ASKING if asking else occasions.LINKS)

    def greeting(self) -> str:
        return self._said(one_of(self.rng, occasions.GREETINGS))

    def closing(self) -> str:
        return self._said(one_of(self.rng, occasions.AFTER))

    def reason(self) -> str:
        """ "for a memo on orders", "ahead of the audit on Monday"."""
        return self._said(self.rng.choice(occasions.REASONS))

    def _said(self, frame: str) -> str:
        text = frame.format(**self.said)
        return text[:1].upper() + text[1:]

    def _drawn(self, own: Table, other: Table) -> dict[str, str]:
        rng = self.rng
        names = rng.sample(occasions.NAMES.split("|"), 3)
        said = {"name": names[0], "other": names[1], "team": one_of(rng, occasions.TEAMS), "place": self.place}
        said |= {"many": own.plural, "more": other.plural, "role": one_of(rng, occasions.ROLES)}
        said |= {
            "paper": one_of(rng, occasions.PAPERS),
            "event": one_of(rng, occasions.EVENTS),
            "doing": one_of(rng, occasions.DOING),
        }
        said |= {"day": one_of(rng, occasions.DAYS), "asked": one_of(rng, occasions.ASKED)}
        said |= {"gap": one_of(rng, occasions.GAPS), "fault": one_of(rng, occasions.FAULTS)}
        said |= {"come": one_of(rng, occasions.COME), "check": one_of(rng, occasions.CHECK)}
        said |= {"figure": one_of(rng, occasions.FIGURES), "blank": one_of(rng, occasions.BLANKS)}
        said |= {"learn": one_of(rng, occasions.LEARN), "question": one_of(rng, occasions.QUESTION)}
        said["disagree"] = one_of(rng, occasions.DISAGREE)
        said["somebody"] = one_of(rng, occasions.SOMEBODY).format(team=said["team"], name=names[2])
        said["day_ahead"] = f"before the {said['event']} {said['day']}"
        said["boss"] = one_of(rng, occasions.BOSSES).format(team=said["team"], name=names[2])
        topics = occasions.TOPIC.split("|") if own.plural != other.plural else occasions.TOPIC.split("|")[:5]
        said["topic"] = rng.choice(topics).format(**said)
        said |= {f"a_{noun}": article(said[noun]) for noun in ("role", "paper", "event")}
        return said | {name.capitalize(): word[:1].upper() + word[1:] for name, word in said.items()}


def _place(database: Database) -> str:
    """ "a retail chain with a web shop"; empty where the title names no organisation."""
    title = database.title.rstrip(".")
    if not title or re.split(r" (?:with|of|sold|for|in) ", title)[0].split()[-1].lower() not in _ORGANISATIONS:
        return ""
    return article(lower_first(title))
