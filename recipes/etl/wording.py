"""Instructions as people write them: what to do, how to answer, what to do when it can't be done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from recipes.etl.contract import Contract

_EITHER = re.compile(r"\[([^\[\]|]*)\|([^\[\]]*)\]")
_ONE_OF = (
    "Answer with exactly one of: {comma}",
    "Answer {either} and nothing else",
    "Reply with one word: {either}",
    "Output only the label ({slash})",
    "Allowed answers: {comma}",
    "Return {either}, no explanation",
    "The answer must be one of {comma}",
    "Respond only with {either}",
    "Possible values: {bar}",
    "Use one of these labels: {comma}",
    "Just say {either}",
    "Choose from {bar}. No other text",
)
_BARE = (
    "Output only {what}",
    "Return {what} and nothing else",
    "Answer with {what} only",
    "No explanation, just {what}",
    "Give me {what}, no other text",
    "Reply with {what} alone",
    "Your whole answer must be {what}",
    "Don't explain; write {what} only",
    "Respond with nothing but {what}",
)
_OTHERWISE = (
    "If {when}, answer {word}",
    "If {when}, return {word} instead",
    "Answer {word} if {when}",
    "When {when}, write {word}",
    "In case {when}, output {word}",
    "Use {word} where {when}",
)
_LINES = (
    "There is one {noun} per line; answer line by line, in the same order",
    "One {noun} per line. Give one answer per line, same order, no numbering",
    "Each line is a separate {noun}: write one line of output for each",
    "Several {nouns} follow, one on each line. Keep their order and answer one per line",
    "The input has one {noun} on every line; the output must have as many lines",
    "Process the {nouns} line by line and print one result per line",
    "Handle every line on its own and return the results one per line, in order",
    "Input: one {noun} per line. Output: one answer per line, nothing between them",
)
_QUESTION = re.compile(r"(What|Which|Is|Does|How|In (what|which)|Under which)\b[^?]*")
_JOINTS = (". ", ". ", ". ", ".\n", "; ", " - ")


def one_of(contract: Contract, rng: Random) -> str:
    """A sentence that names the choices."""
    labels = list(contract.choices)
    either = labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"
    return rng.choice(_ONE_OF if all(" " not in x for x in labels) else [w for w in _ONE_OF if "word" not in w]).format(
        comma=", ".join(labels), either=either, slash=" / ".join(labels), bar="|".join(labels)
    )


def only(what: str, rng: Random) -> str:
    return rng.choice(_BARE).format(what=what)


def otherwise(when: str, word: str, rng: Random) -> str:
    return rng.choice(_OTHERWISE).format(when=when, word=word)


def compose(ask: str, rules: Sequence[str], noun: tuple[str, str], rng: Random) -> tuple[str, str]:
    """The instruction for one value and for many. In `ask` and `rules`, `[this name|these names]` is one or the other.

    The operator adds a colon and a line break, so a text doesn't end in a mark.
    """
    joint = rng.choice(_JOINTS)
    lines = rng.choice(_LINES).format(noun=noun[0], nouns=noun[1])
    texts = []
    for side, parts in ((1, [ask, *rules]), (2, [ask, *rules, lines])):
        chosen = [_EITHER.sub(lambda m, side=side: m[side], part) for part in parts]  # type: ignore[misc]
        text = f"{chosen[0]}?" if _QUESTION.fullmatch(chosen[0]) else chosen[0]
        for part in chosen[1:]:
            mark = joint if not text.endswith(("?", ".")) else (joint[-1] if joint[0] == "." else " ")
            sentence = part[1:2].islower() and mark in ("; ", " - ")
            lowered = part[0].lower() + part[1:] if sentence else part
            text = f"{text}{mark}{lowered}"
        texts.append(text.rstrip(".?:; "))
    return texts[0], texts[1]
