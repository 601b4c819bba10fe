"""Two questions in a row: the second says only what changes, and is the one to be answered."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from factory.intents.intent import Intent
from factory.intents.registers import colloquial, imperative, plain, shorthand
from factory.intents.registers.changes import Way, narrowed, other_limit, other_value, without
from factory.intents.registers.prose import lower_first, one_of
from factory.intents.registers.said import Said
from factory.records import Database

_EARLIER = (plain, imperative, colloquial, shorthand)
_WAYS: tuple[Way, ...] = (other_value, other_value, other_limit, narrowed, without)
_OTHERS = (
    "And for {many} {said}?",
    "What about {many} {said}?",
    "Same for {many} {said}, please.",
    "How does it look for {many} {said}?",
    "Now for {many} {said}.",
    "Could you run that again for {many} {said}?",
    "{many} {said}?",
    "And {many} {said} instead?",
    "Do {many} {said} instead.",
    "Repeat that, but for {many} {said}.",
    "I'd also like it for {many} {said}.",
    "Next, {many} {said}.",
    "Try {many} {said}.",
    "Change that to {many} {said}.",
)
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "other": _OTHERS,
    "value": (
        *_OTHERS[:9],
        "Same question, but with {new} instead of {old}.",
        "And with {new} in place of {old}?",
        "Now {new} instead of {old}, please.",
        "What if we take {new} rather than {old}?",
        "Swap {old} for {new}.",
        "{many}: {new} instead of {old}",
        "Replace {old} by {new}, everything else as before.",
        "Not {old} but {new} this time.",
        "Could you redo that for {new} instead of {old}?",
        "I meant {new}, not {old}.",
    ),
    "year": (
        *_OTHERS[:5],
        "Same for {new}, please: {many} only changed in the year.",
        "What about {many} in {new} rather than {old}?",
        "How was that in {new}? For the {many}, I mean.",
        "Could you repeat that for {new}? Still {many}.",
        "Swap {old} for {new}, same {many} question.",
        "{many} again, {new} instead of {old}",
        "The {many} of {new} now, not {old}.",
    ),
    "limit": (
        "Make it {new} instead of {old}.",
        "{new} rather than {old}, please.",
        "And with {new} in place of {old}?",
        "Sorry, I meant {new}, not {old}.",
        "Can I have {new} instead of {old}?",
        "{new} will do, not {old}.",
        "Same with {new} rather than {old}.",
    ),
    "narrowed": (
        "Now only {many} {said}.",
        "Just for {many} {said}, please.",
        "And if we only take {many} {said}?",
        "Restrict that to {many} {said}.",
        "Only {many} {said} now.",
        "Narrow it down to {many} {said}.",
        "The same, for {many} {said} only.",
        "Limit it to {many} {said}.",
        "What if it's just {many} {said}?",
        "Keep only {many} {said}.",
    ),
    "without": (
        "And for all {many}, not just those {said}?",
        "Same for all {many}, not only those {said}.",
        "What about {many} in general, not just those {said}?",
        "Widen it from {many} {said} to all {many}.",
        "{many} {said} were too narrow, take all {many}.",
        'Drop "{said}": all {many}, please.',
        'Without "{said}" now, so all {many}.',
        "Could you include all {many}, not just those {said}?",
    ),
}
_STARTS = "ok,|Thanks.|Great,|Thanks!|Hm,|Right.|Cool,|Perfect.|Good.|Ah,|Got it.|Nice.|Sorry,||||||||||||||"


def say(intent: Intent, database: Database, rng: Random) -> tuple[Intent, Said] | None:
    """None when nothing can be changed so that a few words say what."""
    for way in rng.sample(_WAYS, len(_WAYS)):
        change = way(intent, rng)
        if change is None:
            continue
        words = change._asdict()
        text = rng.choice(_TEXTS[change.way]).format(**{k: v for k, v in words.items() if isinstance(v, str)})
        start = one_of(rng, _STARTS)
        text = f"{start} {lower_first(text) if start.endswith(',') else text[:1].upper() + text[1:]}".strip()
        earlier = rng.choice(_EARLIER).say(intent, database, rng)[1].question
        return change.intent, Said("follow_up", text, (earlier,))
    return None
