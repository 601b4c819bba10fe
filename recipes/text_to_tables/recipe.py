"""Question and wide catalog → the tables that a query needs, and tables → the questions that they answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any, ClassVar

from factory.intents.skeleton import skeleton
from factory.recipe import Target
from factory.records import Candidate, Database, Example, Message, Verdict
from factory.rendering import assistant, content_id, told, user
from factory.wide.catalog import WideDatabase, as_wide
from factory.wide.name import LARGEST, SMALLEST
from factory.wide.text import FORMS, catalog_text
from recipes.text_to_tables import prompts
from recipes.text_to_tables.answers import answer, numbered
from recipes.text_to_tables.case import Case, Proof, against, minimal_sets, proof
from recipes.text_to_tables.describing import difficulty, evidence_of
from recipes.text_to_tables.drawing import Drawn, Draws
from recipes.text_to_tables.proposing import Proposed, Wish, answered, several, unanswered
from recipes.text_to_tables.reasons import reasons, useless_reason
from recipes.text_to_tables.restating import restated
from recipes.text_to_tables.sizes import merged
from recipes.text_to_tables.wrongs import wrong_questions, wrongs

# Sets of tables that are looked at for a question to reject.
_NEAR = 6


@dataclass(frozen=True, slots=True)
class Plan:
    """What was proposed, with its proof."""

    case: Case
    proven: Proof
    drawn: Drawn
    missing: str


@dataclass(frozen=True)
class TextToTables:
    """`shapes` is the mix of answers, `forms` that of catalog texts; `tokens` bounds the estimated length of a catalog;
    `unanswerable` is the share of questions that the catalog can't answer; `ambiguous` "drop" or "keep" decides about
    questions that other tables answer too; `smallest` and `largest` are the tables of a catalog."""

    name: ClassVar[str] = "text_to_tables"
    version: ClassVar[str] = "1"
    summary: ClassVar[str] = "question and wide catalog → the tables that a query needs, and no other"

    shapes: str = "json=0.35,lines=0.2,reasons=0.3,questions=0.15"
    forms: str = "names=0.4,columns=0.3,ddl=0.3"
    tokens: int = 6000
    unanswerable: float = 0.05
    ambiguous: str = "drop"
    smallest: int = SMALLEST
    largest: int = LARGEST

    def __post_init__(self) -> None:
        _mix("shapes", self.shapes, prompts.SHAPES)
        _mix("forms", self.forms, FORMS)
        if self.tokens < 300:
            raise ValueError("tokens is at least 300: a catalog has to fit")
        if not 0 <= self.unanswerable <= 1:
            raise ValueError("unanswerable is a share from 0 to 1")
        if self.ambiguous not in ("drop", "keep"):
            raise ValueError(f"ambiguous is 'drop' or 'keep', not '{self.ambiguous}'")
        if not SMALLEST <= self.smallest <= self.largest <= LARGEST:
            raise ValueError(f"smallest and largest lie from {SMALLEST} to {LARGEST}, the smaller one first")

    def merged(self, domain: str, others: Sequence[str], rng: Random) -> str:
        """The name of a catalog with this domain, of a size and a mix of domains that are drawn."""
        return str(merged(domain, others, self.smallest, self.largest, rng))

    def propose(self, database: Database, rng: Random) -> Iterator[Candidate]:
        wide = as_wide(database)
        shapes, forms = _mix("shapes", self.shapes, prompts.SHAPES), _mix("forms", self.forms, FORMS)
        # Both come about by chance, so that their shares are made up for when they do.
        owed, lacking = rng.random(), rng.random()
        share = shapes.get("questions", 0.0)
        single = {shape: weight for shape, weight in shapes.items() if shape != "questions"}
        draws = Draws(wide.members, rng)
        for one in draws:
            form = rng.choices(list(forms), list(forms.values()))[0]
            owed += share
            if owed >= 1 and (five := draws.together(prompts.ASKED)):
                owed -= 1
                yield self._questions(five, draws.near(five[0], _NEAR), wide, Wish("questions", form, self.tokens), rng)
            if not single:
                continue
            wish = Wish(rng.choices(list(single), list(single.values()))[0], form, self.tokens)
            lacking += self.unanswerable
            if lacking >= 1 and (without := unanswered(one, wide, wish, rng)):
                lacking -= 1
                yield self._candidate(without, wide, rng)
                continue
            for proposed in answered(one, wide, wish, rng):
                yield self._candidate(proposed, wide, rng)

    def _questions(
        self, five: list[Drawn], others: list[Drawn], wide: WideDatabase, wish: Wish, rng: Random
    ) -> Candidate:
        proposed = several(five, wish)
        case = replace(proposed.case, wrong=wrong_questions(proposed.case, five, others, rng))
        return self._made(replace(proposed, case=case), against(proof(case, wide, keep=False), case), wide)

    def _candidate(self, proposed: Proposed, wide: WideDatabase, rng: Random) -> Candidate:
        proven = proof(proposed.case, wide, keep=self.ambiguous == "keep")
        others = list(proven.others.values())
        case = replace(proposed.case, wrong=wrongs(proposed.case, proposed.drawn, others, wide, rng))
        return self._made(replace(proposed, case=case), against(proven, case), wide)

    def _made(self, proposed: Proposed, proven: Proof, wide: WideDatabase) -> Candidate:
        case, one = proposed.case, proposed.drawn
        question = prompts.about(case.needed) if case.shape == "questions" else case.questions[0]
        return Candidate(
            recipe=self.name,
            database=wide.name,
            question=question,
            statements=proven.statements,
            claims=tuple(proven.claims),
            slots=proven.slots,
            required=proven.required,
            visible=proven.visible,
            key="\n".join((*case.questions, *case.queries)),
            skeleton=skeleton(one.tree) if case.shape != "questions" else "\n".join(case.queries),
            subject=("gold0",),
            tags=(),
            payload=Plan(case, proven, one, proposed.missing),
        )

    def render(self, verdict: Verdict, target: Target) -> Iterator[Example]:
        plan = verdict.candidate.payload
        assert isinstance(plan, Plan)
        case, wide = plan.case, as_wide(target.database)
        question = verdict.candidate.question
        catalog = catalog_text(wide, case.shown, case.form)
        asked = user(prompts.first(wide.dialect, catalog, question, case.shape))
        said = assistant(self._answer(case, wide, case.needed, plan.missing))
        same = [name for name, option in verdict.chosen.items() if option.name == "same"]
        sets = minimal_sets(case, plan.proven.others, same) if case.needed else []
        level = difficulty(case, plan.drawn, wide)
        evidence = {
            **evidence_of(case, level, sets, target),
            "row_count": len(verdict.outcomes["gold0", 0].rows),
            "register": plan.drawn.said.register,
            "others_tried": len(plan.proven.others),
            "missing": plan.missing,
        }
        rejected, rejected_sql, failing = self._rejected(plan, verdict, wide, evidence)
        yield Example(
            id=content_id([asked, said], rejected),
            recipe=self.name,
            database=target.database.name,
            dialect=wide.dialect,
            question=question,
            sql=case.queries[0],
            messages=(asked, said),
            evidence=evidence,
            tags=(*level.tags, f"shape:{case.shape}", f"form:{case.form}", f"kind:{plan.drawn.intent.kind}"),
            prompt=(asked,),
            chosen=(said,),
            rejected=None if rejected is None else (rejected,),
            rejected_sql=rejected_sql,
            rejected_evidence=failing,
        )

    def _answer(self, case: Case, wide: WideDatabase, tables: Sequence[str], missing: str) -> str:
        if case.shape == "questions":
            return numbered(case.questions)
        shown = frozenset(case.shown)
        why = dict(reasons(case.queries[0], wide, shown, case.form)) if case.shape == "reasons" else {}
        for name in tables:
            if case.shape == "reasons" and name not in why:
                why[name] = useless_reason(name, case.queries[0], wide, shown, case.form)
        return answer(case.shape, case.shown, tables, why, missing)

    def _rejected(
        self, plan: Plan, verdict: Verdict, wide: WideDatabase, evidence: Mapping[str, Any]
    ) -> tuple[Message | None, str, Mapping[str, Any]]:
        option = verdict.chosen.get("rejected")
        if option is None:
            return None, "", {}
        n = int(option.name.partition(":")[0])
        case, wrong = plan.case, plan.case.wrong[n]
        outcome = verdict.outcomes[f"rejected{n}", 0]
        witness = verdict.witnesses.get(f"rejected{n}")
        if witness:
            seen = told(witness)
        elif outcome.error:
            seen = json.dumps({"error": outcome.error.message}, ensure_ascii=False)
        else:
            seen = json.dumps({"rows": len(outcome.rows)})
        if case.shape == "questions":
            at = len(wrong.question) % len(case.questions)
            text = numbered([*case.questions[:at], wrong.question, *case.questions[at + 1 :]])
        else:
            nothing = f"no table here holds {plan.drawn.member.database.table(plan.drawn.tables[0]).plural}."
            text = self._answer(case, wide, wrong.tables, nothing)
        return (
            assistant(text),
            verdict.candidate.statements[f"rejected{n}"],
            {**evidence, "rejected_kind": wrong.kind, "rejected_tables": list(wrong.tables), "witness": seen},
        )

    def restate(self, record: Mapping[str, Any], database: Database) -> Candidate:
        wide = as_wide(database)
        case = restated(record)
        proven = against(proof(case, wide, keep=self.ambiguous == "keep"), case, audited=True)
        return Candidate(
            recipe=self.name,
            database=database.name,
            question=record["question"],
            statements=proven.statements,
            claims=tuple(proven.claims),
            slots=proven.slots,
            required=proven.required,
            visible=proven.visible,
            subject=("gold0",),
        )

    def described(self, database: Database, record: Mapping[str, Any]) -> Database:
        """The database as the record's prompt shows it: some of its tables, in one of three forms."""
        evidence = record["evidence"]
        text = catalog_text(as_wide(database), evidence["shown_tables"], evidence["form"])
        return replace(as_wide(database), schema_text=text)

    def asked(self, record: Mapping[str, Any], database: Database) -> tuple[Message, ...]:
        evidence = record["evidence"]
        text = catalog_text(as_wide(database), evidence["shown_tables"], evidence["form"])
        return (user(prompts.first(database.dialect, text, record["question"], evidence["shape"])),)

    def prompt(self, database: Database, question: str, sql: str, error: str) -> tuple[Message, ...]:  # noqa: ARG002
        """The user message of an inference call about all tables, in the shape and form that the options name first."""
        wide = as_wide(database)
        shape = next(iter(_mix("shapes", self.shapes, prompts.SHAPES)))
        form = next(iter(_mix("forms", self.forms, FORMS)))
        text = catalog_text(wide, [e.name for e in wide.entries], form)
        return (user(prompts.first(wide.dialect, text, question, shape)),)


@cache
def _mix(option: str, text: str, known: tuple[Any, ...]) -> Mapping[Any, float]:
    """Raises ValueError."""
    found: dict[Any, float] = {}
    for part in text.split(","):
        name, _, share = part.partition("=")
        if name.strip() not in known:
            raise ValueError(f"{option} are {', '.join(known)}, not '{name.strip()}'")
        try:
            found[name.strip()] = float(share or 1)
        except ValueError:
            raise ValueError(f"{option}: '{part}' is not NAME=SHARE, such as {known[0]}=0.5") from None
    if min(found.values()) < 0 or not sum(found.values()):
        raise ValueError(f"shares of {option} are 0 or more, and not all 0")
    total = sum(found.values())
    return {name: share / total for name, share in found.items() if share}
