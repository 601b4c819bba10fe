"""What the factory needs of a database engine."""

from __future__ import annotations

from typing import Protocol

from factory.records import Outcome


class Engine(Protocol):
    """k data instances behind one face. A SQL error is data (`Outcome.error`), never an exception.

    `version` is the engine's own version string. `run` executes one statement on one instance and may
    mark the outcome `truncated` when it gives more rows than the engine is willing to hold. `run_in_copy` lets
    statements write in a copy of one instance, and gives what `sql` finds there; `run_visible` runs
    where only some tables exist; `explain` is the plan of a statement as text.
    """

    dialect: str
    version: str
    instances: int

    def run(self, sql: str, instance: int = 0) -> Outcome: ...

    def run_in_copy(self, script: str, sql: str, instance: int = 0) -> Outcome: ...

    def run_visible(self, sql: str, tables: tuple[str, ...], instance: int = 0) -> Outcome: ...

    def explain(self, sql: str, instance: int = 0) -> str: ...

    def close(self) -> None: ...
