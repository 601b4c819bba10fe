"""Forms of questions about a table, and the query with llm_transform that answers each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from recipes.etl.contract import quoted
from recipes.etl.tables import Drawn
from recipes.etl.task import Brief


@dataclass(frozen=True, slots=True)
class Asking:
    """What a form of query has to go by. `call` is the operator's SQL, `truths` the answers it gives here."""

    drawn: Drawn
    brief: Brief
    call: str
    answer: str
    truths: tuple[str, ...]
    rng: Random

    @property
    def sentences(self) -> bool:
        """Whether the answers are whole texts, by which nobody counts or filters."""
        return any(len(truth.split()) > 5 for truth in self.truths)

    def said(self, *wordings: str, **more: str) -> str:
        """One of the wordings, filled in. `{Do}` and `{do}` are the job itself."""
        drawn = self.drawn
        want = (self.brief.contract.type and self.brief.typed) or self.brief.want
        do = want.replace("{column}", drawn.column)
        filled = self.rng.choice(wordings).format(
            do=do, Do=do[0].upper() + do[1:], table=drawn.table.name, record=drawn.record, records=drawn.records,
            key=drawn.key, column=drawn.column, extra=drawn.extra, answer=self.answer, **more,
        )  # fmt: skip
        return filled[0].upper() + filled[1:]


Form = Callable[[Asking], tuple[str, str]]


def _each(a: Asking) -> tuple[str, str]:
    question = a.said(
        "{Do}. One row per {record}: {key} and {answer}.",
        "For every row of {table}, {do}; show {key} and the result as {answer}.",
        "{Do} and list {key}, {column} and {answer}.",
        "I need {key} and {answer} for all {records}: {do}.",
        "Go through the {records} and {do}. Show {key} with the outcome in a column {answer}.",
        "Select {key} plus a column {answer} from {table}. For {answer}, {do}.",
    )
    column = f"{a.drawn.column}, " if f"{a.drawn.key}, {a.drawn.column} and" in question else ""
    return question, f"SELECT {a.drawn.key}, {column}{a.call} AS {a.answer} FROM {a.drawn.table.name}"


def _stored(a: Asking) -> tuple[str, str]:
    new = a.rng.choice(("{}_clean", "{}_enriched", "clean_{}", "{}_with_{answer}", "{}_done", "prepared_{}"))
    name = new.format(a.drawn.table.name, answer=a.answer)
    question = a.said(
        "Create a table {new} with all columns of {table} and a column {answer}. For {answer}, {do}.",
        "{Do}. Store everything as a new table {new}: the columns of {table} plus {answer}.",
        "Make {new} from {table}: same columns, with {answer} added. To fill it, {do}.",
        "Materialise {table} as {new} with an extra column {answer}: {do}.",
        new=name,
    )
    if kind := a.brief.contract.type:
        question += a.rng.choice(
            (
                f" The new column is of type {kind}, NULL where nothing can be had.",
                f" Make {a.answer} a {kind}; what can't be converted becomes NULL.",
                f" {a.answer} should be {kind}, with NULL for failures.",
            )
        )
    return question, f"CREATE TABLE {name} AS SELECT *, {_typed(a)} AS {a.answer} FROM {a.drawn.table.name}"


def _typed(a: Asking) -> str:
    kind = a.brief.contract.type
    return f"TRY_CAST({a.call} AS {kind})" if kind else a.call


def _typed_each(a: Asking) -> tuple[str, str]:
    kind = a.brief.contract.type
    if not kind:
        return _each(a)
    question = a.said(
        "{Do}. Show {key} and {answer} as {kind}, NULL where there is none.",
        "List {key} and {answer}, the latter as a real {kind} (NULL if impossible): {do}.",
        "For each {record}, {do} and cast the result to {kind}; what can't be cast becomes NULL. Columns: {key}, "
        "{answer}.",
        "I want {answer} typed as {kind} next to {key} for all rows of {table}. {Do}; NULL where that fails.",
        kind=kind,
    )
    return question, f"SELECT {a.drawn.key}, {_typed(a)} AS {a.answer} FROM {a.drawn.table.name}"


def _counted(a: Asking) -> tuple[str, str]:
    if a.sentences:
        return _each(a)
    question = a.said(
        "How many {records} are there per {answer}? {Do}.",
        "{Do} and count the {records} per {answer}, the most frequent first, ties by {answer}.",
        "Count {records} by {answer}, largest count first and then by {answer}. To get {answer}, {do}.",
        "What is the number of {records} for each {answer}? For {answer}, {do}.",
    )
    order = f" ORDER BY n DESC, {a.answer}" if " first" in question else ""
    inner = f"SELECT {a.call} AS {a.answer} FROM {a.drawn.table.name}"
    if a.rng.random() < 0.5:
        return question, f"SELECT {a.answer}, COUNT(*) AS n FROM ({inner}) AS answered GROUP BY {a.answer}{order}"
    return question, (
        f"WITH answered AS ({inner}) SELECT {a.answer}, COUNT(*) AS n FROM answered GROUP BY {a.answer}{order}"
    )


def _of_label(a: Asking, *wordings: str) -> tuple[str, str]:
    """A question about the rows with one of the answers, and that answer as a SQL literal."""
    label = a.rng.choice(a.truths)
    return a.said(*wordings, label=label), quoted(label)


