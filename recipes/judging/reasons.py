"""What is wrong with a candidate, said of its own text: the part at fault, and what the question asks for instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from factory.intents.english import capped, choose
from recipes.judging.facts import Change

_LONG = 170
MOST = 3
_CLAUSES = {
    "where": "condition",
    "having": "condition on the groups",
    "qualify": "condition on the window",
    "on": "join condition",
}


def speakable(changes: Sequence[Change] | None) -> bool:
    """Whether a few plain sentences can say it."""
    if not changes or sum(len(c.old) + len(c.new) for c in changes) > 2 * _LONG:
        return False
    return len(_merged(changes)) <= MOST and all(max(len(c.old), len(c.new)) <= _LONG for c in changes)


def fault(changes: Sequence[Change], about: str, labels: Mapping[str, str], voice: int) -> str:
    """What the query does, and what the question asks for instead. `about` names the fault in a few words, or is "";
    `labels` are what people call the columns.
    """
    merged = _merged(changes)
    if moved := _moved(merged):
        old, new, text = moved
        said = f"{_code(text)} stands in {_CLAUSE_NAMES[new]}, but the question needs it in {_CLAUSE_NAMES[old]}"
        parts = [_placed(merged[0], said)]
    else:
        parts = [_placed(change, _said(change, labels, voice // (7 * n + 1))) for n, change in enumerate(merged)]
    sentence = capped("; ".join(parts))
    if about and " or " not in about and not about.startswith("Another"):
        head = about.split()[0]
        sentence += f": {about}" if head.isupper() or head == "NULLs" else f": {about[0].lower()}{about[1:]}"
    return f"{sentence}."


_CLAUSE_NAMES = {"where": "WHERE", "on": "the join condition", "having": "HAVING", "qualify": "QUALIFY"}


def _merged(changes: Sequence[Change]) -> list[Change]:
    """Conditions of one clause that all are missing, or all too many, are one change."""
    found: list[Change] = []
    for change in changes:
        last = found[-1] if found else None
        same = last is not None and (last.within, last.kind) == (change.within, change.kind)
        if (
            last is not None
            and same
            and change.kind in _CLAUSES
            and bool(last.old) == bool(change.old)
            and bool(last.new) == bool(change.new)
            and not (change.old and change.new)
        ):
            glue = " AND "
            found[-1] = Change(
                change.within, change.kind,
                last.old + glue + change.old if change.old else "", last.new + glue + change.new if change.new else "",
            )  # fmt: skip
        elif (
            change.kind == "on"
            and last is not None
            and last.kind == "join"
            and bool(last.old) == bool(change.old)
            and not (last.old and last.new)
        ):
            text = f"{last.old or last.new} ON {change.old or change.new}"
            found[-1] = Change(change.within, "join", text if last.old else "", text if last.new else "")
        else:
            found.append(change)
    return found


def _moved(changes: Sequence[Change]) -> tuple[str, str, str] | None:
    """(old clause, new clause, text) of a condition that stands elsewhere."""
    if len(changes) != 2:
        return None
    gone, come = (next((c for c in changes if getattr(c, side)), None) for side in ("old", "new"))
    if (
        gone is None
        or come is None
        or gone is come
        or gone.old != come.new
        or gone.kind not in _CLAUSE_NAMES
        or come.kind not in _CLAUSE_NAMES
    ):
        return None
    return gone.kind, come.kind, gone.old


def _placed(change: Change, said: str) -> str:
    return f"in {change.within}, {said}" if change.within else said


def _said(change: Change, labels: Mapping[str, str], voice: int) -> str:
    old, new = (_named(text, change.kind, labels) for text in (change.old, change.new))
    if old.partition(" (")[0] == new.partition(" (")[0]:  # "the name instead of the name": only the code differs
        old, new = (_named(text, change.kind, {}) for text in (change.old, change.new))
    if change.old and change.new:
        return _instead(change.kind, old, new, voice)
    if change.old:
        return _missing(change.kind, old, voice)
    return _extra(change.kind, new, voice)


def _named(text: str, kind: str, labels: Mapping[str, str]) -> str:
    """A column that is returned goes by its label, too."""
    if kind in ("limit", "offset"):
        return _code(f"{kind.upper()} {text}")
    label = labels.get(text.rpartition(".")[2].strip('"')) if kind == "output" else None
    return f"the {label} ({_code(text)})" if label else _code(text)


def _instead(kind: str, old: str, new: str, voice: int) -> str:
    if kind == "order":
        return choose(
            voice,
            f"the rows are sorted by {new}, but the question wants {old}",
            f"the sort is {new} where {old} is asked for",
        )
    if kind in ("limit", "offset"):
        return choose(voice, f"it has {new}, but {old} is what the question says", f"{new} should be {old}")
    if kind == "set":
        return choose(
            voice,
            f"{new} combines the two sets, but the question calls for {old}",
            f"the sets are combined with {new} instead of {old}",
        )
    if kind in ("join", "source"):
        return choose(voice, f"it has {new}, but {old} is needed", f"{new} stands where the question needs {old}")
    return choose(
        voice,
        f"{new} stands where the question calls for {old}",
        f"it uses {new}, but what is asked for is {old}",
        f"{new} should be {old}",
        f"the question needs {old}, and the query has {new}",
        f"it takes {new} instead of {old}",
    )


def _missing(kind: str, old: str, voice: int) -> str:
    if kind in _CLAUSES:
        return choose(
            voice,
            f"the {_CLAUSES[kind]} {old} is missing",
            f"nothing tests {old}, which the question calls for",
            f"the query leaves out {old}",
            f"the question restricts this with {old}, the query doesn't",
        )
    return {
        "output": choose(voice, f"{old} is asked for but not returned", f"the output lacks {old}"),
        "group": choose(voice, f"{old} is missing from GROUP BY", f"the groups should be told apart by {old} too"),
        "join": choose(
            voice,
            f"{old} is missing, and with it what the question says of that table",
            f"it never reads what {old} would bring in",
        ),
        "distinct": choose(voice, f"{old} is missing, so repeats stay in", f"repeats stay in, since there is no {old}"),
        "order": f"nothing sorts by {old}",
        "limit": choose(voice, f"{old} is missing, so all rows are returned", f"without {old} all rows come back"),
        "offset": f"{old} is missing",
        "set": choose(
            voice,
            f"the second set is left out: {old} is needed",
            f"only the first of two sets is there, without the {old}",
        ),
    }.get(kind, f"{old} is missing")


def _extra(kind: str, new: str, voice: int) -> str:
    if kind in _CLAUSES:
        return choose(
            voice,
            f"the {_CLAUSES[kind]} {new} is nothing the question asks for",
            f"it also demands {new}, which the question doesn't",
            f"{new} restricts the rows, and nobody asked for that",
        )
    return {
        "output": choose(
            voice, f"{new} is returned, though it isn't asked for", f"the output has {new} as well, which isn't wanted"
        ),
        "group": choose(
            voice,
            f"{new} in GROUP BY splits the groups further than asked",
            f"it groups by {new} as well, finer than the question wants",
        ),
        "join": choose(
            voice, f"{new} has no place in this question", f"the query also has {new}, which the question doesn't need"
        ),
        "distinct": choose(
            voice,
            f"{new} removes repeats that belong in the answer",
            f"repeats belong in the answer, but {new} drops them",
        ),
        "order": f"it sorts by {new}, which isn't asked for",
        "limit": choose(voice, f"{new} cuts off rows of the answer", f"{new} keeps only a few of the rows asked for"),
        "offset": f"{new} skips rows of the answer",
    }.get(kind, f"{new} is too much")


def _code(text: str) -> str:
    return f"`{text}`"
