"""Question and live schema → reasoning and SQL."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

import sqlglot
from sqlglot import exp

from factory.intents.draw import intents
from factory.intents.intent import Intent
from factory.intents.registers import Said, speak
from factory.intents.rewrites.realise import realisations
from factory.intents.skeleton import skeleton
from factory.intents.style import Style, draw_style, render
from factory.mutations.silent.neighbour import Neighbour
from factory.mutations.silent.propose import neighbours
from factory.prompt import unfenced
from factory.recipe import Target
from factory.records import Candidate, Claim, Database, Example, Message, Option, Verdict, Witness
from recipes.text_to_sql import prompts
from recipes.text_to_sql.certified import certificate
from recipes.text_to_sql.difficulty import difficulty, mix
from recipes.text_to_sql.reasoning import reasoning
from recipes.text_to_sql.scope import SCOPES, Shown, draw_shown, showing, shown_in, tables_of

_PLAIN = Style()
# Wrong queries proposed for each question until one is proven wrong, and those drawn to choose them from.
_WRONG, _DRAWN = 4, 12
# Near misses that a certificate tries to tell from the gold.
_TRIED = 12
_ORDERING = ("direction_turned", "nulls_first", "other_sort_column")
# Questions drawn for one of a wanted level, and those of other levels kept for later.
_TRIES, _KEPT = 300, 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What was proposed: the gold as a person would write it, its wrong neighbours by slot option, and the words."""

    gold: str
    steps: str
    rewrites: tuple[str, ...]
    said: Said
    level: str
    wrong: Mapping[str, tuple[Neighbour, str]]
    shown: Shown


