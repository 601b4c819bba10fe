"""Broken SQL and the engine's real error → diagnosis and repair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from sqlglot import exp

from factory.intents.draw import intents
from factory.intents.intent import Intent
from factory.intents.skeleton import skeleton
from factory.intents.style import Style, draw_style, render
from factory.mutations.edits import Mutation, apply, splice
from factory.mutations.query import Query
from factory.mutations.slips import Slip, propose_slips
from factory.recipe import Target, WrongAnswer
from factory.records import Candidate, Claim, Database, Example, Message, Option, SqlError, Verdict, Witness
from factory.rendering import assistant, content_id, told, user, with_rejected
from factory.restating import ON_POLICY
from recipes.error_correction import claims as to_prove
from recipes.error_correction import prompts
from recipes.error_correction.claims import state
from recipes.error_correction.conversation import conversation, error_of
from recipes.error_correction.draw import draw_faults
from recipes.error_correction.plan import Plan
from recipes.error_correction.reasons import aside
from recipes.error_correction.restating import restated

_PLAIN = Style()
_STAYS = ("", "", "", " The rest of the query stays as it is.", " Nothing else has to change.")
# Slips tried until one is proven: of the kind that was drawn, then of the other.
_WANTED, _OTHER = 4, 2


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
        operators_used: Counter[str] = Counter()
        slips_used: Counter[str] = Counter()
        for intent in intents(database, rng):
            tree = intent.tree()
            query = Query(render(tree, draw_style(rng)), database)
            count = rng.choices((1, 2, 3), weights=(1 - self.two - self.three, self.two, self.three))[0]
            drawn = draw_faults(query, rng, count, operators_used)
            if not drawn:
                continue
            mutations = tuple(mutation for _, mutation in drawn)
            slips = self._slips(query, mutations, rng, slips_used)
            plan = Plan(
                query.text,
                mutations,
                tuple(operator.taxonomy for operator, _ in drawn),
                {name: slip for name, (slip, _) in slips.items()},
                rng.choice(_STAYS),
                tuple(rng.sample(prompts.FOLLOW_UPS, 2)),
            )
            yield self._candidate(intent, tree, query, plan, {name: fault for name, (_, fault) in slips.items()})

    def _slips(
        self, query: Query, mutations: tuple[Mutation, ...], rng: Random, uses: Counter[str]
    ) -> dict[str, tuple[Slip, int]]:
        """Careless repairs of each fault, should it be the last: option name → slip and the fault's index."""
        found: dict[str, tuple[Slip, int]] = {}
        first = rng.random() < self.raising
        for i, mutation in enumerate(mutations):
            # Of several faults only one will be the last.
            wanted, other = (_WANTED, _OTHER) if len(mutations) == 1 else (_WANTED - 1, _OTHER - 1)
            for raises, most in ((first, wanted), (not first, other)):
                end = "raises" if raises else "differs"
                for n, slip in enumerate(propose_slips(query, mutation, rng, uses, raising=raises, most=most)):
                    found[f"slip{i}_{n}_{end}"] = (slip, i)
        return found

    def _candidate(
        self, intent: Intent, tree: exp.Expr, query: Query, plan: Plan, slip_faults: Mapping[str, int]
    ) -> Candidate:
        gold, size = plan.gold, len(plan.mutations)
        canonical = render(tree, _PLAIN)
        statements = {"original": canonical, "fix": gold}
        claims: list[Claim] = []
        for subset in to_prove.states(size):
            statements[state(subset)] = apply(gold, (plan.mutations[i] for i in subset))
            claims.append(Claim("fails", state(subset)))
        claims += (Claim("not_empty", "fix"), Claim("succeeds", "fix"))
        if cut := intent.cut:
            statements["wide"] = render(tree.limit(cut.limit + 1), _PLAIN)  # type: ignore[attr-defined]
            claims.append(Claim("untied", "wide", limit=cut.limit, column=cut.column))
        if canonical != gold:
            claims.append(Claim("same_rows", "original", "fix", ordered=True))
        rejected: list[Option] = []
        for name, fault in slip_faults.items():
            statements[name] = splice(gold, plan.slips[name].edits)
            raises = name.endswith("raises")
            rejected += to_prove.rejections(name, fault, size, raises=raises, tied=cut is not None)
        whole = state(range(size))
        question = intent.question()
        return Candidate(
            recipe=self.name,
            database=query.database.name,
            question=question,
            statements=statements,
            claims=tuple(claims),
            slots={"order": to_prove.orders(size), "rejected": tuple(rejected)},
            required={"order": "ambiguous_cause", "rejected": "no_wrong_repair"},
            key=f"{question}\n{statements[whole]}",
            skeleton=skeleton(tree),
            subject=("fix", whole),
            tags=(f"kind:{intent.kind}", f"faults:{size}"),
            payload=plan,
        )

    def render(self, verdict: Verdict, target: Target) -> Iterator[Example]:
        candidate, plan = verdict.candidate, verdict.candidate.payload
        assert isinstance(plan, Plan)
        order = to_prove.order_of(verdict.chosen["order"])
        slip = plan.slips[verdict.chosen["rejected"].name]
        messages = conversation(verdict, plan, order, target.database, self.answer)
        # A remark on the rest would be untrue in an answer that changes the rest unsaid.
        last, stays = plan.mutations[order[-1]], plan.stays if slip.spoken else ""
        why = aside(last, error_of(verdict, order[-1:]), verdict.candidate.statements[state(order[-1:])])
        chosen = f"{last.diagnosis}{why} {slip.counterpart or last.repair}{stays}"
        wrong = f"{slip.diagnosis or last.diagnosis}{why} {slip.repair or last.repair}{stays}"
        messages.append(assistant(prompts.reply(chosen, plan.gold, self.answer)))
        faults = [plan.mutations[i].operator for i in order]
        first = error_of(verdict, order)
        evidence = {
            "engine": target.engine,
            "engine_version": target.engine_version,
            "broken_sql": candidate.statements[state(order)],
            "error_class": first.kind,
            "error_message": first.message,
            "faults": faults,
            "fault_types": [plan.taxonomy[i] for i in order],
            "turns": len(order),
            "row_count": len(verdict.outcomes["fix", 0].rows),
        }
        name = verdict.chosen["rejected"].name
        rejected_sql, raised = candidate.statements[name], verdict.outcomes[name, 0].error
        rejected = assistant(prompts.reply(wrong, rejected_sql, self.answer))
        yield Example(
            id=content_id(messages, rejected),
            recipe=self.name,
            database=target.database.name,
            dialect=target.database.dialect,
            question=candidate.question,
            sql=plan.gold,
            messages=tuple(messages),
            evidence=evidence,
            tags=(*candidate.tags, *(f"fault:{fault}" for fault in dict.fromkeys(faults))),
            prompt=tuple(messages[:-1]),
            chosen=(messages[-1],),
            rejected=(rejected,),
            rejected_sql=rejected_sql,
            rejected_evidence={**evidence, **_against(slip.name, raised, None if raised else verdict.witnesses[name])},
        )

    def restate(self, record: Mapping[str, Any], database: Database) -> Candidate:  # noqa: ARG002
        return restated(record, self.name, self.answer)

    def described(self, database: Database, record: Mapping[str, Any]) -> Database:  # noqa: ARG002
        return database

    def prompt(self, database: Database, question: str, sql: str, error: str) -> tuple[Message, ...]:
        """The user message of an inference call, the same bytes as in a record."""
        text = prompts.first(database.dialect, database.schema_text, question, sql, error, self.answer)
        return (user(text),)

    def rejecting(self, example: Example, wrong: WrongAnswer) -> Example:
        """The model's answer to the last turn, as it was given."""
        return with_rejected(example, wrong.text, wrong.sql, _against(ON_POLICY, wrong.error, wrong.witness))


def _against(slip: str, error: SqlError | None, witness: Witness | None) -> dict[str, Any]:
    """Why the rejected answer is wrong."""
    return {
        "rejected_kind": "raises" if error else "differs",
        "rejected_slip": slip,
        "rejected_error_class": error.kind if error else "",
        "rejected_error_message": error.message if error else "",
        "witness": told(witness) if witness else "",
    }
