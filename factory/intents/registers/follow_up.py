"""Two questions in a row: the second says only what changes, and is the one to be answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from factory.intents.intent import Intent
from factory.intents.registers import colloquial, imperative, plain, shorthand
from factory.intents.registers.changes import Change, Way, narrowed, other_limit, other_value, without
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
    "Now the same with {many} {said}.",
    "Try {many} {said}.",
    "Change that to {many} {said}.",
)
# Where other conditions stay: what stays has to be said too.
_BESIDES = (
    "Same question and other conditions, but {many} {said}.",
    "Everything else as before, but now for {many} {said}.",
    "One change only: {many} {said}.",
    "Keep the rest and take {many} {said} this time.",
    "Otherwise the same, for {many} {said}.",
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
        "Could you redo that for {new} instead of {old}?",
        "I meant {new}, not {old}.",
    ),
    "year": (
        *_OTHERS,
        "Same for {new}, please, not {old}.",
        "What about {new} rather than {old}?",
        "What about {new}?",
        "Could you repeat that for {new}?",
        "Swap {old} for {new}.",
        "{new} instead of {old} this time.",
        "And in {new}?",
        "Now for {new}, not {old}.",
        "I meant {new}, not {old}.",
        "Same thing, different year: {new}.",
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
        "That was too narrow: take all {many}.",
        "That is too few, I want all {many}.",
        "On second thought, all {many}.",
        "And overall, for all {many}?",
        "How about all {many}?",
        "Never mind the condition, use all {many}.",
        "I should have said all {many}.",
        "Drop that condition: all {many}, please.",
        "Remove the filter: all {many} now.",
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
        text = rng.choice(_texts(change)).format(**{k: v for k, v in words.items() if isinstance(v, str)})
        start = one_of(rng, _STARTS)
        text = f"{start} {lower_first(text) if start.endswith(',') else text[:1].upper() + text[1:]}".strip()
        earlier = _earlier(intent, database, rng, change.old.strip("'"))
        if earlier is not None:
            return change.intent, Said("follow_up", text, (earlier,))
    return None


def _texts(change: Change) -> Sequence[str]:
    if change.alone or change.way not in ("other", "value", "year"):
        return _TEXTS[change.way]
    return _BESIDES if change.way == "other" else [one for one in _TEXTS[change.way] if "{many}" not in one]


def _earlier(intent: Intent, database: Database, rng: Random, old: str) -> str | None:
    """The question before, in words that have the value which the next one takes up."""
    said = (rng.choice(_EARLIER).say(intent, database, rng)[1].question for _ in range(4))
    return next((one for one in said if old in one), None)
