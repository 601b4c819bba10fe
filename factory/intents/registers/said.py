"""What a register hands back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from factory.intents.intent import Intent
from factory.records import Database


@dataclass(frozen=True, slots=True)
class Said:
    """A question as somebody puts it; `earlier` holds the same person's questions before it, oldest first."""

    register: str
    question: str
    earlier: tuple[str, ...] = ()


# None where the register has nothing to say about this intent. The intent comes back, since a follow-up asks another.
Register = Callable[[Intent, Database, Random], tuple[Intent, Said] | None]
