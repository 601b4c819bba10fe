"""Rows whose text has a length or a piece: "Which products have a name longer than 30 characters?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.columns import wanted
from factory.intents.english import article, sentences, worded
from factory.intents.grouping import slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.kinds.text_functions import draw_text
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, column_noun
from factory.records import Column, Database

Test = Literal["longer", "shorter", "contains", "ends", "longest"]


@dataclass(frozen=True, kw_only=True)
class Matching(Intent):
    """Rows whose text has a certain length or holds a certain piece. Where case is ignored, the question says so."""

    kind = "text_matching"
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
        label, table, n = self.column.label, self.subject.table, str(self.value)
        nouns = [column_noun(table, c, qualified=i == 0) for i, c in enumerate(self.columns)]
        own = f"the {label} in capital letters" if self.upper else f"the {label}"
        outputs = [*(f"the {noun}" for noun in nouns), own]
        if self.test in ("longer", "shorter", "longest"):
            outputs.append("its length")
        show = wanted(self.voice, *outputs)
        if self.test == "longest":
            lead = worded(
                self.voice,
                "Which of the {what} have the longest {label}, ties included?",
                "Find the longest {label} among {what}; keep [ties|all that tie]",
                "Longest {label} of all {what}, with ties",
                "{what} whose {label} has the most characters, all if several tie",
                "Among {what}, whose {label} is longest? Include ties",
                "Measure the {label} of {what} in characters and keep the longest, ties [too|included]",
                what=self.subject.said(),
                label=label,
            )
            return sentences(lead, show)
        case = worded(self.voice, "upper or lower case", "any case", "either case")
        said, such = {
            "longer": (f"is longer than {n} characters", f"of more than {n} characters"),
            "shorter": (f"has fewer than {n} characters", f"of fewer than {n} characters"),
            "contains": (f"contains '{n}' in {case}", f"that contains '{n}' in {case}"),
            "ends": (f"ends in '{n}'", f"ending in '{n}'"),
        }[self.test]
        lead = worded(
            self.voice,
            "Which {what} have {a_label} {such}?",
            "[Find|Get] {what} where the {label} {said}",
            "[I'm looking for|Looking for] {what}; their {label} {said}",
            "{what}, only [those|ones] where the {label} {said}",
            "Search the {label} of {what} and keep each one that {said}",
            "For which {what} is it true that the {label} {said}?",
            "{what} with {a_label} {such}",
            what=self.subject.said(),
            label=label,
            a_label=article(label),
            said=said,
            such=such,
        )
        return sentences(lead, show)


def draw(database: Database, rng: Random) -> Intent | None:
    found = draw_text(database, rng)
    if found is None:
        return None
    subject, column = found
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
    columns = tuple(c for c in shown(subject.table) if c.name != column.name)
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
