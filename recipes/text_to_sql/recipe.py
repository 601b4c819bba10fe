"""Question and live schema → reasoning and SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

import sqlglot
from sqlglot import exp

from factory.intents.difficulty import difficulty
from factory.intents.intent import Intent
from factory.intents.registers import Said, speak
from factory.intents.rewrites.realise import realisations
from factory.intents.skeleton import skeleton
from factory.intents.style import Style, draw_style, render
from factory.mutations.silent.neighbour import Neighbour
from factory.mutations.silent.propose import neighbours
from factory.mutations.silent.taxonomy import PRIORS
from factory.reasoning import reasoning
from factory.recipe import Target, WrongAnswer
from factory.records import Candidate, Claim, Database, Example, Message, Option, Verdict
from factory.rendering import assistant, content_id, told, user
from recipes.text_to_sql import modelled, prompts
from recipes.text_to_sql.certified import certificate
from recipes.text_to_sql.mixture import mix, mixed
from recipes.text_to_sql.near_misses import near_misses
from recipes.text_to_sql.plan import Asked, Plan
from recipes.text_to_sql.restating import restated
from recipes.text_to_sql.scope import SCOPES, Settings, draw_shown, showing, shown_in

_PLAIN = Style()
# Wrong queries proposed for each question until one is proven wrong, and those drawn to choose them from.
_WRONG, _DRAWN = 4, 12


@dataclass(frozen=True)
class TextToSql:
    """`answer` is "cot" or "sql"; `difficulty` the mix of levels, such as "easy=0.2,medium=0.4,hard=0.3,extra=0.1",
    "" takes questions as they come; `rewritten` the share of golds that are written in another way. `schema_scope` is
    "gold", "related" or "full"; `shuffled`, `descriptions` and `samples` are shares of prompts; `schema_tokens` bounds
    the estimated length of the schema text, 0 doesn't; `fault_prior` is how wrong answers are drawn: as often as models
    commit such faults ("nl2sql-bugs"), or each kind as often as any ("uniform")."""

    name: ClassVar[str] = "text_to_sql"
    version: ClassVar[str] = "1"
    summary: ClassVar[str] = "question and live schema → reasoning and SQL"

    answer: str = "cot"
    difficulty: str = ""
    rewritten: float = 0.5
    schema_scope: str = "full"
    shuffled: float = 0.0
    descriptions: float = 1.0
    samples: float = 1.0
    schema_tokens: int = 0
    fault_prior: str = "nl2sql-bugs"

    def __post_init__(self) -> None:
        if self.answer not in ("cot", "sql"):
            raise ValueError(f"answer is 'cot' or 'sql', not '{self.answer}'")
        if self.schema_scope not in SCOPES:
            raise ValueError(f"schema_scope is one of {', '.join(SCOPES)}, not '{self.schema_scope}'")
        for name in ("rewritten", "shuffled", "descriptions", "samples"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a share from 0 to 1")
        if self.schema_tokens < 0:
            raise ValueError("schema_tokens is 0 for no bound, or a number of tokens")
        if self.fault_prior not in PRIORS:
            raise ValueError(f"fault_prior is one of {', '.join(PRIORS)}, not '{self.fault_prior}'")
        mix(self.difficulty)

    def propose(self, database: Database, rng: Random) -> Iterator[Candidate]:
        used: Counter[str] = Counter()
        for drawn in mixed(database, rng, mix(self.difficulty)):
            intent, said = speak(drawn, database, rng)
            # A follow-up that adds or drops a filter may be of another level than the one that was drawn.
            while self.difficulty and difficulty(intent.tree()) != difficulty(drawn.tree()):
                intent, said = speak(drawn, database, rng)
            yield self._candidate(intent, said, database, rng, used)

    def _candidate(self, intent: Intent, said: Said, database: Database, rng: Random, used: Counter[str]) -> Candidate:
        tree = intent.tree()
        rewrites, gold = self._written(tree, database, rng)
        asked = Asked(tree, gold, rewrites, intent.kind, intent.cut, intent)
        return self._about(asked, said, database, rng, used)

    def _about(self, asked: Asked, said: Said, database: Database, rng: Random, used: Counter[str]) -> Candidate:
        tree, gold, rewrites = asked.tree, asked.gold, asked.rewrites
        level = difficulty(tree)
        style, voice = draw_style(rng), rng.randrange(1 << 40)
        statements = {"original": render(tree, _PLAIN), "gold": render(gold, style)}
        claims = [Claim("not_empty", "gold"), Claim("succeeds", "gold")]
        # Below a LIMIT only instance 0 is known to have no tie at the cut.
        proven_on = (0,) if asked.cut or (asked.intent is None and tree.find(exp.Limit)) else None
        if cut := asked.cut:
            statements["wide"] = render(tree.limit(cut.limit + 1), _PLAIN)  # type: ignore[attr-defined]
            claims.append(Claim("untied", "wide", limit=cut.limit, column=cut.column))
        if rewrites:
            claims.append(Claim("same_rows", "original", "gold", instances=proven_on))
        elif statements["original"] != statements["gold"]:
            claims.append(Claim("same_rows", "original", "gold", ordered=True))
        steps = reasoning(gold, database, style, voice)
        settings = Settings(self.schema_scope, self.shuffled, self.descriptions, self.samples, self.schema_tokens)
        shown = draw_shown(database, gold, settings, rng)
        question = prompts.asked(said.earlier, said.question)
        tags = (f"kind:{asked.kind}", f"difficulty:{level}", f"register:{said.register}")
        if shown is None:
            return self._too_long(database, question, statements, tags)
        wrong: dict[str, tuple[Neighbour, str]] = {}
        for neighbour in self._drawn(gold, database, rng, used):
            thought = reasoning(neighbour.tree, database, style, voice)
            if thought == steps or shown.hides(neighbour.tree, database):
                continue  # the reasoning would not show the mistake, or it would name what the prompt doesn't
            name = f"wrong{len(wrong)}"
            statements[name] = render(neighbour.tree, style)
            wrong[name] = neighbour, thought
            if len(wrong) == _WRONG:
                break
        if wrong:
            used[wrong["wrong0"][0].operator] += 1
        original = statements["original"] if rewrites else ""
        return Candidate(
            recipe=self.name,
            database=database.name,
            question=question,
            statements=statements,
            claims=tuple(claims),
            slots={"rejected": tuple(Option(n, (Claim("differs", "gold", n, instances=proven_on),)) for n in wrong)},
            key=f"{question}\n{statements['gold']}",
            skeleton=skeleton(tree),
            subject=("gold",),
            neighbours=near_misses(statements["gold"], database),
            tags=(*tags, *(f"dropped:{what}" for what in shown.dropped)),
            payload=Plan(statements["gold"], steps, rewrites, original, said, level, wrong, shown, asked.intent),
        )

    def _drawn(self, gold: exp.Expr, database: Database, rng: Random, used: Counter[str]) -> list[Neighbour]:
        if self.fault_prior == "nl2sql-bugs":
            return neighbours(gold, database, rng, _DRAWN, "nl2sql-bugs")
        drawn = neighbours(gold, database, rng, _DRAWN)
        return sorted(drawn, key=lambda n: used[n.operator] + 2 * rng.random())

    def _too_long(
        self, database: Database, question: str, statements: Mapping[str, str], tags: tuple[str, ...]
    ) -> Candidate:
        """Nothing to prove: a slot without options rejects it, so that the funnel counts it under its reason."""
        return Candidate(
            self.name,
            database.name,
            question,
            statements,
            (),
            slots={"prompt": ()},
            required={"prompt": "schema_over_budget"},
            key=f"{question}\n{statements['gold']}",
            subject=("gold",),
            tags=tags,
        )

    def _written(self, tree: exp.Expr, database: Database, rng: Random) -> tuple[tuple[str, ...], exp.Expr]:
        """The tree, or one that says the same in another way."""
        if rng.random() >= self.rewritten:
            return (), tree
        found = realisations(tree, database, rng)
        return rng.choice(found) if found else ((), tree)

    def render(self, verdict: Verdict, target: Target) -> Iterator[Example]:
        plan = verdict.candidate.payload
        assert isinstance(plan, Plan)
        asked = self.prompt(showing(target.database, plan.shown), verdict.candidate.question, "", "")
        answer = assistant(prompts.reply(plan.steps, plan.gold, self.answer))
        evidence = {
            "engine": target.engine,
            "engine_version": target.engine_version,
            "row_count": len(verdict.outcomes["gold", 0].rows),
            "rewrites": list(plan.rewrites),
            "asked_sql": plan.asked,
            "register": plan.said.register,
            "difficulty": plan.level,
            **certificate(verdict),
            **plan.shown.evidence(),
        }
        option = verdict.chosen.get("rejected")
        rejected, rejected_sql, against = None, "", {}
        if option is not None:
            neighbour, thought = plan.wrong[option.name]
            rejected_sql = verdict.candidate.statements[option.name]
            rejected = assistant(prompts.reply(thought, rejected_sql, self.answer))
            against = {
                **evidence,
                "rejected_operator": neighbour.operator,
                "rejected_type": neighbour.taxonomy,
                "mistake": neighbour.mistake,
                "witness": told(verdict.witnesses[option.name]),
            }
        yield Example(
            id=content_id([*asked, answer], rejected),
            recipe=self.name,
            database=target.database.name,
            dialect=target.database.dialect,
            question=verdict.candidate.question,
            sql=plan.gold,
            messages=(*asked, answer),
            evidence=evidence,
            tags=verdict.candidate.tags,
            prompt=asked,
            chosen=(answer,),
            rejected=None if rejected is None else (rejected,),
            rejected_sql=rejected_sql,
            rejected_evidence=against,
        )

    def restate(self, record: Mapping[str, Any], database: Database) -> Candidate:
        return restated(record, database, self.name)

    def described(self, database: Database, record: Mapping[str, Any]) -> Database:
        """The database as the record's prompt describes it: for an audit of the prompt."""
        return showing(database, shown_in(record["evidence"]))

    def prompt(self, database: Database, question: str, sql: str, error: str) -> tuple[Message, ...]:  # noqa: ARG002
        """The user message of an inference call, the same bytes as in a record."""
        text = prompts.first(database.dialect, database.schema_text, question, self.answer)
        return (user(text),)

    # --- what a language model may write -----------------------------------------------------------------------------

    def intent(self, candidate: Candidate) -> Intent | None:
        """None too for a follow-up, which asks something only together with what was asked before."""
        return modelled.intent(candidate)

    def reworded(self, candidate: Candidate, question: str) -> Candidate:
        return modelled.reworded(candidate, question)

    def reasoned(self, candidate: Candidate, database: Database, sql: str, reasoning: str) -> Candidate:
        return modelled.reasoned(candidate, database, sql, reasoning)

    def rejecting(self, example: Example, wrong: WrongAnswer) -> Example:
        return modelled.rejecting(example, wrong)

    def stated(self, database: Database, question: str, sql: str, rng: Random) -> Candidate:
        tree = sqlglot.parse_one(sql, dialect=database.dialect)
        asked = Asked(tree, tree, (), "proposed", None, None)
        return self._about(asked, Said("model", question), database, rng, Counter())