def _per_extra(a: Asking) -> tuple[str, str]:
    question, label = _of_label(
        a,
        "For each {extra}, how many {records} have the {answer} '{label}'? {Do}. Leave out {extra} without any.",
        "{Do}. Then count the {records} with {answer} '{label}' per {extra}, only where there are any.",
    )
    return question, (
        f"SELECT {a.drawn.extra}, COUNT(*) AS n FROM {a.drawn.table.name} "
        f"WHERE {a.call} = {label} GROUP BY {a.drawn.extra}"
    )


def _filtered(a: Asking) -> tuple[str, str]:
    if a.sentences:
        return _stored(a)
    question, label = _of_label(
        a,
        "Give the {key} of all {records} whose {answer} is '{label}'. To decide that, {do}.",
        "{Do}, and list {key} and {column} of those that come out as '{label}'.",
        "Which {records} come out as '{label}'? {Do}; show {key} and {column}.",
        "I only want the {records} with {answer} '{label}': {key} and {column}. For {answer}, {do}.",
    )
    column = f", {a.drawn.column}" if f"{a.drawn.key} and {a.drawn.column}" in question else ""
    return question, (f"SELECT {a.drawn.key}{column} FROM {a.drawn.table.name} WHERE {a.call} = {label}")


def _flagged(a: Asking) -> tuple[str, str]:
    question, label = _of_label(
        a,
        "List {key} and a column flag that is 1 where the {answer} is '{label}' and 0 otherwise. For {answer}, {do}.",
        "{Do}. Show {key} with a flag: 1 for '{label}', 0 for anything else.",
        "Give me {key} and flag, where flag is 1 if the {answer} is '{label}', else 0. To find the {answer}, {do}.",
    )
    case = (
        f"CASE {a.call} WHEN {label} THEN 1 ELSE 0 END"
        if a.rng.random() < 0.5
        else f"CASE WHEN {a.call} = {label} THEN 1 ELSE 0 END"
    )
    return question, f"SELECT {a.drawn.key}, {case} AS flag FROM {a.drawn.table.name}"


def _share(a: Asking) -> tuple[str, str]:
    question, label = _of_label(
        a,
        "What percentage of {records} has the {answer} '{label}'? Round to one decimal. For {answer}, {do}.",
        "{Do}. What share of the {records}, in percent with one decimal, is '{label}'?",
    )
    return question, (
        f"SELECT ROUND(100.0 * COUNT(*) FILTER (WHERE {a.call} = {label}) / COUNT(*), 1) AS percent "
        f"FROM {a.drawn.table.name}"
    )


def _by_year(a: Asking) -> tuple[str, str]:
    if not a.brief.contract.type:
        return _each(a)
    question = a.said(
        "How many {records} are there per year? {Do}, and leave out what isn't a date.",
        "{Do}. Then count the {records} per year, ignoring those without a usable date.",
        "Count {records} by year; unreadable dates don't count. For the date, {do}.",
    )
    return question, (
        f"SELECT EXTRACT(YEAR FROM {a.answer}) AS year, COUNT(*) AS n FROM (SELECT {_typed(a)} AS {a.answer} "
        f"FROM {a.drawn.table.name}) AS dated WHERE {a.answer} IS NOT NULL GROUP BY EXTRACT(YEAR FROM {a.answer})"
    )


def _since(a: Asking) -> tuple[str, str]:
    years = sorted(t[:4] for t in a.truths if re.fullmatch(r"\d{4}-\d\d-\d\d", t))
    if not years or not a.brief.contract.type:
        return _typed_each(a)
    year = years[len(years) // 2]
    question = a.said(
        "Which {records} date from {year} or later? {Do}; show {key} and {answer}.",
        "{Do} and give {key} and {answer} of those on or after 1 January {year}.",
        year=year,
    )
    return question, (
        f"SELECT {a.drawn.key}, {a.answer} FROM (SELECT {a.drawn.key}, {_typed(a)} AS {a.answer} "
        f"FROM {a.drawn.table.name}) AS dated WHERE {a.answer} >= DATE '{year}-01-01'"
    )


def _unreadable(a: Asking) -> tuple[str, str]:
    question = a.said(
        "Show {key} and {column} of the {records} for which no valid {kind} comes out. {Do}.",
        "{Do}. Which {records} don't give a {kind}? I need {key} and {column}.",
        kind=a.brief.contract.type or "value",
    )
    if not a.brief.contract.otherwise or a.brief.contract.otherwise not in a.truths or not a.brief.contract.type:
        return _typed_each(a)
    return question, (f"SELECT {a.drawn.key}, {a.drawn.column} FROM {a.drawn.table.name} WHERE {_typed(a)} IS NULL")


def _summed(a: Asking) -> tuple[str, str]:
    if not a.brief.contract.type:
        return _each(a)
    word, function = a.rng.choice((("total", "SUM"), ("average", "AVG"), ("largest", "MAX"), ("smallest", "MIN")))
    question = a.said(
        "{Do}. What is the {word} {answer} per {extra}?",
        "What is the {word} {answer} for each {extra}? For {answer}, {do}.",
        "Give the {word} {answer} of the {records} by {extra}. To get {answer}, {do}.",
        word=word,
    )
    return question, (
        f"SELECT {a.drawn.extra}, {function}({_typed(a)}) AS {word}_{a.answer} "
        f"FROM {a.drawn.table.name} GROUP BY {a.drawn.extra}"
    )


FORMS: Mapping[str, tuple[Form, ...]] = {
    "label": (_each, _stored, _counted, _filtered, _flagged, _share, _per_extra),
    "date": (_typed_each, _stored, _by_year, _since, _unreadable),
    "number": (_typed_each, _stored, _summed),
    "text": (_each, _stored, _filtered, _counted),
    "json": (_each, _stored),
}
