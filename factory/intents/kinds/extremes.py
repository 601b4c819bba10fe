"""The rows at the top of one column: "What are the 5 most expensive products launched in 2022?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import wanted
from factory.intents.english import listed, sentence, sentences, worded
from factory.intents.intent import Cut, Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, draw_subject
from factory.records import Column, Database


@dataclass(frozen=True, kw_only=True)
class Extremes(Intent):
    kind = "extremes"
    subject: Subject
    columns: tuple[Column, ...]
    by: Column
    desc: bool
    limit: int

    def tree(self) -> exp.Expr:
        table = self.subject.table.name
        scope = Scope(self.subject.table, self.subject.joins(), self.aliases)
        query = scope.select(*(scope.column(table, c.name) for c in (*self.columns, self.by)))
        conditions = self.subject.conditions(scope)
        if self.by.nulls:
            conditions.append(sql.not_null(scope.column(table, self.by.name)))
        if conditions:
            query = query.where(sql.both(*conditions), copy=False)
        by = sql.ordered(scope.column(table, self.by.name), desc=self.desc)
        return query.order_by(by, copy=False).limit(sql.literal(self.limit), copy=False)

    @property
    def cut(self) -> Cut:
        return Cut(limit=self.limit, column=len(self.columns))

    @property
    def in_order(self) -> bool:
        return self.limit > 1 and bool(self._starting("it"))

    def question(self) -> str:
        what, table = self.subject.said(), self.subject.table
        adjective = self.by.most if self.desc else self.by.least
        ends = ("latest", "earliest") if self.by.role == "timestamp" else ("highest", "lowest")
        end = f"{ends[0] if self.desc else ends[1]} {self.by.label}"
        output = listed(["ID" if c.role == "key" else c.label for c in (*self.columns, self.by)])
        parts = {
            "what": what,
            "one": table.label,
            "plural": table.plural,
            "output": output,
            "end": end,
            "adjective": adjective or "",
            "n": str(self.limit),
            "label": self.by.label,
            "who": "who" if table.person else "which one",
            "among": f" among {what}" if self.subject.restricted else "",
            "with": f"with the {end}",
        }
        parts["phrase"] = (
            f"{self.limit} {adjective} {what}"
            if adjective
            else f"{self.limit} {table.plural} with the {end}{parts['among']}"
        )
        show = wanted(self.voice, *("ID" if c.role == "key" else c.label for c in (*self.columns, self.by)))
        if self.limit > 1:
            return self._some(parts, show, adjective)
        patterns = (
            (
                "Of [all |]{what}, {who} is the {adjective}? {show}",
                "Among {what}, find the {adjective} one and [return|give] the {output}",
                "The {output} of the {adjective} {one}{among}",
                "What are the {output} of the {adjective} {one}{among}?",
                "{adjective} {one}{among}: {output}",
            )
            if adjective
            else (
                "Of [all |]{what}, which one has the {end}? {show}",
                "Among {what}, find the one with the {end} and [return|give] the {output}",
                "The {output} of the {one} with the {end}{among}",
                "Which {one} has the {end}{among}? {show}",
                "{one} with the {end}{among}: {output}",
            )
        )
        return sentence(worded(self.voice, *patterns, show=show, **parts))

    def _some(self, parts: dict[str, str], show: str, adjective: str | None) -> str:
        shown_within = worded(
            self.voice,
            "[Find|Get] the {phrase}, [returning|with] the {output}",
            "The {output} of the {phrase}",
            "The {phrase}: {output}",
            **parts,
        )
        lead = worded(
            self.voice,
            "What are the {phrase}?",
            "Of [all |]{what}, which {n} are the {adjective}?"
            if adjective
            else "Of [all |]{what}, which {n} have the {end}?",
            "Sort {what} by {label} and keep the {n} {adjective}"
            if adjective
            else "Sort {what} by {label} and keep the {n} {with}",
            "Top {n} {what} by {label}"
            if self.desc and self.by.role == "measure"
            else "[Could you show me|Which are] the {phrase}?",
            **parts,
        )
        return sentences(
            *((shown_within,) if self.voice % 5 < 2 else (lead, show)), self._starting(adjective or parts["end"])
        )

    def _starting(self, first: str) -> str:
        return worded(
            self.voice,
            "[Start|Begin] with the {first}",
            "",
            "[Put the {first} first|The {first} on top]",
            "",
            first=first,
        )


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in database.tables if t.row_count > 10]
    if not tables:
        return None
    table = rng.choice(tables)
    limit = rng.choice((1, 3, 5, 5, 10))
    subject = draw_subject(database, table, rng, far=0.25, most=2, floor=2.0 * limit + 2)
    orderable = [c for c in table.with_role("measure", "timestamp") if c.distinct > 20 and c.name not in subject.used]
    columns = shown(table)
    if not orderable or not columns or subject.rows() < 1.5 * limit:
        return None
    return Extremes(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        columns=columns,
        by=rng.choice(orderable),
        desc=rng.random() < 0.65,
        limit=limit,
    )
