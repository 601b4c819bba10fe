"""What a query does, clause by clause: why it is right, where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from factory.intents.english import capped, choose, listed
from recipes.judging.facts import Fact

_ORDER = (
    "source",
    "join",
    "where",
    "group",
    "having",
    "distinct",
    "output",
    "qualify",
    "set",
    "order",
    "limit",
    "offset",
)
_PARTS = (
    ("tables", {"source"}),
    ("conditions", {"where", "having", "qualify"}),
    ("groups", {"group"}),
    ("columns", {"output"}),
    ("order", {"order"}),
    ("limit", {"limit"}),
)


def description(facts: Sequence[Fact], labels: Mapping[str, str], voice: int) -> str:
    """One sentence a query, inner queries first. `labels` are what people call the columns."""
    inner = {f.place for f in facts if f.within}
    sentences = []
    for place in sorted({f.place for f in facts}, key=lambda p: (p not in inner, p)):
        own = _with_conditions([f for f in facts if f.place == place])
        subject = f"{capped(own[0].within)}" if own[0].within else "The outer query" if inner else "The query"
        parts = [_clause(kind, [f.text for f in own if f.kind == kind], labels, voice) for kind in _ORDER]
        sentences.append(f"{subject} {listed([part for part in parts if part])}.")
    return " ".join(sentences)


def _with_conditions(facts: Sequence[Fact]) -> list[Fact]:
    """A join and what it is on as one."""
    found: list[Fact] = []
    for fact in facts:
        if fact.kind == "on" and found and found[-1].kind == "join":
            glue = " AND " if " ON " in found[-1].text else " ON "
            found[-1] = replace(found[-1], text=f"{found[-1].text}{glue}{fact.text}")
        else:
            found.append(fact)
    return found


def _clause(kind: str, texts: Sequence[str], labels: Mapping[str, str], voice: int) -> str:
    if not texts:
        return ""
    said = listed([_named(text, kind, labels) for text in texts])
    if kind == "join":
        plain = [text.removeprefix("JOIN ") for text in texts if text.startswith("JOIN ")]
        others = [text for text in texts if not text.startswith("JOIN ")]
        joined = f"joins {listed([f'`{text}`' for text in plain])}" if plain else ""
        return listed([part for part in (joined, _with(others)) if part])
    return {
        "source": choose(voice, f"reads {said}", f"starts from {said}"),
        "where": choose(voice // 7, f"keeps rows with {said}", f"filters on {said}", f"takes only rows with {said}"),
        "group": choose(voice // 3, f"makes one group per {said}", f"groups by {said}"),
        "having": f"keeps groups with {said}",
        "distinct": "drops repeats" if texts[0].upper() == "DISTINCT" else f"keeps one row each (`{texts[0]}`)",
        "output": choose(voice // 5, f"returns {said}", f"gives {said}"),
        "qualify": f"keeps those with {said}",
        "set": f"combines its two parts with {said}",
        "order": f"sorts by {said}",
        "limit": f"stops after {texts[0]} row{'' if texts[0] == '1' else 's'}",
        "offset": f"skips {texts[0]}",
    }[kind]


def _with(joins: Sequence[str]) -> str:
    return f"adds {listed([f'`{text}`' for text in joins])}" if joins else ""


def _named(text: str, kind: str, labels: Mapping[str, str]) -> str:
    label = labels.get(text.rpartition(".")[2].strip('"')) if kind in ("output", "group") else None
    return f"the {label} (`{text}`)" if label and kind == "output" else f"{label} (`{text}`)" if label else f"`{text}`"


def fits(facts: Sequence[Fact], voice: int) -> str:
    """Closing of a description: which parts of the question it was held against."""
    kinds = {f.kind for f in facts}
    said = listed([word for word, some in _PARTS if kinds & some])
    return choose(
        voice // 11,
        f"{capped(said)} are those of the question, and nothing else changes the rows.",
        f"Held against the question, {said} all match.",
        f"The question asks for just these {said}.",
        f"{capped(said)} agree with what is asked.",
        f"That is what the question says about {said}.",
        f"So {said} are as asked, with nothing left out or added.",
    )