@dataclass(frozen=True)
class TextToSql:
    """`answer` is "cot" or "sql"; `difficulty` the mix of levels, such as "easy=0.2,medium=0.4,hard=0.3,extra=0.1",
    "" takes questions as they come; `rewritten` the share of golds that are written in another way. `schema_scope` is
    "gold", "related" or "full"; `shuffled`, `descriptions` and `samples` are shares of prompts."""

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

    def __post_init__(self) -> None:
        if self.answer not in ("cot", "sql"):
            raise ValueError(f"answer is 'cot' or 'sql', not '{self.answer}'")
        if self.schema_scope not in SCOPES:
            raise ValueError(f"schema_scope is one of {', '.join(SCOPES)}, not '{self.schema_scope}'")
        for name in ("rewritten", "shuffled", "descriptions", "samples"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a share from 0 to 1")
        mix(self.difficulty)

    def propose(self, database: Database, rng: Random) -> Iterator[Candidate]:
        used: Counter[str] = Counter()
        for drawn in self._mixed(database, rng):
            intent, said = speak(drawn, database, rng)
            # A follow-up that adds or drops a filter may be of another level than the one that was drawn.
            while self.difficulty and difficulty(intent.tree()) != difficulty(drawn.tree()):
                intent, said = speak(drawn, database, rng)
            yield self._candidate(intent, said, database, rng, used)

    def _mixed(self, database: Database, rng: Random) -> Iterator[Intent]:
        """Questions in the shares of levels asked for: a level is drawn, then a question of it.

        A level that the database doesn't seem to have is left out.
        """
        shares = dict(mix(self.difficulty))
        source = intents(database, rng)
        if not shares:
            yield from source
            return
        kept: defaultdict[str, deque[Intent]] = defaultdict(lambda: deque(maxlen=_KEPT))
        while any(shares.values()):
            wanted = rng.choices(list(shares), weights=list(shares.values()))[0]
            for _ in range(_TRIES):
                if kept[wanted]:
                    break
                intent = next(source, None)
                if intent is None:
                    return
                kept[difficulty(intent.tree())].append(intent)
            if kept[wanted]:
                yield kept[wanted].popleft()
            else:
                shares[wanted] = 0

    def _candidate(self, intent: Intent, said: Said, database: Database, rng: Random, used: Counter[str]) -> Candidate:
        tree = intent.tree()
        level = difficulty(tree)
        rewrites, gold = self._written(tree, database, rng)
        style, voice = draw_style(rng), rng.randrange(1 << 40)
        statements = {"original": render(tree, _PLAIN), "gold": render(gold, style)}
        claims = [Claim("not_empty", "gold"), Claim("succeeds", "gold")]
        # Below a LIMIT only instance 0 is known to have no tie at the cut.
        proven_on = (0,) if intent.cut else None
        if cut := intent.cut:
            statements["wide"] = render(tree.limit(cut.limit + 1), _PLAIN)  # type: ignore[attr-defined]
            claims.append(Claim("untied", "wide", limit=cut.limit, column=cut.column))
        if rewrites:
            claims.append(Claim("same_rows", "original", "gold", instances=proven_on))
        elif statements["original"] != statements["gold"]:
            claims.append(Claim("same_rows", "original", "gold", ordered=True))
        steps = reasoning(gold, database, style, voice)
        shown = draw_shown(
            database, gold, self.schema_scope, rng,
            shuffled=self.shuffled, descriptions=self.descriptions, samples=self.samples,
        )  # fmt: skip
        hidden = {t.name for t in database.tables}.difference(shown.tables) if shown.tables else set()
        wrong: dict[str, tuple[Neighbour, str]] = {}
        drawn = neighbours(gold, database, rng, _DRAWN)
        for neighbour in sorted(drawn, key=lambda n: used[n.operator] + 2 * rng.random()):
            thought = reasoning(neighbour.tree, database, style, voice)
            if thought == steps or tables_of(neighbour.tree) & hidden:
                continue  # the reasoning would not show the mistake, or it would name what the prompt doesn't
            name = f"wrong{len(wrong)}"
            statements[name] = render(neighbour.tree, style)
            wrong[name] = neighbour, thought
            if len(wrong) == _WRONG:
                break
        if wrong:
            used[wrong["wrong0"][0].operator] += 1
        question = prompts.asked(said.earlier, said.question)
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
            neighbours=_near(statements["gold"], database),
            tags=(f"kind:{intent.kind}", f"difficulty:{level}", f"register:{said.register}"),
            payload=Plan(statements["gold"], steps, rewrites, said, level, wrong, shown),
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
        answer = _assistant(prompts.reply(plan.steps, plan.gold, self.answer))
        evidence = {
            "engine": target.engine,
            "engine_version": target.engine_version,
            "row_count": len(verdict.outcomes["gold", 0].rows),
            "rewrites": list(plan.rewrites),
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
            rejected = _assistant(prompts.reply(thought, rejected_sql, self.answer))
            against = {
                **evidence,
                "rejected_operator": neighbour.operator,
                "rejected_type": neighbour.taxonomy,
                "mistake": neighbour.mistake,
                "witness": _told(verdict.witnesses[option.name]),
            }
        yield Example(
            id=_content_id([*asked, answer], rejected),
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
        """Proves an emitted record again: the SQL of the answer gives the rows, the rejected one gives others."""
        evidence = record["evidence"]
        dpo = "chosen" in record
        answer = (record["chosen"] if dpo else record["messages"])[-1]["content"]
        statements = {"gold": record["sql"], "answer": unfenced(answer)}
        claims = [
            Claim("same_text", "answer", "gold"),
            Claim("succeeds", "gold"),
            Claim("not_empty", "gold"),
            Claim("row_count", "gold", limit=evidence["row_count"]),
        ]
        if dpo:
            statements["rejected"] = record["rejected_sql"]
            statements["wrong"] = unfenced(record["rejected"][-1]["content"])
            witnessed = json.loads(evidence["witness"])["instance"]
            claims += (
                Claim("same_text", "wrong", "rejected"),
                Claim("differs", "gold", "rejected", instances=(witnessed,)),
            )
        return Candidate(
            self.name,
            record["database"],
            record["question"],
            statements,
            tuple(claims),
            subject=("gold",),
            neighbours=_near(record["sql"], database),
        )

    def described(self, database: Database, record: Mapping[str, Any]) -> Database:
        """The database as the record's prompt describes it: for an audit of the prompt."""
        return showing(database, shown_in(record["evidence"]))

    def prompt(self, database: Database, question: str, sql: str, error: str) -> tuple[Message, ...]:  # noqa: ARG002
        """The user message of an inference call, the same bytes as in a record."""
        text = prompts.first(database.dialect, database.schema_text, question, self.answer)
        return ({"role": "user", "content": text},)


def _near(gold: str, database: Database) -> dict[str, str]:
    """What the certificate tries, from the text alone, so that an audit tries the same."""
    tree = sqlglot.parse_one(gold, dialect="duckdb")
    sorted_only = bool(tree.args.get("order")) and not tree.args.get("limit")
    found: dict[str, str] = {}
    for neighbour in neighbours(tree, database, Random(gold), _TRIED):
        name = neighbour.operator
        if sorted_only and name in _ORDERING:
            continue  # the order of ties is the session's, so a certificate doesn't judge order
        if name in found:
            name = f"{name}_{sum(key.startswith(name) for key in found) + 1}"
        found[name] = render(neighbour.tree, _PLAIN)
    return found


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


def _assistant(content: str) -> Message:
    return {"role": "assistant", "content": content}


def _content_id(messages: list[Message], rejected: Message | None) -> str:
    text = json.dumps([messages, rejected], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
