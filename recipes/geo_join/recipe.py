"""Question about places and live schema → reasoning and spatial SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any, ClassVar

from factory.intents.geo.workflow import GeoIntent
from factory.recipe import Target, WrongAnswer
from factory.records import Candidate, Database, Example, Message, Role, Verdict
from factory.rendering import assistant, content_id, told, user
from recipes.geo_join import modelled, prompts
from recipes.geo_join.drawing import in_turns
from recipes.geo_join.plan import Plan, Wrong
from recipes.geo_join.proposing import Proposer
from recipes.geo_join.restating import restated

# What the oracle's lengths, areas and means may differ by.
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class GeoJoin:
    """`answer` is "cot" or "sql"; `enrichment` the share of the questions that can be enrichments that are, with an
    answer that writes; `loud` the share of the pairs whose rejected answer raises, by a habit of PostGIS."""

    name: ClassVar[str] = "geo_join"
    version: ClassVar[str] = "1"
    summary: ClassVar[str] = "question about places and live schema → reasoning and spatial SQL"
    needs: ClassVar[tuple[Role, ...]] = ("geometry",)
    bucket_share: ClassVar[float] = 0.08

    answer: str = "cot"
    enrichment: float = 0.5
    loud: float = 0.15

    def __post_init__(self) -> None:
        if self.answer not in ("cot", "sql"):
            raise ValueError(f"answer is 'cot' or 'sql', not '{self.answer}'")
        for name in ("enrichment", "loud"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a share from 0 to 1")

    def propose(self, database: Database, rng: Random) -> Iterator[Candidate]:
        proposer = Proposer(self.name, database, self.enrichment, self.loud)
        for intent in in_turns(database, rng):
            yield proposer.candidate(intent, rng)

    def render(self, verdict: Verdict, target: Target) -> Iterator[Example]:
        candidate, plan = verdict.candidate, verdict.candidate.payload
        assert isinstance(plan, Plan)
        asked = self.prompt(target.database, candidate.question, "", "")
        answer = assistant(prompts.reply(plan.steps, plan.gold, self.answer))
        judged, spatial_join = candidate.subject[0], _spatial_join(verdict)
        evidence = {
            "engine": target.engine,
            "engine_version": target.engine_version,
            "row_count": len(verdict.outcomes[judged, 0].rows),
            "workflow": plan.workflow,
            "task": plan.task,
            "crs": plan.crs,
            "oracle": verdict.oracle,
            "tolerance": _TOLERANCE,
            "expectation": plan.expectation,
            "asked_sql": plan.asked,
            "after_sql": plan.after,
            "spatial_join": spatial_join,
        }
        option = verdict.chosen.get("rejected")
        rejected, rejected_sql, against = None, "", {}
        if option is not None:
            rejected_sql = candidate.statements[option.name]
            wrong = plan.wrong[option.name]
            rejected = assistant(prompts.reply(wrong.steps, rejected_sql, self.answer))
            against = {**evidence, **_against(verdict, option.name, wrong)}
        tags = (*candidate.tags, f"plan:{'spatial_join' if spatial_join else 'other'}", f"oracle:{verdict.oracle}")
        yield Example(
            id=content_id([*asked, answer], rejected),
            recipe=self.name,
            database=target.database.name,
            dialect=target.database.dialect,
            question=candidate.question,
            sql=plan.gold,
            messages=(*asked, answer),
            evidence=evidence,
            tags=tags,
            prompt=asked,
            chosen=(answer,),
            rejected=None if rejected is None else (rejected,),
            rejected_sql=rejected_sql,
            rejected_evidence=against,
        )

    def coverage(self, verdict: Verdict) -> Iterator[tuple[str, str]]:
        """Ways to be wrong that were tried, and whether the data show them; what the oracle and the planner did."""
        plan = verdict.candidate.payload
        if verdict.reason or not isinstance(plan, Plan):
            return
        chosen = verdict.chosen.get("rejected")
        for name, wrong in plan.wrong.items():
            proven = chosen is not None and chosen.name == name
            yield wrong.way, "yes" if proven else "no"
            if proven:
                break
        yield "rows computed by the oracle", "yes" if verdict.oracle == "agrees" else "no"
        if plan.joined:
            yield "containment planned as SPATIAL_JOIN", "yes" if _spatial_join(verdict) else "no"

    def restate(self, record: Mapping[str, Any], database: Database) -> Candidate:  # noqa: ARG002
        return restated(record, self.name)

    def described(self, database: Database, record: Mapping[str, Any]) -> Database:  # noqa: ARG002
        return database

    def prompt(self, database: Database, question: str, sql: str, error: str) -> tuple[Message, ...]:  # noqa: ARG002
        """The user message of an inference call, the same bytes as in a record."""
        return (user(prompts.first(database.dialect, database.schema_text, question, self.answer)),)

    # --- what a language model may write -----------------------------------------------------------------------------

    def intent(self, candidate: Candidate) -> GeoIntent | None:
        """None too for a task that writes, whose words the intent doesn't have."""
        return modelled.intent(candidate)

    def reworded(self, candidate: Candidate, question: str) -> Candidate:
        return replace(candidate, question=question)

    def reasoned(self, candidate: Candidate, database: Database, sql: str, reasoning: str) -> Candidate:
        return modelled.reasoned(candidate, database, sql, reasoning)

    def rejecting(self, example: Example, wrong: WrongAnswer) -> Example:
        return modelled.rejecting(example, wrong)


def _spatial_join(verdict: Verdict) -> bool:
    return "SPATIAL_JOIN" in verdict.plans.get(verdict.candidate.subject[0], "")


def _against(verdict: Verdict, name: str, wrong: Wrong) -> Mapping[str, Any]:
    found = verdict.outcomes.get((name, 0))
    error = found.error if found is not None and wrong.kind == "loud" else None
    witness = next((w for at, w in verdict.witnesses.items() if at in (name, f"left_{name}")), None)
    return {
        "rejected_kind": wrong.kind,
        "rejected_operator": wrong.operator,
        "rejected_type": wrong.type,
        "rejected_way": wrong.way,
        "mistake": wrong.mistake,
        "error_message": error.message if error else "",
        "witness": told(witness) if witness and not error else "",
    }
