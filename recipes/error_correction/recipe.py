"""Broken SQL and the engine's real error → diagnosis and repair."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from random import Random
from typing import Any, ClassVar

from factory.intents.draw import intents
from factory.intents.intent import Intent
from factory.intents.skeleton import skeleton
from factory.intents.style import Style, draw_style, render
from factory.mutations.edits import Mutation, Operator, apply
from factory.mutations.operators import operators
from factory.mutations.query import Query
from factory.mutations.slips import Slip, raising, silent
from factory.prompt import unfenced
from factory.recipe import Target
from factory.records import Candidate, Claim, Database, Example, Message, Option, Verdict, Witness
from recipes.error_correction import prompts

MAX_SLIPS = 6
# How often a family of faults is tried first. Slips in names, types and grouping are what models still make; plain
# syntax errors get rare with size, but there are many ways to make one.
PRIOR: Mapping[str, float] = {
    "name": 6,
    "grouping": 3,
    "scope": 3,
    "function": 3,
    "type": 3,
    "value": 3,
    "argument": 2,
    "dialect": 3,
    "geo": 3,
    "syntax": 3,
    "structure": 2,
    "set_operation": 1,
}
_PLAIN = Style()
_STAYS = ("", "", "", " The rest of the query stays as it is.", " Nothing else has to change.")


@dataclass(frozen=True, slots=True)
class Plan:
    """What was proposed: the right text, its faults, and the careless repairs by slot option."""

    gold: str
    mutations: tuple[Mutation, ...]
    taxonomy: tuple[str, ...]
    slips: Mapping[str, tuple[Slip, int]]
    stays: str


@dataclass(frozen=True)
class ErrorCorrection:
    """`two` and `three` are the shares of queries with that many faults; `raising` the share of rejected
    answers that still raise (the others run and give other rows); `answer` is "cot" or "sql"."""

    name: ClassVar[str] = "error_correction"
    version: ClassVar[str] = "1"
    summary: ClassVar[str] = "broken SQL and the engine's real error → diagnosis and repair"

    answer: str = "cot"
    two: float = 0.33
    three: float = 0.12
    raising: float = 0.5

    def __post_init__(self) -> None:
        if self.answer not in ("cot", "sql"):
            raise ValueError(f"answer is 'cot' or 'sql', not '{self.answer}'")
        if not (self.two >= 0 and self.three >= 0 and self.two + self.three <= 1):
            raise ValueError("two and three are shares that add up to 1 at most")
        if not 0 <= self.raising <= 1:
            raise ValueError("raising is a share from 0 to 1")

    def propose(self, database: Database, rng: Random) -> Iterator[Candidate]:
        uses: Counter[str] = Counter()
        for intent in intents(database, rng):
            tree = intent.tree()
            query = Query(render(tree, draw_style(rng)), database)
            count = rng.choices((1, 2, 3), weights=(1 - self.two - self.three, self.two, self.three))[0]
            drawn = _draw(query, database, rng, count, uses)
            if drawn:
                yield self._candidate(intent, query, drawn, rng, skeleton(tree))

    def _candidate(
        self,
        intent: Intent,
        query: Query,
        drawn: list[tuple[Operator, Mutation]],
        rng: Random,
        shape: str,
    ) -> Candidate:
        gold, mutations = query.text, tuple(m for _, m in drawn)
        canonical = render(intent.tree(), _PLAIN)
        statements = {"original": canonical, "fix": gold}
        claims: list[Claim] = []
        size = len(mutations)
        for count in range(size, 0, -1):
            for subset in combinations(range(size), count):
                statements[_state(subset)] = apply(gold, (mutations[i] for i in subset))
                claims.append(Claim("fails", _state(subset)))
        claims += (Claim("not_empty", "fix"), Claim("succeeds", "fix"))
        if cut := intent.cut:
            statements["wide"] = render(intent.tree().limit(cut.limit + 1, copy=False), _PLAIN)  # type: ignore[attr-defined]
            claims.append(Claim("untied", "wide", limit=cut.limit, column=cut.column))
        if canonical != gold:
            claims.append(Claim("same_rows", "original", "fix", ordered=True))
        slips = self._slips(query, mutations, rng, statements)
        return Candidate(
            recipe=self.name,
            database=query.database.name,
            question=intent.question(),
            statements=statements,
            claims=tuple(claims),
            slots={"order": _orders(size), "rejected": _rejections(slips, size, tied=cut is not None)},
            required={"order": "ambiguous_cause", "rejected": "no_wrong_repair"},
            key=f"{intent.question()}\n{statements[_state(tuple(range(size)))]}",
            skeleton=shape,
            subject=("fix", _state(tuple(range(size)))),
            tags=(f"kind:{intent.kind}", f"faults:{size}"),
            payload=Plan(gold, mutations, tuple(o.taxonomy for o, _ in drawn), slips, rng.choice(_STAYS)),
        )

    def _slips(
        self, query: Query, mutations: tuple[Mutation, ...], rng: Random, statements: dict[str, str]
    ) -> dict[str, tuple[Slip, int]]:
        """Careless repairs of each fault, should it be the last: option name → slip and the fault's index."""
        found: dict[str, tuple[Slip, int]] = {}
        first_raises = rng.random() < self.raising
        for i, mutation in enumerate(mutations):
            loud = raising(query, query.database, mutation, rng) + _also(query, mutation, rng)
            quiet = silent(query, mutation, rng)
            wanted, other = (loud, quiet) if first_raises else (quiet, loud)
            kinds = [first_raises] * len(wanted[:MAX_SLIPS]) + [not first_raises] * len(other[:2])
            for n, (slip, raises) in enumerate(zip([*wanted[:MAX_SLIPS], *other[:2]], kinds, strict=True)):
                name = f"slip{i}_{n}_{'raises' if raises else 'differs'}"
                if not slip.local and rng.random() < 0.5:
                    slip = replace(slip, says="")
                statements[name] = _splice(query.text, slip)
                found[name] = (slip, i)
        return found

    def render(self, verdict: Verdict, target: Target) -> Iterator[Example]:
        candidate, plan = verdict.candidate, verdict.candidate.payload
        assert isinstance(plan, Plan)
        database = target.database
        order = [int(i) for i in verdict.chosen["order"].name.split(">")]
        left = list(order)
        messages: list[Message] = []
        errors = []
        for fault in order:
            state = _state(tuple(sorted(left)))
            error = verdict.outcomes[state, 0].error
            assert error is not None
            errors.append(error)
            if messages:
                messages.append(_user(prompts.again(error.message)))
            else:
                text = candidate.statements[state]
                messages.append(
                    _user(
                        prompts.first(
                            database.dialect,
                            database.schema_text,
                            candidate.question,
                            text,
                            error.message,
                            self.answer,
                        )
                    )
                )
            left.remove(fault)
            sql = candidate.statements[_state(tuple(sorted(left)))] if left else plan.gold
            mutation = plan.mutations[fault]
            reasoning = f"{mutation.diagnosis} {mutation.repair}" + ("" if left else plan.stays)
            messages.append(_assistant(prompts.reply(reasoning, sql, self.answer)))
        broken = candidate.statements[_state(tuple(range(len(order))))]
        faults = [plan.mutations[i].operator for i in order]
        evidence = {
            "engine": target.engine,
            "engine_version": target.engine_version,
            "broken_sql": broken,
            "error_class": errors[0].kind,
            "error_message": errors[0].message,
            "faults": faults,
            "fault_types": [plan.taxonomy[i] for i in order],
            "turns": len(order),
            "row_count": len(verdict.outcomes["fix", 0].rows),
        }
        rejected, rejected_sql, against = self._rejected(verdict, plan, order[-1])
        yield Example(
            id=_content_id(messages, rejected),
            recipe=self.name,
            database=database.name,
            dialect=database.dialect,
            question=candidate.question,
            sql=plan.gold,
            messages=tuple(messages),
            evidence=evidence,
            tags=(*candidate.tags, *(f"fault:{name}" for name in faults)),
            prompt=tuple(messages[:-1]),
            chosen=(messages[-1],),
            rejected=(rejected,),
            rejected_sql=rejected_sql,
            rejected_evidence={**evidence, **against},
        )

    def _rejected(self, verdict: Verdict, plan: Plan, last: int) -> tuple[Message, str, dict[str, Any]]:
        name = verdict.chosen["rejected"].name
        slip, _ = plan.slips[name]
        sql = verdict.candidate.statements[name]
        mutation = plan.mutations[last]
        if slip.local:
            reasoning = f"{mutation.diagnosis} {slip.says}" + plan.stays
        else:
            reasoning = f"{mutation.diagnosis} {mutation.repair}" + (f" {slip.says}" if slip.says else plan.stays)
        error = verdict.outcomes[name, 0].error
        against = {
            "rejected_kind": "raises" if error else "differs",
            "rejected_slip": slip.name,
            "rejected_error_class": error.kind if error else "",
            "rejected_error_message": error.message if error else "",
            "witness": "" if error else _told(verdict.witnesses[name]),
        }
        return _assistant(prompts.reply(reasoning, sql, self.answer)), sql, against

    def restate(self, record: Mapping[str, Any]) -> Candidate:
        """Proves an emitted record again from its messages: what is quoted there must be what the engine says."""
        evidence = record["evidence"]
        dpo = "chosen" in record
        messages = [*record["prompt"], *record["chosen"]] if dpo else record["messages"]
        texts = [message["content"] for message in messages]
        statements = {"fix": record["sql"], "answer": unfenced(texts[-1]), "broken": evidence["broken_sql"]}
        failing = [_broken_in(texts[0]), *(unfenced(text) for text in texts[1:-1:2])]
        claims = [
            Claim("same_text", "answer", "fix"),
            Claim("raises", "broken", message=evidence["error_message"]),
            Claim("succeeds", "fix"),
            Claim("not_empty", "fix"),
            Claim("row_count", "fix", limit=evidence["row_count"]),
        ]
        for turn, (sql, text) in enumerate(zip(failing, texts[0:-1:2], strict=True)):
            statements[f"turn{turn}"] = sql
            claims.append(Claim("raises", f"turn{turn}", message=prompts.quoted_error(text)))
        claims.append(Claim("same_text", "turn0", "broken"))
        if dpo:
            statements["rejected"] = record["rejected_sql"]
            statements["wrong"] = unfenced(record["rejected"][-1]["content"])
            claims.append(Claim("same_text", "wrong", "rejected"))
            if evidence["rejected_kind"] == "raises":
                claims.append(Claim("raises", "rejected", message=evidence["rejected_error_message"]))
            else:
                witnessed = json.loads(evidence["witness"])["instance"]
                claims.append(Claim("differs", "fix", "rejected", instances=(witnessed,)))
        return Candidate(self.name, record["database"], record["question"], statements, tuple(claims))

    def prompt(self, database: Database, question: str, sql: str, error: str) -> tuple[Message, ...]:
        """The user message of an inference call, the same bytes as in a record."""
        text = prompts.first(database.dialect, database.schema_text, question, sql, error, self.answer)
        return (_user(text),)


