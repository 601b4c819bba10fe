"""What error_correction keeps of a proposal until the engine has spoken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from factory.mutations.edits import Mutation
from factory.mutations.slips import Slip


@dataclass(frozen=True, slots=True)
class Plan:
    """What was proposed: the right text, its faults, the careless repairs by slot option, and the words."""

    gold: str
    mutations: tuple[Mutation, ...]
    taxonomy: tuple[str, ...]
    slips: Mapping[str, Slip]
    stays: str
    follow_ups: tuple[str, ...]
