"""Executes a candidate's statements and judges its claims.

Statements run when a claim first needs them and never twice; claims are judged in the order given, so a recipe puts
the cheap and the doubtful ones first. The judging itself is pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import jsonschema_rs

from factory.compare import difference, in_order, never_in_order, same, same_value
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


# What two statements give on the instance of that name made for them; None where that instance judges nothing.
Derive = Callable[[str, str, str], "tuple[Outcome, Outcome] | None"]


class _Stop(Exception):
    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail


class _Bench:
    def __init__(self, candidate: Candidate, engine: Engine, derive: Derive | None) -> None:
        self.candidate = candidate
        self.engine = engine
        self.derive = derive
        self.outcomes: dict[tuple[str, int], Outcome] = {}
        self.by_sql: dict[tuple[str, tuple[str, ...] | None, str, int], Outcome] = {}
        self.witnesses: dict[str, Witness] = {}

    def outcome(self, name: str, instance: int) -> Outcome:
        if (name, instance) not in self.outcomes:
            sql = self.candidate.statements[name]
            script = self.candidate.statements[self.candidate.after[name]] if name in self.candidate.after else ""
            visible = self.candidate.visible.get(name)
            key = script, visible, sql, instance
            if key not in self.by_sql:
                self.by_sql[key] = self._run(*key)
            self.outcomes[name, instance] = self.by_sql[key]
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

    def _run(self, script: str, visible: tuple[str, ...] | None, sql: str, instance: int) -> Outcome:
        if script:
            return self.engine.run_in_copy(script, sql, instance)
        return self.engine.run(sql, instance) if visible is None else self.engine.run_visible(sql, visible, instance)

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
                    if claim.keys and not in_order(a, b, claim.keys, claim.own_keys):
                        raise _Stop("order_differs", f"instance {k}")
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
            if (witness := _parting(right, wrong, claim)) is not None:
                self.witnesses[claim.b] = replace(witness, instance=k)
                return
        for name in claim.derived if self.derive else ():
            assert self.derive is not None
            found = self.derive(name, self.candidate.statements[claim.a], self.candidate.statements[claim.b])
            if found is not None and (witness := _parting(*found, claim)) is not None:
                self.witnesses[claim.b] = replace(witness, derived=name)
                return
        raise _Stop("indistinguishable")


def _parting(right: Outcome, wrong: Outcome, claim: Claim) -> Witness | None:
    """A witness of no instance yet; None where the two say the same."""
    counts = len(right.rows), len(wrong.rows)
    if not same(right, wrong, ordered=claim.ordered, permute=True):
        return Witness(None, *difference(right, wrong), *counts)
    if claim.keys and same(right, wrong) and never_in_order(right, wrong, claim.keys, claim.own_keys):
        apart = [(a, b) for a, b in zip(right.rows, wrong.rows, strict=True) if a != b][:3]
        return Witness(None, tuple(a for a, _ in apart), tuple(b for _, b in apart), *counts, order_only=True)
    return None


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


def prove(candidate: Candidate, engine: Engine, derive: Derive | None = None) -> Verdict:
    """Judges every claim, then fills each slot with its first option whose claims all hold.

    Without `derive` no instance is made for pairs that the ordinary ones don't tell apart. The verdict's `reason` names
    the first claim that failed; a slot without a proven option is left out of `chosen`.
    """
    if candidate.scratch is not None:
        assert isinstance(engine, ScratchEngine)
        engine.fill(candidate.scratch)
    bench = _Bench(candidate, engine, derive)
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