def _draw(
    query: Query, database: Database, rng: Random, count: int, uses: Counter[str]
) -> list[tuple[Operator, Mutation]]:
    """Up to `count` faults at different places; a family is drawn first, then its operator that was used least."""
    found: list[tuple[Operator, Mutation]] = []
    for operator in _ranked(rng, uses):
        options = [m for m in operator.propose(query, database, rng) if _apart(m, found)]
        if options:
            found.append((operator, rng.choice(options)))
            uses[operator.name] += 1
            if len(found) == count:
                return found
    return []


def _ranked(rng: Random, uses: Counter[str]) -> list[Operator]:
    """Operators in the order in which they are to be tried: one of each family, then the next of each, …"""
    families: dict[str, list[Operator]] = {}
    for operator in sorted(operators(), key=lambda o: (uses[o.name] + rng.random() * 3, o.name)):
        families.setdefault(operator.fault, []).append(operator)
    ranked: list[Operator] = []
    while families:
        # A weighted shuffle: the key u^(1/w) is that of Efraimidis and Spirakis (2006).
        order = sorted(families, key=lambda f: (-(rng.random() ** (1 / PRIOR.get(f, 1))), f))
        for family in order:
            ranked.append(families[family].pop(0))
            if not families[family]:
                del families[family]
    return ranked


