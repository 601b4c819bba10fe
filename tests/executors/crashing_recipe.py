"""A recipe some of whose statements take the engine down, each in its own way."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any, ClassVar

from factory.engines.duckdb import DuckDBEngine
from factory.prompt import context, fenced
from factory.recipe import Target
from factory.records import Candidate, Claim, Database, Example, Outcome, Verdict

# What the engine itself doesn't survive, or not in time.
ENDLESS = "SELECT count(*) FROM range(1000000000000) a(i), range(1000) b(j)"
HUGE = "SELECT max(s) OVER (ORDER BY i) FROM (SELECT i, repeat(i::VARCHAR, 600000000) AS s FROM range(10, 20) t(i))"
# What it is made to die of here.
SIGNALS = {"/* segfault */": signal.SIGSEGV, "/* abort */": signal.SIGABRT, "/* memory */": signal.SIGKILL}
DEAF = "/* deaf */"

_outcome = DuckDBEngine._outcome


def _dying(self: DuckDBEngine, connection: Any, sql: str) -> Outcome:
    for mark, number in SIGNALS.items():
        if sql.startswith(mark):
            os.kill(os.getpid(), number)
    if sql.startswith(DEAF):
        with self._watchdog.guard(lambda: None):  # an interrupt that nobody hears
            hashlib.pbkdf2_hmac("sha256", b"", b"", 10**9)  # computes without Python, as a statement does
    return _outcome(self, connection, sql)


DuckDBEngine._outcome = _dying  # type: ignore[method-assign]


@dataclass(frozen=True)
class Crashing:
    """`fatal` are the kinds of statements that end badly, with commas between."""

    name: ClassVar[str] = "crashing"
    version: ClassVar[str] = "1"
    summary: ClassVar[str] = "for tests"

    fatal: str = "segfault,abort,memory,huge,endless,deaf"

    def propose(self, database: Database, rng: Random) -> Iterator[Candidate]:
        kinds = [kind for kind in self.fatal.split(",") if kind]
        for n in count():
            number = rng.randrange(10**9)
            sql = f"SELECT {number}"
            if kinds and n % 3 == 2:
                kind = kinds.pop(0)
                sql = {"endless": f"{ENDLESS} WHERE i > {number}", "huge": f"{HUGE} WHERE i <> {number}"}.get(
                    kind, f"/* {kind} */ {sql}"
                )
            yield Candidate(
                recipe=self.name,
                database=database.name,
                question=f"What is {number}?",
                statements={"sql": sql},
                claims=(Claim("not_empty", "sql"),),
                key=sql,
                skeleton=str(number),
                subject=("sql",),
            )

    def render(self, verdict: Verdict, target: Target) -> Iterator[Example]:
        candidate = verdict.candidate
        sql = candidate.statements["sql"]
        asked = context(target.database.dialect, target.database.schema_text, candidate.question)
        messages = ({"role": "user", "content": asked}, {"role": "assistant", "content": fenced(sql)})
        yield Example(
            id=hashlib.sha256(repr(messages).encode()).hexdigest()[:24],
            recipe=self.name,
            database=candidate.database,
            dialect=target.database.dialect,
            question=candidate.question,
            sql=sql,
            messages=messages,
            evidence={"rows": 1},
            tags=("kind:test",),
        )


recipe = Crashing()
