"""A chat message: "over $2k", "H1 2023", lower case, no mark at the end."""

from __future__ import annotations

import re
from functools import partial
from random import Random

from factory.intents.intent import Intent
from factory.intents.registers.ask import Ask, taken_apart
from factory.intents.registers.loose import lately, named
from factory.intents.registers.prose import lower_first, one_of, reworded, swapped
from factory.intents.registers.said import Said
from factory.intents.registers.synonyms import contracted, varied
from factory.intents.registers.tails import columns, shortened
from factory.intents.registers.values import abbreviated, dated, rounded_off
from factory.records import Database

_NUMBER = r"(?=[$€£]|C\$|\d)"
_CHATTY: tuple[tuple[str, str], ...] = (
    (rf"\b(?<!no )(?<!not )more than {_NUMBER}", "over |more than |north of "),
    (rf"\b(?<!no )(?<!not )(?:less|fewer) than {_NUMBER}", "under |less than "),
    (rf"\babove {_NUMBER}", "over |above "),
    (rf"\bbelow {_NUMBER}", "under |below "),
    (rf"\bat least {_NUMBER}", "at least |no less than "),
    (r"\bfor (?:each|every)(?! of| one)(?= \w)", "per|for each|for every"),
    (r"\bplease\b", "pls|please|plz"),
    (r"\b(?:in )?descending(?: order)?\b", "biggest first|high to low"),
    (r"\b(?:in )?ascending(?: order)?\b", "smallest first|low to high"),
    (r"\bin chronological order\b", "oldest first|in date order"),
)
# Typed in a hurry: no apostrophes, "&" for "and".
_SLOPPY: tuple[tuple[str, str], ...] = (
    (r"\b([Ii])'([md])\b", r"i\2"),
    (r"\b([Ww]hat|[Tt]hat|[Tt]here|[Ww]ho)'s\b", r"\1s"),
    (r"n't\b", "nt"),
    (r" and (?=\w)", " and | & | n "),
    (r"\bI\b", "i"),
)
_GET = (
    "can i get {noun}?",
    "gimme {noun}",
    "need {noun} pls",
    "got {noun}?",
    "can u pull {noun}?",
    "could you grab me {noun}",
    "looking for {noun}",
    "any chance of {noun}?",
    "I'd love {noun}",
    "quick check: {bare}?",
    "{bare}, anyone?",
    "show me {noun} please",
    "hey, {noun}?",
    "throw me {noun}",
    "so, {noun}?",
    "wanna see {noun}",
    "mind sending {noun}?",
    "{bare} please :)",
    "yo, can you get {noun}",
    "{bare}??",
    "{bare}",
    "{bare}?",
    "{bare} pls",
)
_SHORT = ("{bare}, anyone?", "{bare} please :)", "{bare}??", "so, {noun}?", "got {noun}?", "any chance of {noun}?")
_DO = (
    "can you {deed}?",
    "{deed} pls",
    "could u {deed}?",
    "hey can you {deed}?",
    "mind helping me {deed}?",
    "ok so {deed}",
    "quick one: {deed}",
    "{deed}",
    "need to {deed}",
    "trying to {deed}",
)
_QUESTION = (
    "quick q:|hey,|so|ok,|hm,|just wondering,|random one:||||||btw|dumb question maybe:|ok so|asking for a colleague:"
)
_WISH = "quick one:|hey,|so|ok,|||||||btw|small thing:|one more:|next one:"
# What only suits a short request.
_AT_MOST = 70
_COLUMNS = ("just {}", "{} is fine", "{} pls", "w/ {}", "gimme {}", "want {}", "only {}", "{} would do", "show {}")
_BYE = "thx|ta|cheers|thanks!|ty|tysm|thank you!|:)|||||||||||||||"
_ASKS = re.compile(r"^(?:which|what|how|who|when|where|do|does|did|is|are|was|were|has|have|in which|for which)\b")


def say(intent: Intent, database: Database, rng: Random) -> tuple[Intent, Said]:
    def change(text: str) -> str:
        ask = taken_apart(lately(text, intent, rng, 0.85))
        lower = rng.random() < 0.6
        parts = [_asked(ask, rng)]
        for one in ask.rest:
            wanted = columns(one)
            parts.append(rng.choice(_COLUMNS).format(wanted) if wanted else shortened([one], rng)[0].rstrip("."))
        parts = [lower_first(p) if lower else p[:1].upper() + p[1:] for p in parts if p]
        glues = (", ", " - ", " / ") if lower else (". ", "... ", " - ")
        text = parts[0]
        for part in parts[1:]:
            text += (" " if text.endswith(("?", "!", ":)")) else rng.choice(glues)) + part
        if "pls" not in text and (bye := one_of(rng, _BYE)):
            text += (" " if text[-1] in "?!" or bye == ":)" else ", ") + bye
        text = rounded_off(swapped(varied(text, database, rng, 0.4), _CHATTY, rng))
        text = contracted(abbreviated(dated(text, rng, 0.7), rng), rng, 1)
        return swapped(text, _SLOPPY, rng, 0.9) if lower else text

    return intent, Said(
        "colloquial",
        " ".join(reworded(intent, change, partial(named, intent=intent, database=database, rng=rng)).split()),
    )


def _asked(ask: Ask, rng: Random) -> str:
    if ask.noun:
        shapes = [one for one in _GET if len(ask.noun) < _AT_MOST or one not in _SHORT]
        return rng.choice(shapes).format(noun=ask.noun, bare=ask.noun.removeprefix("the "))
    if ask.deed:
        shapes = [one for one in _DO if " me " not in ask.deed or " me " not in one]
        return rng.choice(shapes).format(deed=ask.deed)
    mark = ask.first[-1] if ask.asks and rng.random() < 0.8 else ""
    lead = one_of(rng, _QUESTION if _ASKS.match(ask.bare) else _WISH)
    return f"{lead} {ask.bare}{mark}".strip()