def _apart(mutation: Mutation, found: list[tuple[Operator, Mutation]]) -> bool:
    """Two faults need a word between them, else one could hide in the other."""
    a, b = mutation.site
    return all(b + 2 < other.site[0] or other.site[1] + 2 < a for _, other in found)


def _also(query: Query, mutation: Mutation, rng: Random) -> list[Slip]:
    """Repairs that mend the fault and break something else."""
    found: list[Slip] = []
    some = rng.sample(operators(), min(12, len(operators())))
    for operator in some:
        if operator.fault in ("syntax", "structure"):
            continue
        for other in operator.propose(query, query.database, rng):
            if _apart(other, [(operator, mutation)]):
                found.append(Slip(f"also_{operator.name}", other.edits, "", local=False))
                break
        if len(found) >= 3:
            break
    return found


def _splice(gold: str, slip: Slip) -> str:
    return apply(gold, (Mutation(slip.name, slip.edits, "", ""),))


def _state(subset: tuple[int, ...]) -> str:
    """The name of the statement that still has these faults."""
    return "broken" + "".join(str(i) for i in subset)


def _orders(size: int) -> tuple[Option, ...]:
    """In which order the engine reports the faults: removing the reported one, and only that, changes the error."""
    options = []
    for order in permutations(range(size)):
        claims: list[Claim] = []
        left = list(order)
        for fault in order[:-1]:
            state = _state(tuple(sorted(left)))
            for other in left:
                without = _state(tuple(sorted(set(left) - {other})))
                claims.append(Claim("other_error" if other == fault else "same_error", state, without))
            left.remove(fault)
        options.append(Option(">".join(map(str, order)), tuple(claims)))
    return tuple(options)


