"""Executes a candidate's statements and judges its claims.

Statements run when a claim first needs them and never twice; claims are judged in the order given, so a recipe puts
the cheap and the doubtful ones first. The judging itself is pure.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache

import jsonschema_rs

from factory.compare import difference, same, same_value
from factory.engines.engine import Engine
from factory.engines.scratch import ScratchEngine
from factory.records import Candidate, Claim, Option, Outcome, Row, Verdict, Witness

_ENVIRONMENT = (
    "Timeout",
    "Out of Memory Error",
    "INTERNAL Error",
    "Fatal Error",
    "Permission Error",
    "IO Error",
    "Client Error",
)

# Errors that another session may word differently: suggestions for an unknown type come from the types touched so
# far, if there are any, a qualified name holds the catalog ("memory" here, the file's name elsewhere), an extension may
# be loaded, and DuckDB hands time zones to Python through pytz, which may be missing.
_SESSION_BOUND = re.compile(
    r"^Catalog Error: Type with name .* does not exist|\bmemory\.main\.|but it exists in the \w+ extension"
    r"|Required module '\w+' failed to import"
)


# Which row's value is quoted depends on the condition that is evaluated first, and that on how the table is stored.
_QUOTED_ROW = "when casting from source column"
_SEVERAL = re.compile(r"\b(AND|OR|JOIN)\b", re.IGNORECASE)


class _Stop(Exception):
    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail


class _Bench:
    def __init__(self, candidate: Candidate, engine: Engine) -> None:
        self.candidate = candidate
        self.engine = engine
        self.outcomes: dict[tuple[str, int], Outcome] = {}
        self.by_sql: dict[tuple[str, str, int], Outcome] = {}
        self.witnesses: dict[str, Witness] = {}

    def outcome(self, name: str, instance: int) -> Outcome:
        if (name, instance) not in self.outcomes:
            sql = self.candidate.statements[name]
            script = self.candidate.statements[self.candidate.after[name]] if name in self.candidate.after else ""
            if (script, sql, instance) not in self.by_sql:
                self.by_sql[script, sql, instance] = (
                    self.engine.run_in_copy(script, sql, instance) if script else self.engine.run(sql, instance)
                )
            self.outcomes[name, instance] = self.by_sql[script, sql, instance]
        outcome = self.outcomes[name, instance]
        if outcome.error and outcome.error.kind in _ENVIRONMENT:
            reason = outcome.error.kind.lower().replace(" ", "_").removesuffix("_error")
            raise _Stop(reason, outcome.error.kind)
        if outcome.error and _session_bound(outcome.error.message, self.candidate.statements[name]):
            # The message would make the rejects depend on the session, too.
            raise _Stop("session_dependent_error", outcome.error.kind)
        if outcome.truncated:
            raise _Stop("too_many_rows")
        return outcome

    def holds(self, claim: Claim) -> None:
        """Returns when the claim holds, raises _Stop with its reason otherwise."""
        match claim.kind:
            case "succeeds":
                for k in self._instances(claim):
                    error = self.outcome(claim.a, k).error
                    if error:
                        raise _Stop("statement_raises", f"instance {k}: {error.message}")
            case "fails":
                if self.outcome(claim.a, 0).error is None:
                    raise _Stop("mutant_runs")
            case "not_empty":
                _not_empty(self.outcome(claim.a, 0))
            case "untied":
                _untied(self.outcome(claim.a, 0), claim)
            case "same_rows":
                for k in self._instances(claim):
                    a, b = self.outcome(claim.a, k), self.outcome(claim.b, k)
                    if a.error or b.error or not same(a, b, ordered=claim.ordered):
                        raise _Stop("rows_differ", f"instance {k}")
            case "differs":
                self._differs(claim)
            case "other_error":
                first, second = self.outcome(claim.a, 0).error, self.outcome(claim.b, 0).error
                if first is None or (second is not None and core(second.message) == core(first.message)):
                    raise _Stop("error_unchanged")
            case "same_error":
                first, second = self.outcome(claim.a, 0).error, self.outcome(claim.b, 0).error
                if first is None or second is None or core(first.message) != core(second.message):
                    raise _Stop("error_differs")
            case "raises":
                error = self.outcome(claim.a, 0).error
                if error is None or error.message != claim.message:
                    raise _Stop("error_differs", error.message if error else "it runs")
            case "same_text":
                if self.candidate.statements[claim.a] != self.candidate.statements[claim.b]:
                    raise _Stop("text_differs", f"{claim.a} is not {claim.b}")
            case "row_count":
                count = len(_rows(self.outcome(claim.a, 0)))
                if count != claim.limit:
                    raise _Stop("row_count_differs", f"{count} rows instead of {claim.limit}")
            case "conforms":
                validator = _validator(claim.message)
                for cell in (cell for row in _rows(self.outcome(claim.a, 0)) for cell in row):
                    if not _conforms(cell, validator):
                        raise _Stop("schema_broken", str(cell))

    def _instances(self, claim: Claim) -> tuple[int, ...]:
        return claim.instances if claim.instances is not None else tuple(range(self.engine.instances))

    def _differs(self, claim: Claim) -> None:
        for k in self._instances(claim):
            right, wrong = self.outcome(claim.a, k), self.outcome(claim.b, k)
            if wrong.error:
                raise _Stop("statement_raises", f"instance {k}: {wrong.error.message}")
            if right.error:
                raise _Stop("statement_raises", f"instance {k}: {right.error.message}")
            if not same(right, wrong, ordered=claim.ordered, permute=True):
                missing, extra = difference(right, wrong)
                self.witnesses[claim.b] = Witness(k, missing, extra, len(right.rows), len(wrong.rows))
                return
        raise _Stop("indistinguishable")


def _session_bound(message: str, sql: str) -> bool:
    if _QUOTED_ROW in message and _SEVERAL.search(sql):
        return True
    return bool(_SESSION_BOUND.search(message))


def core(message: str) -> str:
    """An error's text without the quoted source line, whose columns move when another part of the query changes."""
    return message.split("\n\nLINE ", 1)[0]


