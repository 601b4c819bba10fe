"""The words of the judging conversation, and the way back from them."""

from __future__ import annotations

from collections.abc import Sequence

from factory.prompt import context, fenced

NEXT = "\nFollow-up: "
SHAPES = ("list", "single", "pair")
_LEAD = {"list": "Candidate queries:", "single": "Candidate query:", "pair": "Two candidate queries:"}
_TASK = {
    "list": "Which of them answer the question, on this data and on any other? One line each: its number, a colon, "
    "and 1 if it does or 0 if it doesn't.",
    "single": "Does it answer the question, on this data and on any other? Say briefly why, then give the verdict: "
    "1 if it does, 0 if it doesn't.",
    "pair": "One of them answers the question, the other doesn't. Say briefly why, then give the number of the right "
    "one.",
}
_VERDICT = {"single": "Verdict: ", "pair": "Right: "}


def asked(earlier: Sequence[str], question: str) -> str:
    """What the user has asked so far, the question to answer last."""
    return NEXT.join((*earlier, question))


def first(
    dialect: str, schema_text: str, question: str, shape: str, candidates: Sequence[str], previews: Sequence[str] = ()
) -> str:
    """Schema, question, candidates and task: the whole user message. `previews` are empty or one a candidate."""
    parts = []
    for n, sql in enumerate(candidates, start=1):
        head = "" if shape == "single" else f"{n}.\n"
        result = f"\nIts result:\n```\n{previews[n - 1]}\n```" if previews else ""
        parts.append(f"{head}{fenced(sql)}{result}")
    shown = "\n\n".join([_LEAD[shape], *parts])
    return f"{context(dialect, schema_text, question)}\n\n{shown}\n\n{_TASK[shape]}"


def lines(labels: Sequence[bool]) -> str:
    """The answer to a list."""
    return "\n".join(f"{n}: {int(label)}" for n, label in enumerate(labels, start=1))


def reply(shape: str, reason: str, labels: Sequence[bool]) -> str:
    """The whole answer; the labels are in the order of the candidates."""
    if shape == "list":
        return lines(labels)
    verdict = int(labels[0]) if shape == "single" else 1 + list(labels).index(True)
    return f"{reason}\n\n{_VERDICT[shape]}{verdict}"


def labelled(shape: str, answer: str, count: int) -> list[bool]:
    """What an answer says of the candidates. Raises ValueError for one that `reply` doesn't write."""
    if shape == "list":
        labels = [line.endswith(": 1") for line in answer.split("\n")]
        if lines(labels) != answer or len(labels) != count:
            raise ValueError("not the answer to a list")
        return labels
    _, found, verdict = answer.rpartition(f"\n\n{_VERDICT[shape]}")
    known = ("0", "1") if shape == "single" else ("1", "2")
    if not found or verdict not in known:
        raise ValueError(f"not the answer to a {shape}")
    return [verdict == "1"] if shape == "single" else [verdict == "1", verdict == "2"]