def _rejections(slips: Mapping[str, tuple[Slip, int]], size: int, *, tied: bool) -> tuple[Option, ...]:
    """Each careless repair counts only if its fault turned out to be the last one reported."""
    options = []
    for name, (_, fault) in slips.items():
        if name.endswith("raises"):
            claims = (Claim("fails", name),)
        else:
            # Below a LIMIT only instance 0 is known to have no tie at the cut.
            claims = (Claim("differs", "fix", name, instances=(0,) if tied else None),)
        ends = [o.name for o in _orders(size) if o.name.endswith(str(fault))]
        options += [Option(name, claims, given=("order", order)) for order in ends]
    return tuple(options)


def _told(witness: Witness) -> str:
    """A witness as JSON text: one column type for every kind of row."""
    content = {
        "instance": witness.instance,
        "expected_rows": witness.expected_count,
        "actual_rows": witness.actual_count,
        "missing": [[_cell(v) for v in row] for row in witness.missing],
        "extra": [[_cell(v) for v in row] for row in witness.extra],
    }
    return json.dumps(content, ensure_ascii=False)


def _cell(value: Any) -> str | None:
    return None if value is None else str(value)


def _user(content: str) -> Message:
    return {"role": "user", "content": content}


def _assistant(content: str) -> Message:
    return {"role": "assistant", "content": content}


def _content_id(messages: list[Message], rejected: Message) -> str:
    text = json.dumps([messages, rejected], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _broken_in(text: str) -> str:
    """The query of the first user message: the last fence before the error, since a schema may hold fences."""
    return unfenced(text[: text.rindex("\nError:\n")].rpartition("This query fails:\n")[2])
