"""Briefs of tasks that pick one of several labels, with or without one for what fits none."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from recipes.etl.contract import Contract
from recipes.etl.task import Brief
from recipes.etl.wording import compose, one_of


def choosing(
    labels: Mapping[str, str],
    other: tuple[str, str],
    words: tuple[str, str, tuple[str, str]],
    rng: Random,
    **mode: Any,
) -> Brief:
    """`labels` by what they stand for; `other` is the label for what fits none, "" without one, and the rule that says
    so; `words` are how the instruction asks, the job in the imperative, and the noun of a value and of several."""
    ask, do, nouns = words
    word, rule = other
    choices = (*labels.values(), *([word] if word else []))
    contract = Contract(choices=choices, passed=rng.random() < 0.5)
    rules = [one_of(contract, rng), *([rule.format(other=word)] if word else [])]
    single, many = compose(ask, rules, nouns, rng)
    told = ", ".join(f"'{choice}'" for choice in choices)
    want = f"{do} {told}" + (f" ('{word}' if none fits)" if word else "")
    return Brief(single, many, want, contract, mode={"labels": labels, "other": word, **mode})
