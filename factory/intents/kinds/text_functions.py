"""Questions answered by string functions: "How many customers are there per email domain?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.english import article, listed, sentence
from factory.intents.grouping import slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_noun, draw_subject
from factory.records import Column, Database, Table

Part = Literal["domain", "initial", "word", "prefix", "length"]
Test = Literal["longer", "shorter", "contains", "ends", "longest"]


@dataclass(frozen=True, kw_only=True)
class Parts(Intent):
    """Rows counted by a part of a text (or by its length). Rows without the text are left out."""

    kind = "text_functions"
    subject: Subject
    column: Column
    part: Part
    several: bool
    plain: bool

    def tree(self) -> exp.Expr:
        scope = Scope(self.subject.table, self.subject.joins(), self.aliases)
        at = scope.column(self.subject.table.name, self.column.name)
        part = self._part(at)
        names = {"domain": "domain", "initial": "first_letter", "word": "first_word", "prefix": "prefix"}
        name = names.get(self.part, "length")
        count = sql.alias(sql.count_rows(), f"{slug(self.subject.table.label)}_count")
        query = scope.select(sql.alias(part, name), count)
        conditions = self.subject.conditions(scope)
        if self.column.nulls:
            conditions.append(sql.not_null(at.copy()))
        if conditions:
            query = query.where(sql.both(*conditions), copy=False)
        query = query.group_by(part.copy(), copy=False)
        if self.several:
            query = query.having(exp.GT(this=sql.count_rows(), expression=sql.literal(1)), copy=False)
        return query

    def _part(self, at: exp.Column) -> exp.Expr:
        one, two = exp.Literal.number(1), exp.Literal.number(2)
        if self.part == "length":
            return exp.Length(this=at)
        if self.part == "initial":
            return sql.call("LEFT", at, one) if self.plain else sql.call("SUBSTR", at, one, one.copy())
        if self.part == "domain":
            return sql.call("SPLIT_PART", at, exp.Literal.string("@"), two)
        mark = exp.Literal.string("-" if self.part == "prefix" else " ")
        return sql.call("SPLIT_PART", at, mark, one)

    def question(self) -> str:
        what, label = self.subject.said(), self.column.label
        part = {
            "domain": f"domain of the {label} (after the @)",
            "initial": f"first letter of the {label}",
            "word": f"first word of the {label}",
            "prefix": f"part of the {label} before the first hyphen",
            "length": f"number of characters in the {label}",
        }[self.part]
        short = {"domain": "domain", "initial": "letter", "word": "word", "prefix": "prefix", "length": "length"}
        noun = short[self.part]
        text = self.choose(
            f"How many {what} are there for each {part}?",
            f"Count the {what} by the {part}.",
            f"Group {what} by the {part} and give the number in each group.",
            f"{part}: how many {what} for each?",
            f"I want a list of each {part} among {what}, with the count.",
            f"For every {part}, return how many {what} share it.",
            f"Break {what} down by the {part}: {noun} and count.",
        )
        text = sentence(text)
        if self.several:
            text += " " + self.aside(
                f"Only keep a {noun} that occurs more than once.",
                "Drop those that occur only once.",
                f"Leave out every {noun} with a single one.",
            )
        if self.column.nulls:
            text += f" Skip {self.subject.table.plural} without {article(label)}."
        return text


@dataclass(frozen=True, kw_only=True)
class Matching(Intent):
    """Rows whose text has a certain length or holds a certain piece. Where case is ignored, the question says so."""

    kind = "text_functions"
    subject: Subject
    column: Column
    test: Test
    value: int | str
    columns: tuple[Column, ...]
    upper: bool
    form: int

    def tree(self) -> exp.Expr:
        table = self.subject.table
        scope = Scope(table, self.subject.joins(), self.aliases)
        at = scope.column(table.name, self.column.name)
        text: exp.Expr = sql.alias(exp.Upper(this=at.copy()), f"{slug(self.column.label)}_upper") if self.upper else at
        selected = [*(scope.column(table.name, c.name) for c in self.columns), text.copy()]
        if self.test in ("longer", "shorter", "longest"):
            selected.append(sql.alias(exp.Length(this=at.copy()), "length"))
        conditions = self.subject.conditions(scope)
        if self.test != "longest":
            conditions.append(self._condition(at))
            return scope.select(*selected).where(sql.both(*conditions), copy=False)
        inner = Scope(table, self.subject.joins(), self.aliases)
        longest = self.subject.restrict(inner.select(exp.Max(this=exp.Length(this=at.copy()))), inner)
        conditions.append(exp.EQ(this=exp.Length(this=at.copy()), expression=exp.Subquery(this=longest)))
        return scope.select(*selected).where(sql.both(*conditions), copy=False)

    def _condition(self, at: exp.Column) -> exp.Expr:
        if isinstance(self.value, int):
            compare = exp.GT if self.test == "longer" else exp.LT
            return compare(this=exp.Length(this=at.copy()), expression=sql.literal(self.value))
        value = exp.Literal.string(self.value)
        if self.test == "ends":
            if self.form:
                return exp.Like(this=at.copy(), expression=exp.Literal.string(f"%{self.value}"))
            return sql.call("SUFFIX", at.copy(), value)
        if self.form == 0:
            return exp.ILike(this=at.copy(), expression=exp.Literal.string(f"%{self.value}%"))
        lower = exp.Lower(this=at.copy())
        if self.form == 1:
            return exp.Like(this=lower, expression=exp.Literal.string(f"%{self.value}%"))
        return sql.call("CONTAINS", lower, value)

    def question(self) -> str:
        what, label, table = self.subject.said(), self.column.label, self.subject.table
        nouns = [column_noun(table, c, qualified=i == 0) for i, c in enumerate(self.columns)]
        own = f"the {label} in capital letters" if self.upper else f"the {label}"
        outputs = [*(f"the {n}" for n in nouns), own]
        if self.test in ("longer", "shorter", "longest"):
            outputs.append("its length")
        show = self.show(listed(outputs))
        if self.test == "longest":
            return sentence(
                self.choose(
                    f"Which of the {what} have the longest {label}, ties included? {show}",
                    f"Find the longest {label} among {what}; keep all that tie. {show}",
                    f"Longest {label} of all {what}, with ties. {show}",
                    f"I need the {what} whose {label} has the most characters, all of them if several tie. {show}",
                    f"Among {what}, whose {label} is longest? Include ties. {show}",
                    f"Measure the {label} of {what} in characters and keep the longest, ties included. {show}",
                )
            )
        n = self.value
        said = {
            "longer": f"is longer than {n} characters",
            "shorter": f"has fewer than {n} characters",
            "contains": f"contains '{n}', in upper or lower case",
            "ends": f"ends in '{n}'",
        }[self.test]
        such = {
            "longer": f"of more than {n} characters",
            "shorter": f"of fewer than {n} characters",
            "contains": f"that contains '{n}' (in upper or lower case)",
            "ends": f"ending in '{n}'",
        }[self.test]
        return sentence(
            self.choose(
                f"Which {what} have {article(label)} {such}? {show}",
                f"Find {what} where the {label} {said}. {show}",
                f"I'm looking for {what}; the condition is that the {label} {said}. {show}",
                f"{what}, only those where the {label} {said}. {show}",
                f"Search the {label} of {what} and keep each one that {said}. {show}",
                f"For which {what} is it true that the {label} {said}? {show}",
            )
        )


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in database.tables if t.row_count > 20 and t.with_role("name", "code", "text")]
    if not tables:
        return None
    table = rng.choice(tables)
    subject = draw_subject(database, table, rng, far=0.15, most=1, floor=25)
    columns = [
        c
        for c in table.with_role("name", "code", "text")
        if c.type == "VARCHAR" and c.values and c.name not in subject.used
    ]
    columns = [c for c in columns if all(isinstance(v, str) for v in c.values)]
    if not columns:
        return None
    column = rng.choice(columns)
    if (parts := _parts(column)) and rng.random() < 0.55:
        part = rng.choice(parts)
        return Parts(
            voice=voice(rng),
            aliases=alias_style(rng),
            subject=subject,
            column=column,
            part=part,
            several=part in ("word", "domain") and rng.random() < 0.6,
            plain=rng.random() < 0.6,
        )
    return _draw_test(table, subject, column, rng)


def _parts(column: Column) -> list[Part]:
    values = [str(v) for v in column.values]
    if all("@" in v for v in values):
        return ["domain", "domain", "domain", "length"]
    found: list[Part] = ["length"] if len({len(v) for v in values}) > 3 else []
    if column.role == "name" and all(v[:1].isalpha() and v[:1].isupper() for v in values):
        found += ["initial", "initial"]
    if column.role == "name" and sum(" " in v for v in values) > len(values) / 2:
        found.append("word")
    if column.role == "code" and all("-" in v for v in values) and len({v.split("-")[0] for v in values}) > 1:
        found += ["prefix", "prefix"]
    return found


def _draw_test(table: Table, subject: Subject, column: Column, rng: Random) -> Intent | None:
    values = [str(v) for v in column.values]
    lengths = sorted(len(v) for v in values)
    tests: list[Test] = ["contains", "ends"] if column.role != "text" else ["contains", "contains"]
    if lengths[-1] - lengths[0] > 3:
        tests += ["longer", "shorter", "longest"] if column.role != "text" else ["longer", "longer", "longest"]
    test = rng.choice(tests)
    value: int | str = lengths[len(lengths) // 2]
    if test == "longer" and column.role == "text" and int(value) > 20:
        value = int(value) // 10 * 10
    if test in ("contains", "ends"):
        words = [w.strip(".,;:!?()") for v in values for w in v.split()]
        if test == "contains":
            words = [w.lower() for w in words if w.isalpha() and w.isascii() and len(w) > 3]
        else:
            words = [v[-rng.choice((2, 3)) :] for v in values if v[-3:].isalnum() and v.isascii()]
        if not words:
            return None
        value = rng.choice(words)
    columns = tuple(c for c in shown(table) if c.name != column.name)
    return Matching(
        voice=voice(rng),
        aliases=alias_style(rng),
        subject=subject,
        column=column,
        test=test,
        value=value,
        columns=columns,
        upper=column.role == "name" and rng.random() < 0.3,
        form=rng.randrange(3),
    )
