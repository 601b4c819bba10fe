"""What text_to_sql keeps of a proposal until the engine has spoken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from factory.intents.intent import Cut, Intent
from factory.intents.registers import Said
from factory.mutations.silent.neighbour import Neighbour
from recipes.text_to_sql.scope import Shown


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it is asked for, and as it is written in the answer."""

    tree: exp.Expr
    gold: exp.Expr
    rewrites: tuple[str, ...]
    kind: str
    cut: Cut | None
    intent: Intent | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What was proposed: the gold as a person would write it, its wrong neighbours by slot option, and the words.

    `asked` is the query that the gold is a rewrite of, "" when it is none. `intent` is what `said` asks; None where the
    question was written by a model.
    """

    gold: str
    steps: str
    rewrites: tuple[str, ...]
    asked: str
    said: Said
    level: str
    wrong: Mapping[str, tuple[Neighbour, str]]
    shown: Shown
    intent: Intent | None = None
