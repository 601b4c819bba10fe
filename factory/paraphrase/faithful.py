"""Whether a new wording asks what the intent asks: it says the same things, in an order that the intent has too."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from factory.paraphrase.references import References

_LONGEST = 700
_NEGATIONS = frozenset({"not", "no", "never", "none", "nor", "neither", "WITHOUT", "EXCEPT", "except"})
_COMPARING = frozenset({
    "GREATER", "LESS", "AT_LEAST", "AT_MOST", "before", "after", "since", "until", "between", "or", "only", "exactly",
    "from", "to", "within", "last", "past", "next", "this", ">", "<",
})  # fmt: skip
_SUPERLATIVES = frozenset({
    "HIGH", "LOW", "most", "least", "top", "bottom", "best", "worst", "first", "fewest", "latest", "earliest", "newest",
    "oldest", "highest", "lowest", "largest", "smallest", "biggest", "longest", "shortest", "DESCENDING", "ASCENDING",
    "CHRONOLOGICAL", "ALPHABETICAL",
})  # fmt: skip
_MEASURES = frozenset({"COUNT", "AVERAGE", "SUM", "median", "DIFFERENT", "PERCENTAGE", "share", "rank", "running"})


@dataclass(frozen=True, slots=True)
class Judged:
    """`reason` is "" for a faithful wording; `detail` says what is lost or added."""

    reason: str = ""
    detail: str = ""


def judged(wording: str, known: References) -> Judged:
    """Faithful only if the wording says, thing by thing, what one of the intent's own wordings says.

    Nothing may be lost, added or told of something else; so what a wording binds to what can't change either. Errs on
    the side of rejecting: words that no rule knows count as meaning something.
    """
    text = " ".join(wording.split())
    if not text or len(text) > _LONGEST:
        return Judged("paraphrase_of_bad_length")
    if _same_text(text, known.said):
        return Judged("paraphrase_unchanged")
    found = known.of(text)
    if found in known.canonical:
        return Judged()
    # The reference that shares most with the wording tells best what is wrong with it.
    nearest = min(known.canonical, key=lambda ref: (_distance(ref, found), ref))
    return _difference(Counter(nearest), Counter(found))


def _same_text(a: str, b: str) -> bool:
    return "".join(filter(str.isalnum, a.lower())) == "".join(filter(str.isalnum, b.lower()))


def _distance(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    first, second = Counter(a), Counter(b)
    return (first - second).total() + (second - first).total()


def _difference(wanted: Counter[str], found: Counter[str]) -> Judged:
    lost, added = sorted((wanted - found).elements()), sorted((found - wanted).elements())
    for verb, words in (("loses", lost), ("adds", added)):
        for kind, told in (
            ("literal", [w for w in words if w.startswith("v:")]),
            ("date", [w for w in words if w.startswith("d:")]),
            ("number", [w for w in words if w.startswith("n:")]),
            ("unit", [w for w in words if w.startswith("u:")]),
            ("negation", [w for w in words if w in _NEGATIONS]),
            ("comparison", [w for w in words if w in _COMPARING]),
            ("order", [w for w in words if w in _SUPERLATIVES]),
            ("measure", [w for w in words if w in _MEASURES]),
        ):
            if told:
                return Judged(f"paraphrase_{verb}_{kind}", ", ".join(told))
    if lost:
        return Judged("paraphrase_loses_words", ", ".join(lost))
    if added:
        return Judged("paraphrase_adds_words", ", ".join(added))
    return Judged("paraphrase_rearranges")
