"""Functions and operators that other engines have under another name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Mutation, Operator
from factory.mutations.layout.foreign import Habit, Place, carried_over
from factory.mutations.layout.sites import Call, Layout, layout
from factory.mutations.query import Query
from factory.records import Database

_DATETIME = "`datetime` is a type in DuckDB, not a function"
_ENGINE_TYPES = {
    "VARCHAR": "VARCHAR",
    "DATE": "DATE",
    "TIMESTAMP": "DATETIME",
    "INTEGER": "INT",
    "BIGINT": "BIGINT",
    "DOUBLE": "FLOAT",
}


def call_places(at: Layout, names: tuple[str, ...], size: int) -> Iterator[tuple[Call, str, list[str]]]:
    """(call, its name as written, the text of its arguments), for calls with that many arguments."""
    for call in at.called(*names):
        arguments = [at.slice(span) for span in at.arguments(call)]
        if len(arguments) == size:
            yield call, at.text[call.start : call.name_end], arguments


def null_default(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    places = []
    for call, own, arguments in call_places(at, ("COALESCE",), 2):
        listed = ", ".join(arguments)
        habits = tuple(
            Habit(engine, name, f"{name}({listed})")
            for engine, word in (("Oracle", "NVL"), ("SQL Server", "ISNULL"), ("Access", "NZ"))
            for name in (at.keyword(word),)
        )
        places.append(Place(call.start, call.end, own, habits))
    return carried_over("null_default", at, places, rng)


def null_function(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """`ISNULL(x)` for `x IS NULL`."""
    at = layout(query)
    places = []
    for i, kind in enumerate(at.kinds):
        if kind is not TokenType.IS or at.kinds[i - 1] is not TokenType.VAR:
            continue
        first = i - 3 if at.kinds[i - 2] is TokenType.DOT else i - 1
        negated = at.kinds[i + 1] is TokenType.NOT
        last = i + 2 if negated else i + 1
        if at.kinds[last] is TokenType.NULL:
            column, name = at.text[at.starts[first] : at.ends[i - 1]], at.keyword("ISNULL")
            text = f"{at.keyword('NOT')} {name}({column})" if negated else f"{name}({column})"
            own = at.text[at.starts[i] : at.ends[last]]
            places.append(Place(at.starts[first], at.ends[last], own, (Habit("MySQL", name, text),)))
    return carried_over("null_function", at, places, rng)


def current_moment(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    places = []
    names = [
        ("SQL Server", "GETDATE()"),
        ("Oracle", "SYSDATE"),
        ("MySQL", "CURDATE()"),
        ("SQLite", "datetime('now')"),
    ]
    for i, token in enumerate(at.tokens):
        word = token.text.upper()
        called = i + 1 in at.partner
        if word in ("CURRENT_DATE", "CURRENT_TIMESTAMP") or (word in ("NOW", "TODAY") and called):
            end = at.ends[at.partner[i + 1]] if called else at.ends[i]
            own = at.text[at.starts[i] : end]
            habits = tuple(
                Habit(engine, text.split("(")[0], text, _DATETIME if engine == "SQLite" else "")
                for engine, name in names
                for text in (at.keyword(name),)
                if called or word == "CURRENT_DATE" or "CUR" not in name
            )
            places.append(Place(at.starts[i], end, own, habits))
    return carried_over("current_moment", at, places, rng)


def convert(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    places = []
    for call in at.called("CAST"):
        kind = at.tokens[call.close - 1].text.upper()
        if at.kinds[call.close - 2] is not TokenType.ALIAS or kind not in _ENGINE_TYPES:
            continue
        value = at.text[at.starts[call.open + 1] : at.ends[call.close - 3]]
        type_, own = at.keyword(_ENGINE_TYPES[kind]), at.text[call.start : call.name_end]
        name, attempt, char = at.keyword("CONVERT"), at.keyword("TRY_CONVERT"), at.keyword("TO_CHAR")
        habits = [
            Habit("SQL Server", name, f"{name}({type_}, {value})"),
            Habit("SQL Server", attempt, f"{attempt}({type_}, {value})"),
        ]
        if kind == "VARCHAR":
            habits += [
                Habit("Oracle", char, f"{char}({value})"),
                Habit("MySQL", name, f"{name}({value}, {at.keyword('CHAR')})"),
            ]
        elif kind in ("INTEGER", "BIGINT", "DOUBLE"):
            number = at.keyword("TO_NUMBER")
            habits.append(Habit("Oracle", number, f"{number}({value})"))
        elif kind == "DATE":
            date = at.keyword("TO_DATE")
            habits.append(Habit("Snowflake", date, f"{date}({value})"))
        places.append(Place(call.start, call.end, own, tuple(habits)))
    return carried_over("convert", at, places, rng)


def position(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    places = []
    index, locate = at.keyword("CHARINDEX"), at.keyword("LOCATE")
    for call in at.called("POSITION", "STRPOS", "INSTR"):
        own = at.text[call.start : call.name_end]
        if call.name == "POSITION":
            if call.open + 2 >= call.close or at.kinds[call.open + 2] is not TokenType.IN:
                continue
            needle = at.text[at.starts[call.open + 1] : at.ends[call.open + 1]]
            value = at.text[at.starts[call.open + 3] : at.ends[call.close - 1]]
        else:
            arguments = [at.slice(span) for span in at.arguments(call)]
            if len(arguments) != 2:
                continue
            value, needle = arguments
        habits = (
            Habit("SQL Server", index, f"{index}({needle}, {value})"),
            Habit("MySQL", locate, f"{locate}({needle}, {value})"),
        )
        places.append(Place(call.start, call.end, own, habits))
    return carried_over("position", at, places, rng)


def pattern_match(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """LIKE with a plain word at either end or in the middle, as a regular expression or a search."""
    at = layout(query)
    places = []
    for i, kind in enumerate(at.kinds[:-1]):
        if (
            kind is not TokenType.LIKE
            or at.kinds[i + 1] is not TokenType.STRING
            or at.kinds[i - 1] is not TokenType.VAR
        ):
            continue
        pattern = at.tokens[i + 1].text
        word = pattern.strip("%")
        if not word.replace(" ", "").isalnum() or "%" not in (pattern[0], pattern[-1]):
            continue
        first = i - 3 if at.kinds[i - 2] is TokenType.DOT else i - 1
        column, own = at.text[at.starts[first] : at.ends[i - 1]], at.text[at.starts[i] : at.ends[i]]
        regex = ("" if pattern[0] == "%" else "^") + word + ("" if pattern[-1] == "%" else "$")
        like, contains, infix = at.keyword("REGEXP_LIKE"), at.keyword("REGEXP_CONTAINS"), at.keyword("REGEXP")
        rlike, index = at.keyword("RLIKE"), at.keyword("CHARINDEX")
        habits = [
            Habit("MySQL", infix, f"{column} {infix} '{regex}'"),
            Habit("MySQL", rlike, f"{column} {rlike} '{regex}'"),
            Habit("Oracle", like, f"{like}({column}, '{regex}')"),
            Habit("BigQuery", contains, f"{contains}({column}, '{regex}')"),
        ]
        if regex == word:
            habits.append(Habit("SQL Server", index, f"{index}('{word}', {column}) > 0"))
        places.append(Place(at.starts[first], at.ends[i + 1], own, tuple(habits)))
    return carried_over("pattern_match", at, places, rng)


def joined_strings(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    places = []
    for call, own, (value, separator) in call_places(at, ("STRING_AGG", "GROUP_CONCAT", "LISTAGG"), 2):
        concat, word = at.keyword("GROUP_CONCAT"), at.keyword("SEPARATOR")
        listagg, within = at.keyword("LISTAGG"), at.keyword("WITHIN GROUP")
        order = at.keyword("ORDER BY")
        habits = (
            Habit(
                "MySQL",
                word,
                f"{concat}({value} {word} {separator})",
                "in DuckDB the separator is simply the second argument",
            ),
            Habit(
                "Oracle",
                within,
                f"{listagg}({value}, {separator}) {within} ({order} {value})",
                f"DuckDB accepts `{within}` only for a few ordered aggregates such as percentiles",
            ),
        )
        places.append(Place(call.start, call.end, own, habits))
    return carried_over("joined_strings", at, places, rng)


def iif(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """A CASE with one branch and an ELSE."""
    at = layout(query)
    places = []
    for i, kind in enumerate(at.kinds):
        if kind is not TokenType.CASE or at.kinds[i + 1] is not TokenType.WHEN:
            continue
        inner = at.depth[i] + 1
        end = next(
            (j for j in range(i + 1, len(at.kinds)) if at.depth[j] < inner and at.kinds[j] is TokenType.END),
            0,
        )
        marks = [
            j
            for j in range(i + 1, end)
            if at.depth[j] == inner and at.kinds[j] in (TokenType.WHEN, TokenType.THEN, TokenType.ELSE)
        ]
        if [at.kinds[j] for j in marks] == [TokenType.WHEN, TokenType.THEN, TokenType.ELSE]:
            edges = [*marks, end]
            parts = [at.text[at.starts[a + 1] : at.ends[b - 1]] for a, b in pairwise(edges)]
            name = at.keyword("IIF")
            habit = Habit("SQL Server", name, f"{name}({', '.join(parts)})")
            places.append(Place(at.starts[i], at.ends[end], at.keyword("CASE"), (habit,)))
    return carried_over("iif", at, places, rng)


def split_text(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    places = []
    # SUBSTRING_INDEX counts parts from either end: only the first and the last part mean the same.
    counts = {"1": "1", "2": "-1", "-1": "-1"}
    for call, own, (value, separator, part) in call_places(at, ("SPLIT_PART",), 3):
        if part in counts:
            name = at.keyword("SUBSTRING_INDEX")
            habit = Habit("MySQL", name, f"{name}({value}, {separator}, {counts[part]})")
            places.append(Place(call.start, call.end, own, (habit,)))
    return carried_over("split_text", at, places, rng)


def spread(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    places = []
    words = {
        "STDDEV": "STDEV",
        "STDDEV_SAMP": "STDEV",
        "STDDEV_POP": "STDEVP",
        "VARIANCE": "VAR",
        "VAR_SAMP": "VAR",
    }
    for call in at.called(*words):
        own, name = at.text[call.start : call.name_end], at.keyword(words[call.name])
        habit = Habit("SQL Server", name, name)
        places.append(Place(call.start, call.name_end, own, (habit,)))
    return carried_over("spread", at, places, rng)


OPERATORS: tuple[Operator, ...] = (
    Operator(null_default, "function", "function.other_engine", "text", "NVL, ISNULL or NZ for COALESCE"),
    Operator(null_function, "function", "function.other_engine", "text", "ISNULL(x) for x IS NULL"),
    Operator(
        current_moment, "function", "function.other_engine", "text", "GETDATE, SYSDATE, CURDATE or datetime('now')"
    ),
    Operator(convert, "function", "function.other_engine", "text", "CONVERT, TO_CHAR or TO_NUMBER for CAST"),
    Operator(position, "function", "function.other_engine", "text", "CHARINDEX or LOCATE for POSITION"),
    Operator(pattern_match, "function", "function.other_engine", "text", "REGEXP, REGEXP_LIKE or CHARINDEX for LIKE"),
    Operator(
        joined_strings,
        "function",
        "function.other_engine",
        "text",
        "GROUP_CONCAT … SEPARATOR or LISTAGG … WITHIN GROUP",
    ),
    Operator(iif, "function", "function.other_engine", "text", "IIF for CASE"),
    Operator(split_text, "function", "function.other_engine", "text", "SUBSTRING_INDEX for SPLIT_PART"),
    Operator(spread, "function", "function.other_engine", "text", "STDEV or VAR for STDDEV and VARIANCE"),
)
