"""Cases of the operator's own prompt: one value, or several by line."""

from __future__ import annotations

import hashlib
from random import Random

from recipes.etl.case import Case
from recipes.etl.source import Source
from recipes.etl.task import Brief, Item, Task, items

_BATCH = (3, 8)
_OFFERED = 5
_OWN, _PROSAIC = 0.7, 0.5
_PROSE = (
    "The answer is {}.",
    "{}.",
    "Sure! {}",
    "Answer: {}",
    "Result: {}",
    "**{}**",
    '"{}"',
    "{} (most likely)",
    "Based on the input, the answer is {}.",
    "I would say {}, but it depends on the context.",
    "{}\n\nLet me know if you need anything else!",
    "```\n{}\n```",
    "Here is the result:\n{}",
)


def operator_case(task: Task, source: Source, rng: Random, *, batch: bool) -> Case | None:
    """None when this domain has too few such values."""
    brief = task.brief(source, rng)
    found = items(task, brief, source, rng, rng.randint(*_BATCH) if batch else 1)
    if len(found) < (_BATCH[0] if batch else 1):
        return None
    wrong = _wrong_batch(brief, found, rng) if batch else _wrong(brief, found[0], rng)
    templates = tuple(item.template for item in found)
    mark = hashlib.blake2b("\n".join(templates).encode(), digest_size=8).hexdigest()
    return Case(
        task=task.name,
        shape="batch" if batch else "single",
        instruction=brief.many if batch else brief.instruction,
        contract=brief.contract,
        pairs=tuple((item.value, item.truth) for item in found),
        answer="\n".join(item.truth for item in found),
        wrong=tuple(wrong),
        templates=templates,
        skeleton=f"{task.name}:{mark}",
    )


def _wrong(brief: Brief, item: Item, rng: Random) -> list[tuple[str, str]]:
    """What a model might answer instead, in random order."""
    truth = item.truth
    own = rng.sample(item.wrong, len(item.wrong))
    drawn = [("prose", rng.choice(_PROSE).format(truth))] if rng.random() < _PROSAIC or not own else []
    choices = brief.contract.choices
    if choices:
        drawn.append(("valid_but_wrong", rng.choice([c for c in choices if c != truth])))
        changed = {truth.upper(), truth.capitalize(), truth.lower()} - set(choices)
        if changed:
            drawn.append(("other_case", rng.choice(sorted(changed))))
    word = brief.contract.otherwise
    if word and truth != word:
        drawn.append(("gave_up", word))
    rng.shuffle(drawn)
    # The mistakes of the task itself teach more than those that every task knows.
    drawn = [*own, *drawn] if rng.random() < _OWN else [*drawn, *own]
    fresh = [(kind, text) for kind, text in drawn if text and text != truth]
    return list({text: (kind, text) for kind, text in fresh}.values())[:_OFFERED]


def _wrong_batch(brief: Brief, found: list[Item], rng: Random) -> list[tuple[str, str]]:
    truths = [item.truth for item in found]
    drawn: list[tuple[str, list[str]]] = []
    n = rng.randrange(len(found))
    for kind, text in _wrong(brief, found[n], rng)[:2]:
        if "\n" not in text:
            drawn.append((kind, [*truths[:n], text, *truths[n + 1 :]]))
    drawn.append(("line_missing", [*truths[:n], *truths[n + 1 :]]))
    drawn.append(("numbered", [f"{k}. {truth}" for k, truth in enumerate(truths, 1)]))
    drawn.append(("values_repeated", [f"{item.value}: {item.truth}" for item in found]))
    drawn.append(("one_line", [", ".join(truths)]))
    differing = [k for k in range(len(truths) - 1) if truths[k] != truths[k + 1]]
    if differing:
        k = rng.choice(differing)
        drawn.append(("lines_swapped", [*truths[:k], truths[k + 1], truths[k], *truths[k + 2 :]]))
    rng.shuffle(drawn)
    return [(kind, "\n".join(lines)) for kind, lines in drawn[:_OFFERED] if lines != truths]
