"""A question as it is asked of a wide catalog: whose data are meant, and which copy, where that isn't plain."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from random import Random

from factory.wide.catalog import Entry, Member, WideDatabase
from factory.wide.conventions import ASKED_FOR
from recipes.text_to_tables.drawing import Drawn

# Of the questions that are plain without it.
_HINTED = 0.3
_BEFORE = ("{} data: ", "{}: ", "For {}: ", "About {}: ")
_AFTER = (" This is about {}.", " I mean the {} data.", " ({} data)", " It's for {}.")
_COMPANY_BEFORE = ("{} only: ", "At {}: ", "For {}, not for us: ")
_COMPANY_AFTER = (" I mean {}'s data, not ours.", " This is about {}.", " ({} only)")
_LONG = ("formal", "rambling", "follow_up", "colloquial")


def asked(drawn: Drawn, database: WideDatabase, rng: Random) -> str:
    """The last question, with the domain where another has tables of the same kind."""
    text, member = drawn.said.question, drawn.member
    if len(database.members) < 2:
        return text
    if member.company:
        return _with(text, member.company, _COMPANY_BEFORE, _COMPANY_AFTER, drawn, rng)
    if not (rng.random() < _HINTED or unclear(drawn, database.members)):
        return text
    return _with(text, member.spoken, _BEFORE, _AFTER, drawn, rng)


def _with(
    text: str, who: str, before: tuple[str, ...], after: tuple[str, ...], drawn: Drawn, rng: Random
) -> str:  # fmt: skip
    if drawn.said.register in _LONG or rng.random() < 0.5:
        return _ended(text) + rng.choice(after).format(who)
    opening = rng.choice(before).format(who)
    return opening[0].upper() + opening[1:] + text


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!", ":)")) else f"{text}."


def unclear(drawn: Drawn, members: tuple[Member, ...]) -> bool:
    """Whether tables of another database go by a word of the needed ones."""
    own = {word for name in drawn.tables for word in nouns(drawn.member, name)}
    others = (m for m in members if m is not drawn.member and m.spoken != drawn.member.spoken)
    return any(own & set(nouns(other, table.name)) for other in others for table in other.database.tables)


def nouns(member: Member, table: str) -> tuple[str, str]:
    label = member.database.table(table).label
    return label, label.split()[-1]


def copies_of(drawn: Drawn, database: WideDatabase, kinds: Collection[str]) -> list[tuple[str, Entry]]:
    """Copies of the drawn tables, of these kinds, that a question can ask for: (table of the member, copy)."""
    found = []
    for table in drawn.tables:
        places = drawn.member.places[table]
        if len(places) == 1:
            group = database.groups[database.entry[places[0]].group]
            found += [(table, e) for e in group if e.kind in kinds and (e.kind != "filtered" or e.said)]
    return found


def asking_for(question: str, copy: Entry, rng: Random) -> str:
    """The question with a sentence that says which copy is meant."""
    sentence = rng.choice(ASKED_FOR[copy.kind]).format(plural=copy.plural, date=said_date(copy), said=copy.said)
    return f"{_ended(question)} {sentence}"


def said_date(copy: Entry) -> str:
    if copy.kind != "snapshot":
        return copy.detail
    day = datetime.strptime(copy.detail, "%Y%m%d")
    return f"{day.day} {day:%B %Y}"