def _rows(outcome: Outcome) -> tuple[Row, ...]:
    if outcome.error:
        raise _Stop("statement_raises", outcome.error.message)
    return outcome.rows


def _not_empty(outcome: Outcome) -> None:
    rows = _rows(outcome)
    if not rows:
        raise _Stop("empty_result")
    if len(rows) == 1 and all(value is None or value != value for value in rows[0]):
        raise _Stop("null_result")  # NaN, the only value that differs from itself, is what 0 / 0 gives


@lru_cache(64)
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(schema))


def _conforms(cell: object, validator: jsonschema_rs.Draft202012Validator) -> bool:
    try:
        return validator.is_valid(json.loads(str(cell)))
    except ValueError:
        return False


def _untied(outcome: Outcome, claim: Claim) -> None:
    rows = _rows(outcome)
    cut = [row[claim.column] for row in rows[claim.limit - 1 : claim.limit + 1]]
    if len(cut) == 2 and same_value(*cut):
        raise _Stop("tie_at_the_cut")


def prove(candidate: Candidate, engine: Engine) -> Verdict:
    """Judges every claim, then fills each slot with its first option whose claims all hold.

    The verdict's `reason` names the first claim that failed; a slot without a proven option is left out of `chosen`.
    """
    if candidate.scratch is not None:
        assert isinstance(engine, ScratchEngine)
        engine.fill(candidate.scratch)
    bench = _Bench(candidate, engine)
    chosen: dict[str, Option] = {}
    reason, detail = None, ""
    try:
        for claim in candidate.claims:
            bench.holds(claim)
    except _Stop as stop:
        reason, detail = stop.reason, stop.detail
    else:
        for slot, options in candidate.slots.items():
            open_ones = (o for o in options if o.given is None or _was_chosen(chosen, *o.given))
            proven = next((option for option in open_ones if _proves(bench, option)), None)
            if proven is not None:
                chosen[slot] = proven
            elif slot in candidate.required:
                reason = candidate.required[slot]
                break
    plans = {} if reason else {name: engine.explain(candidate.statements[name]) for name in candidate.explained}
    return Verdict(candidate, bench.outcomes, chosen, bench.witnesses, reason, detail, plans=plans)


def _was_chosen(chosen: dict[str, Option], slot: str, name: str) -> bool:
    return slot in chosen and chosen[slot].name == name


def _proves(bench: _Bench, option: Option) -> bool:
    before = dict(bench.witnesses)
    try:
        for claim in option.claims:
            bench.holds(claim)
    except _Stop:
        bench.witnesses = before
        return False
    return True
