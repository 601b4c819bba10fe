"""Pairs of rows that share something: "Which pairs of stores are in the same city?"."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from sqlglot import exp

from factory.intents import sql
from factory.intents.clauses import kind_of
from factory.intents.draw_filter import compatible
from factory.intents.english import listed, sentences, worded
from factory.intents.grouping import slug
from factory.intents.intent import Intent, alias_style, voice
from factory.intents.scope import Scope, shown
from factory.intents.subject import Subject, draw_subject
from factory.records import Column, Database, Relation, Table

Form = Literal["join", "where", "cte"]
_MOST_PAIRS = 250


@dataclass(frozen=True, slots=True)
class Shared:
    """A column with equal values in both rows; `relation` and `parent` are set where it is a reference."""

    column: Column
    relation: Relation | None = None
    parent: Table | None = None

    def said(self) -> str:
        if self.relation is None or self.parent is None:
            return f"with the same {self.column.label}"
        return f"{self.relation.inverse} the same {self.parent.label}"

    def output(self) -> str:
        return self.column.label if self.parent is None else f"{self.parent.label} ID"


@dataclass(frozen=True, kw_only=True)
class SelfPairs(Intent):
    """`differ` is a column in which the two are not alike. The first of the two has the lower key."""

    kind = "self_pairs"
    subject: Subject
    columns: tuple[Column, ...]
    shared: tuple[Shared, ...]
    differ: Column | None
    numbered: bool
    form: Form

    def tree(self) -> exp.Expr:
        first, second = self._called()
        key = self.columns[0].name
        selected: list[exp.Expr] = [
            sql.alias(sql.column(c.name, side), f"{nth}_{slug('ID' if c.role == 'key' else c.label)}")
            for nth, side in (("first", first), ("second", second))
            for c in self.columns
        ]
        selected += [sql.column(s.column.name, first) for s in self.shared]
        same: list[exp.Expr] = [
            exp.EQ(this=sql.column(s.column.name, first), expression=sql.column(s.column.name, second))
            for s in self.shared
        ]
        if self.differ is not None:
            name = self.differ.name
            same.append(exp.NEQ(this=sql.column(name, first), expression=sql.column(name, second)))
        same.append(exp.LT(this=sql.column(key, first), expression=sql.column(key, second)))
        query = exp.Select(expressions=selected)
        if self.form == "cte":
            scope = Scope(self.subject.table, (), self.aliases)
            names = [c.name for c in (*self.columns, *(s.column for s in self.shared))]
            if self.differ is not None:
                names.append(self.differ.name)
            inner = scope.select(*(scope.column(self.subject.table.name, name) for name in dict.fromkeys(names)))
            query = query.from_(_named("candidates", first), copy=False)
            query = query.join(_named("candidates", second), on=sql.both(*same), copy=False)
            return query.with_(sql.called("candidates"), as_=self.subject.restrict(inner, scope), copy=False)
        table = self.subject.table.name
        query = query.from_(_named(table, first), copy=False)
        filters = [f.condition(sql.column(f.column.name, s)) for s in (first, second) for f in self.subject.filters]
        if self.form == "where":
            query = query.join(_named(table, second), join_type="cross", copy=False)
            return query.where(sql.both(*same, *filters), copy=False)
        query = query.join(_named(table, second), on=sql.both(*same), copy=False)
        return query.where(sql.both(*filters), copy=False) if filters else query

    def _called(self) -> tuple[str, str]:
        if not self.numbered:
            return "a", "b"
        initial = next((c for c in self.subject.table.name.lower() if c.isascii() and c.isalpha()), "t")
        return f"{initial}1", f"{initial}2"

    def question(self) -> str:
        plural = self.subject.table.plural
        parts = {
            "plural": plural,
            "alike": self._alike(),
            "own": listed(["ID" if c.role == "key" else c.label for c in self.columns]),
            "values": listed([s.output() for s in self.shared]),
            "said": self.subject.said(),
            "once": worded(self.voice, "[each|every] pair once", "no pair twice", "no duplicates", "no mirrored pairs"),
        }
        # The filters go first: after the pairs they would seem to be about what is shared.
        only = worded(
            self.voice,
            "[Among|Within] {said}, ",
            "[Considering|Using|Looking at] only {said}, ",
            "{said} only: ",
            "Out of {said}, ",
            **parts,
        )
        lead = worded(
            self.voice,
            "{only}which pairs of {plural} {alike} are there?",
            "{only}find all pairs of {plural} {alike}",
            "{only}pair up {plural} {alike}",
            "{only}list every two {plural} {alike}",
            "{only}match {plural} with one another: pairs {alike}",
            "{only}pairs of {plural} {alike}",
            only=only if self.subject.restricted else "",
            **parts,
        )
        tail = worded(
            self.voice,
            "{own} of both, lower ID first, then {values}; {once}",
            "Give {own} of the lower ID, the same of the other, then {values}",
            "[Show|Return] both with {own}, lower ID first, plus {values}; {once}",
            "Smaller ID on the left: {own} of each side, and {values}",
            "Lower ID first, {once}: {own} of both, {values}",
            **parts,
        )
        return sentences(lead, tail)

    def _alike(self) -> str:
        *references, last = self.shared
        said = last.said()
        if references:
            # "in the same department with the same grade"; two plain columns share one "same".
            before = [s.said() for s in references]
            plain = last.parent is None and references[-1].parent is None
            said = " ".join(before) + (f" and {last.column.label}" if plain else f" {said}")
        if self.differ is None:
            return said
        joint = "and" if self.shared[-1].parent is not None else "but"
        if said.startswith("with ") or " with the same" in said:
            return f"{said} but a different {self.differ.label}"
        return f"{said} {joint} with a different {self.differ.label}"


def _named(table: str, called: str) -> exp.Table:
    found = sql.table(table)
    found.set("alias", sql.called(called))
    return found


def draw(database: Database, rng: Random) -> Intent | None:
    tables = [t for t in database.tables if t.row_count > 4 and len(shown(t)) == 2 and _whole(shown(t)[0])]
    rng.shuffle(tables)
    for table in tables[:4]:
        subject = draw_subject(database, table, rng, far=0, most=1, floor=5)
        if any(kind_of(f.said()) in ("relative", "whose") for f in subject.filters):
            subject = Subject(table)
        options = [s for s in _shareable(database, table) if _free(s.column, subject)]
        rng.shuffle(options)
        rows = subject.rows()
        chosen = _few(options, rows * rows / 2)
        if not chosen:
            continue
        chosen = tuple(sorted(chosen, key=lambda s: s.parent is None))
        pairs = _pairs(chosen, rows * rows / 2)
        others = [
            c
            for c in table.with_role("category", "place")
            if 2 < c.distinct <= 60 and not c.nulls and _free(c, subject) and _apart(c, chosen)
        ]
        return SelfPairs(
            voice=voice(rng),
            aliases=alias_style(rng),
            subject=subject,
            columns=shown(table),
            shared=chosen,
            differ=rng.choice(others) if others and pairs > 6 and rng.random() < 0.35 else None,
            numbered=rng.random() < 0.5,
            form=rng.choice(("join", "join", "where", "cte") if subject.filters else ("join", "where")),
        )
    return None


def _whole(key: Column) -> bool:
    return key.role == "key" and key.type in ("INTEGER", "BIGINT", "SMALLINT")


def _free(column: Column, subject: Subject) -> bool:
    return all(compatible(column, f.column) for f in subject.filters)


def _apart(column: Column, chosen: tuple[Shared, ...]) -> bool:
    return all(compatible(column, s.column) for s in chosen)


def _shareable(database: Database, table: Table) -> list[Shared]:
    found = [Shared(c) for c in table.with_role("category", "place") if c.distinct > 1 and not c.nulls]
    found += [
        Shared(c)
        for c in table.with_role("timestamp")
        if c.type == "DATE" and 1 < c.distinct < 0.95 * table.row_count and not c.nulls
    ]
    found += [
        Shared(c)
        for c in table.with_role("measure")
        if c.type in ("INTEGER", "SMALLINT") and c.distinct > 4 and not c.nulls and "number of" not in c.label
    ]
    for relation in database.parents(table.name):
        column, parent = table.column(relation.child_column), database.table(relation.parent)
        if relation.parent != table.name and column.distinct > 1 and not column.nulls:
            found.append(Shared(column, relation, parent))
    return found


def _few(options: list[Shared], every: float) -> tuple[Shared, ...]:
    """The first one or two of the options that leave a handful of pairs, but not thousands."""
    singles = [(s,) for s in options if 5 <= _pairs((s,), every) <= _MOST_PAIRS]
    doubles = [
        (a, b)
        for i, a in enumerate(options)
        for b in options[i + 1 :]
        if compatible(a.column, b.column) and not (a.parent and b.parent) and 5 <= _pairs((a, b), every) <= _MOST_PAIRS
    ]
    found: list[tuple[Shared, ...]] = [*singles[:1], *doubles[:1]]
    return found[-1 if len(options) % 2 else 0] if found else ()


def _pairs(shared: tuple[Shared, ...], every: float) -> float:
    for one in shared:
        every /= max(one.column.distinct, 1)
    return every
