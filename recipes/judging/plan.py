"""What was proposed for one question: which candidates may stand where, and with which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recipes.judging.faults import Base, Fault


@dataclass(frozen=True, slots=True)
class Offer:
    """A candidate for a place: a right query, or with `fault` a wrong one."""

    text: str
    base: Base
    lower: bool
    fault: Fault | None = None

    @property
    def right(self) -> bool:
        return self.fault is None


@dataclass(frozen=True, slots=True)
class Plan:
    """`offers` by option name; `order` shuffles the places; `ordered`: the question says how to sort the rows;
    `others` are faults that no candidate shown needs to have; `labels` are what people call the columns.
    """

    shape: str
    offers: Mapping[str, Offer]
    order: tuple[int, ...]
    preview: bool
    register: str
    instances: int
    ordered: bool
    others: tuple[Fault, ...]
    inapplicable: tuple[str, ...]
    voice: int
    labels: Mapping[str, str]
    errs: str
    flips: float
