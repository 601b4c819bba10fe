"""What follows a noun: the kinds of restrictions English knows, and the order in which they read well.

"orders in the north worth more than $50, paid by card, with a note, that were returned": each restriction is put by the
word that it begins with, so that none seems to belong to the noun inside another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from factory.intents.english import listed, words

Kind = Literal["preposition", "comparison", "participle", "with", "relative", "whose"]

_PREPOSITIONS = words(
    "about against among at by during for from in of on outside over since through to under via within"
)
_COMPARISONS = words(
    "above after before below faster fewer heavier larger less lighter longer more shorter slower smaller taller worth"
)
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(_PREPOSITIONS, "preposition"),
    **dict.fromkeys(_COMPARISONS, "comparison"),
    "with": "with",
    "without": "with",
    "who": "relative",
    "that": "relative",
    "which": "relative",
    "where": "relative",
    "whose": "whose",
}
# "that nobody rated", "that the sensor passed": the noun is the object, so the clause is no predicate of it.
_OTHER_SUBJECTS = words("a an anybody he it nobody she someone the they we you")
_PARTICIPLES = words(
    "born bought brought built driven drawn due fed felt given held hit kept laid led left lent made meant met open "
    "paid put raised read run seen sent set shown shut sold spent spoken sung taken taught told won worn written"
)
_ADVERBS = words("first last mainly mostly never newly not still")


def kind_of(said: str) -> Kind:
    """By the first word; whatever is none of the small words counts as a participle."""
    first = said.split(" ", 1)[0]
    if first[:1].isdigit() or first[:1] in "$€£":
        return "comparison"
    return _KINDS.get(first, "participle")


def clauses(said: Sequence[str], *, before_participle: bool = False) -> str:
    """The restrictions of one noun as one text; `before_participle`: a participle will follow ("… placed by …")."""
    by_kind: dict[str, list[str]] = {}
    for one in said:
        by_kind.setdefault(kind_of(one), []).append(one)
    order = ["preposition", "comparison", "participle", "with", "relative", "whose"]
    if before_participle:
        order = ["preposition", "comparison", "with", "participle", "relative", "whose"]
    parts: list[str] = []
    for kind in order:
        found = by_kind.get(kind)
        if not found:
            continue
        if kind == "preposition":
            parts += found
        elif kind == "with":
            parts.append(_with(found))
        elif kind == "relative":
            parts.append(listed(found + by_kind.pop("whose", [])))
        else:
            parts.append(listed(found))
    return " ".join(parts)


def _with(found: list[str]) -> str:
    """ "with a pool" and "with 3 bedrooms" → "with a pool and 3 bedrooms"; what is lacking comes last."""
    having = [one for one in found if one.startswith("with ")]
    lacking = [one for one in found if not one.startswith("with ")]
    merged = having[:1] + [one.removeprefix("with ") for one in having[1:]]
    return listed([listed(merged), *lacking]) if merged else listed(lacking)


def verbal(inverse: str) -> bool:
    """Whether a relation's inverse begins with a participle ("placed by") and not with a preposition ("on")."""
    return inverse.split(" ", 1)[0] not in _PREPOSITIONS | {"with"}


def predicate(said: str, *, past: bool) -> str | None:
    """The restriction as what one says of the rows: "paid by card" → "were paid by card"; None when it can't be.

    `past`: rows are events ("were"), not things ("are").
    """
    first, _, rest = said.partition(" ")
    kind = kind_of(said)
    if kind == "relative" and first != "where":
        return rest if rest.split(" ", 1)[0] not in _OTHER_SUBJECTS else None
    if kind == "with" and first == "with":
        return f"have {rest}"
    if kind == "preposition":
        return f"{'were' if past else 'are'} {said}"
    if kind == "comparison" and first in (
        "larger",
        "smaller",
        "longer",
        "shorter",
        "taller",
        "faster",
        "slower",
        "worth",
    ):
        return f"{'were' if past else 'are'} {said}"
    if kind == "participle":
        head = rest.split(" ", 1)[0] if first in _ADVERBS else first
        if head.endswith("ed") or head in _PARTICIPLES:
            return f"{'were' if past else 'are'} {said}"
    return None
