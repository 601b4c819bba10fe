"""A case: all that a record is about, and how it is proven. Made by a proposal, and again from an emitted record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp

from factory.records import Claim, Option, Scratch, ScratchTable
from recipes.etl.contract import Contract, quoted

FUNCTION, TRUTH, REJECTED = "llm_transform", "true_answer", "rejected_transform"
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """`answer` is what is trained on: the operator's answer, or SQL. `pairs` are values and their truths, `wrong` the
    rejected answers by the kind of mistake. `table` holds the values of a question about a table in `column`."""

    task: str
    shape: str
    instruction: str
    contract: Contract
    pairs: Pairs
    answer: str
    wrong: tuple[tuple[str, str], ...] = ()
    question: str = ""
    table: ScratchTable | None = None
    column: str = ""
    templates: tuple[str, ...] = ()
    skeleton: str = ""

    @property
    def prompt(self) -> str:
        """What the operator sends."""
        return f"{self.instruction}:\n{self.value}"

    @property
    def value(self) -> str:
        return "\n".join(value for value, _ in self.pairs)

    def arguments(self, value: str) -> tuple[str, ...]:
        constraint = self.contract.constraint if self.shape != "batch" else ""
        return (value, self.instruction, constraint) if constraint else (value, self.instruction)


@dataclass(frozen=True, slots=True)
class Proof:
    statements: Mapping[str, str]
    claims: tuple[Claim, ...]
    options: tuple[Option, ...]
    scratch: Scratch
    names: Mapping[str, str] = field(default_factory=dict)


def proof(case: Case) -> Proof:
    """Statements, what must be true of them, and what they run over. A wrong answer has two options: that it breaks the
    contract, and that it is just not the truth. Raises ValueError for a SQL answer that can't be read."""
    return _of_sql(case) if case.shape == "sql" else _of_operator(case)


def operator_sql(case: Case, function: str = FUNCTION) -> str:
    """The query that calls the operator for the values of a case."""
    given = ", ".join(map(quoted, case.arguments("")[1:]))
    if case.shape == "batch":
        return (
            f"SELECT generate_subscripts(answers, 1) AS id, unnest(answers) AS answer FROM (SELECT string_split("
            f"{function}(string_agg(value, chr(10) ORDER BY id), {given}), chr(10)) AS answers FROM inputs)"
        )
    return f"SELECT id, {function}(value, {given}) AS answer FROM inputs"


def _of_operator(case: Case) -> Proof:
    key = case.arguments(case.value)
    functions: dict[str, dict[tuple[str, ...], str | None]] = {FUNCTION: {key: case.answer}}
    statements = {"answers": operator_sql(case), "truths": "SELECT id, answer FROM truths"}
    options = []
    for n, (_, text) in enumerate(case.wrong):
        name = f"{REJECTED}{n or ''}"
        functions[name] = {key: text}
        statements[f"wrong{n}"] = operator_sql(case, name)
        statements[f"broken{n}"] = _breaking(case, f"({statements[f'wrong{n}']})")
        differs = Claim("differs", "answers", f"wrong{n}")
        options.append(Option(f"{n}:contract", (differs, Claim("not_empty", f"broken{n}"))))
        options.append(Option(f"{n}:equality", (differs,)))
    statements["broken"] = _breaking(case, f"({statements['answers']})")
    claims = [Claim("same_rows", "truths", "answers"), Claim("row_count", "broken", limit=0)]
    if case.contract.schema:
        statements["json"] = f"SELECT answer FROM ({statements['answers']})"
        claims.append(Claim("conforms", "json", message=case.contract.schema))
    rows = list(enumerate(case.pairs, 1))
    tables = (
        ScratchTable("inputs", (("id", "INTEGER"), ("value", "VARCHAR")), tuple((n, pair[0]) for n, pair in rows)),
        ScratchTable("truths", (("id", "INTEGER"), ("answer", "VARCHAR")), tuple((n, pair[1]) for n, pair in rows)),
    )
    return Proof(statements, tuple(claims), tuple(options), Scratch(tables, functions))


def _breaking(case: Case, source: str) -> str:
    return f"SELECT id FROM {source} WHERE {case.contract.broken('answer')}"


def _of_sql(case: Case) -> Proof:
    assert case.table is not None
    functions: dict[str, dict[tuple[str, ...], str | None]] = {
        FUNCTION: {case.arguments(value): truth for value, truth in case.pairs},
        TRUTH: {(value,): truth for value, truth in case.pairs},
    }
    given = ", ".join(map(quoted, case.arguments("")[1:]))
    call = f'{FUNCTION}("{case.column}", {given})'
    source = f'(SELECT {call} AS id, {call} AS answer FROM "{case.table.name}")'
    statements = {
        "gold": runnable(case.answer),
        "truth": runnable(_with_truth(case.answer)),
        "broken": _breaking(case, source),
    }
    claims = [
        Claim("not_empty", "gold"),
        Claim("same_rows", "truth", "gold", ordered=True),
        Claim("row_count", "broken", limit=0),
    ]
    if case.contract.schema:
        statements["json"] = f"SELECT answer FROM {source}"
        claims.append(Claim("conforms", "json", message=case.contract.schema))
    options = []
    for n, (_, text) in enumerate(case.wrong):
        statements[f"wrong{n}"] = runnable(text)
        options.append(Option(f"{n}:equality", (Claim("differs", "gold", f"wrong{n}"),)))
        options.append(Option(f"{n}:error", (Claim("fails", f"wrong{n}"),)))
    return Proof(statements, tuple(claims), tuple(options), Scratch((case.table,), functions))


def runnable(sql: str) -> str:
    """A CREATE TABLE is followed by a look at what it made."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    if not isinstance(tree, exp.Create):
        return sql
    return f"{sql};\nSELECT * FROM {tree.this.sql(dialect='duckdb')}"


def _with_truth(sql: str) -> str:
    """The query with the truth in place of each answer of the operator."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    calls = [f for f in tree.find_all(exp.Anonymous) if f.name.lower() == FUNCTION]
    if not calls:
        raise ValueError(f"the query doesn't use {FUNCTION}")
    for call in calls:
        call.replace(exp.Anonymous(this=TRUTH, expressions=[call.expressions[0].copy()]))
    return tree.sql(dialect="duckdb", normalize_functions=False)
