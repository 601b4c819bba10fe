"""A question taken apart: the thing that is wanted, or the deed, and what is said after it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from factory.intents.english import words
from factory.intents.registers.prose import lower_first, sentences

_LEAD = re.compile(
    r"^(?:(?:Could|Can) you (?:please )?(?:show|get|give|tell)(?: me)?|(?:Please |Now )?"
    r"(?:pull|list|show me|show|give me|give|return|get me|tell me|report)"
    r"|I (?:need|want|want to see|would like|need to see)|I'd like(?: to know| to see)?|What (?:is|are|was|were)) "
    r"(?=(?:the|all|every) )",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"^How many (.+?) (?:are there|do we have|do we have on record)$")
_COUNT = re.compile(r"^Count (?:the )?(?!of )(.+?)$")
_FRAGMENT = re.compile(r"^(?:Number|Count|Total|Average|Median|Sum|Highest|Lowest) ")
_FAVOUR = re.compile(r"^(?:Could|Can) you (?:please )?(?!show|get|give|tell)")
_PLEASE = re.compile(r"^(.+), please$")
# A second deed: what follows is no part of the noun phrase.
_MORE = re.compile(
    r"(?:,| and| then) (?:then |also )?(?:return|show|keep|give|list|find|sort|order|add|what|which|how|say|tell|do)\b"
    r"|[;:?]| it (?:is|was)\b|\byou\b"
)
_VERBS = words(
    "average break calculate combine compare compute consider count determine find get give group identify join list "
    "look match name number pick pull put rank report return search select show sort split take tell work"
)


@dataclass(frozen=True, slots=True)
class Ask:
    """`noun` is set when a thing is asked for ("the names of …"), `deed` when the sentence commands ("find all …").

    "Could you find all …?" is a command too.
    """

    first: str
    rest: tuple[str, ...]
    noun: str | None
    deed: str | None

    @property
    def bare(self) -> str:
        """The first sentence without its mark and capital, unless a name needs it."""
        return lower_first(self.first[:-1])

    @property
    def asks(self) -> bool:
        return self.first.endswith("?")


def taken_apart(text: str) -> Ask:
    first, *rest = sentences(text)
    body = first[:-1]
    noun = f"the {lower_first(body)}" if first.endswith("?") and _fragment(body) else _noun(body)
    favour = _FAVOUR.sub("", body)
    commanded = first.endswith(".") or favour != body
    deed = lower_first(favour) if commanded and _commands(favour) else None
    return Ask(first, tuple(rest), noun, deed)


def _fragment(body: str) -> bool:
    return bool(_FRAGMENT.match(body)) and not _MORE.search(body)


def _commands(body: str) -> bool:
    verb, _, rest = body.lower().partition(" ")
    following = rest.split(" ", 1)[0]
    if verb not in _VERBS or ", please" in body or following == "of":
        return False
    return verb not in ("average", "number", "rank", "count") or following in ("the", "all", "how", "every", "each")


def _noun(body: str) -> str | None:
    if many := _HOW_MANY.match(body):
        found = f"the number of {many[1].rstrip(',')}"
    elif lead := _LEAD.match(body):
        found = body[lead.end() :]
    elif (please := _PLEASE.match(body)) and body.split(" ", 1)[0].lower() not in _VERBS:
        found = lower_first(please[1])
        found = found if found.startswith(("the ", "all ", "every ")) else f"the {found}"
    elif counted := _COUNT.match(body):
        found = f"the number of {counted[1]}"
        if re.search(r" (?:by|per|in each|for each|for every) | how many ", found):
            return None
    else:
        return None
    return None if _MORE.search(found) else found
