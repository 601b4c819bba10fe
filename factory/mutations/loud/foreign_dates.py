"""Dates and times as other engines format, cut, add and write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from sqlglot import TokenType

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.foreign import Habit, Place, carried_over
from factory.mutations.layout.sites import layout, some
from factory.mutations.loud.other_engines import call_places
from factory.mutations.query import Query
from factory.records import Database

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_BEFORE_VALUE = frozenset(
    {
        TokenType.EQ,
        TokenType.NEQ,
        TokenType.GT,
        TokenType.GTE,
        TokenType.LT,
        TokenType.LTE,
        TokenType.BETWEEN,
        TokenType.AND,
        TokenType.L_PAREN,
        TokenType.COMMA,
    }
)
_UNITS = ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND")
# strftime code → (Oracle, MySQL, SQL Server); only codes that all of them have are carried over.
_CODES = {
    "%Y": ("YYYY", "%Y", "yyyy"),
    "%y": ("YY", "%y", "yy"),
    "%m": ("MM", "%m", "MM"),
    "%d": ("DD", "%d", "dd"),
    "%H": ("HH24", "%H", "HH"),
    "%M": ("MI", "%i", "mm"),
    "%S": ("SS", "%s", "ss"),
    "%B": ("Month", "%M", "MMMM"),
    "%b": ("Mon", "%b", "MMM"),
    "%A": ("Day", "%W", "dddd"),
    "%a": ("Dy", "%a", "ddd"),
}
_ORACLE_TRUNC = {"YEAR": "YYYY", "QUARTER": "Q", "MONTH": "MM", "WEEK": "IW", "DAY": "DD"}
_SQLITE_TRUNC = {"YEAR": "start of year", "MONTH": "start of month", "DAY": "start of day"}
_ORACLE_PARTS = {"YEAR": "YYYY", "QUARTER": "Q", "MONTH": "MM", "DAY": "DD", "HOUR": "HH24"}


def _translated(pattern: str, engine: int) -> str | None:
    parts, i = [], 0
    while i < len(pattern):
        if pattern[i] == "%":
            if pattern[i : i + 2] not in _CODES:
                return None
            parts.append(_CODES[pattern[i : i + 2]][engine])
            i += 2
        else:
            if pattern[i].isalpha():
                return None
            parts.append(pattern[i])
            i += 1
    return "".join(parts)


def _unit(text: str) -> str:
    """The unit in a quoted argument, or "" when it isn't one."""
    word = text.strip("'").upper()
    return word if text.startswith("'") and word in _UNITS else ""


def formatted_date(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    places = []
    for call, own, arguments in call_places(at, ("STRFTIME",), 2):
        quoted = next((a for a in arguments if a.startswith("'")), "")
        value = next((a for a in arguments if a != quoted), "")
        char, mysql, form = at.keyword("TO_CHAR"), at.keyword("DATE_FORMAT"), at.keyword("FORMAT")
        oracle_code, mysql_code, server_code = (_translated(quoted[1:-1], k) for k in range(3))
        if not value or oracle_code is None:
            continue
        habits = (
            Habit("PostgreSQL", char, f"{char}({value}, '{oracle_code}')"),
            Habit("Oracle", char, f"{char}({value}, '{oracle_code}')"),
            Habit("MySQL", mysql, f"{mysql}({value}, '{mysql_code}')"),
            Habit(
                "SQL Server",
                form,
                f"{form}({value}, '{server_code}')",
                f"DuckDB's `{form}` fills placeholders in a string and doesn't format dates",
            ),
        )
        places.append(Place(call.start, call.end, own, habits))
    return carried_over("formatted_date", at, places, rng)


def date_trunc_call(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    places = []
    for call, own, (quoted, value) in call_places(at, ("DATE_TRUNC",), 2):
        unit = _unit(quoted)
        if not unit:
            continue
        cut, bare, server = at.keyword("TRUNC"), at.keyword(unit), at.keyword("DATETRUNC")
        habits = [
            Habit(
                "BigQuery",
                own,
                f"{own}({value}, {bare})",
                f"DuckDB's `{own}` takes the unit first and as a string, `{quoted}`",
            ),
            Habit(
                "SQL Server",
                server,
                f"{server}({bare}, {value})",
                f"in DuckDB the unit must be a string, and a bare `{bare}` is taken for a column or an alias",
            ),
        ]
        if unit in _ORACLE_TRUNC:
            text = f"{cut}({value}, '{_ORACLE_TRUNC[unit]}')"
            habits.append(Habit("Oracle", cut, text, f"DuckDB's `{cut}` rounds numbers and doesn't cut dates"))
        if unit in _SQLITE_TRUNC:
            name = at.keyword("DATE")
            text = f"{name}({value}, '{_SQLITE_TRUNC[unit]}')"
            habits.append(Habit("SQLite", name, text, f"DuckDB's `{name}` takes a single argument and no modifier"))
        if unit == "MONTH":
            name = at.keyword("DATE_FORMAT")
            habits.append(Habit("MySQL", name, f"{name}({value}, '%Y-%m-01')"))
        places.append(Place(call.start, call.end, own, tuple(habits)))
    return carried_over("date_trunc_call", at, places, rng)


def date_part_call(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    places = []
    for call in at.called("EXTRACT", *_UNITS):
        own = at.text[call.start : call.name_end]
        if call.name == "EXTRACT":
            unit, first = at.tokens[call.open + 1].text.upper(), call.open + 3
            if at.kinds[call.open + 2] is not TokenType.FROM:
                continue
        else:
            unit, first = call.name, call.open + 1
        if unit not in _ORACLE_PARTS or first >= call.close:
            continue
        value = at.text[at.starts[first] : at.ends[call.close - 1]]
        part, char, bare = at.keyword("DATEPART"), at.keyword("TO_CHAR"), at.keyword(unit)
        habits = (
            Habit(
                "SQL Server",
                part,
                f"{part}({bare}, {value})",
                f"in DuckDB the unit must be a string, and a bare `{bare}` is taken for a column or an alias",
            ),
            Habit("Oracle", char, f"{char}({value}, '{_ORACLE_PARTS[unit]}')"),
        )
        places.append(Place(call.start, call.end, own, habits))
    return carried_over("date_part_call", at, places, rng)


def date_diff_call(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    places = []
    for call, own, (quoted, low, high) in call_places(at, ("DATE_DIFF", "DATEDIFF"), 3):
        unit = _unit(quoted)
        if not unit:
            continue
        plain, bare, stamp = at.keyword("DATEDIFF"), at.keyword(unit), at.keyword("TIMESTAMPDIFF")
        string = f"in DuckDB the unit must be a string, and a bare `{bare}` is taken for a column or an alias"
        habits = [
            Habit("SQL Server", plain, f"{plain}({bare}, {low}, {high})", string),
            Habit(
                "BigQuery",
                own,
                f"{own}({high}, {low}, {bare})",
                f"DuckDB takes the unit first, as `{quoted}`",
            ),
            Habit("MySQL", stamp, f"{stamp}({bare}, {low}, {high})"),
        ]
        if unit == "DAY":
            day, diff = at.keyword("JULIANDAY"), f"`{plain}` needs the unit as its first argument in DuckDB"
            habits += [
                Habit("MySQL", plain, f"{plain}({high}, {low})", diff),
                Habit("SQLite", day, f"{day}({high}) - {day}({low})"),
            ]
        places.append(Place(call.start, call.end, own, tuple(habits)))
    return carried_over("date_diff_call", at, places, rng)


def _intervals(query: Query) -> Iterator[tuple[int, str, str]]:
    """(token index of INTERVAL, its amount, its unit) of INTERVAL n UNIT and INTERVAL 'n' UNIT."""
    at = layout(query)
    for i, kind in enumerate(at.kinds[:-2]):
        if kind is TokenType.INTERVAL and at.kinds[i + 1] in (TokenType.NUMBER, TokenType.STRING):
            unit, amount = at.tokens[i + 2].text.upper(), at.tokens[i + 1].text
            if unit.removesuffix("S") in _UNITS and amount.isdigit():
                yield i, amount, unit.removesuffix("S")


def date_add_call(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    places = []
    for i, amount, unit in _intervals(query):
        sign = at.kinds[i - 1]
        if sign not in (TokenType.PLUS, TokenType.DASH) or at.kinds[i - 2] not in (
            TokenType.VAR,
            TokenType.CURRENT_DATE,
        ):
            continue
        first = i - 4 if at.kinds[i - 3] is TokenType.DOT else i - 2
        value = at.text[at.starts[first] : at.ends[i - 2]]
        add, bare = at.keyword("DATEADD"), at.keyword(unit)
        signed = amount if sign is TokenType.PLUS else f"-{amount}"
        habits = [Habit("SQL Server", add, f"{add}({bare}, {signed}, {value})")]
        if sign is TokenType.DASH:
            sub, whole = at.keyword("DATE_SUB"), at.text[at.starts[i] : at.ends[i + 2]]
            why = f"DuckDB's `{sub}` counts the units between two dates instead of subtracting an interval"
            habits.append(Habit("MySQL", sub, f"{sub}({value}, {whole})", why))
        own = at.text[at.starts[i - 1] : at.ends[i]]
        places.append(Place(at.starts[first], at.ends[i + 2], own, tuple(habits)))
    return carried_over("date_add_call", at, places, rng)


def interval_form(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for i, amount, unit in some(rng, list(_intervals(query))):
        right, word = at.text[at.starts[i] : at.ends[i + 2]], at.text[at.starts[i] : at.ends[i]]
        bare = at.keyword(unit)
        plural = bare if amount == "1" else bare + at.keyword("S")
        wrong = rng.choice(
            (
                f"{amount} {plural}",
                f"{word}({amount}, {bare})",
                f"{word} {bare} {amount}",
                f"{word} {amount} '{bare}'",
            )
        )
        diagnosis = rng.choice(
            (
                f"`{wrong}` is not a valid interval; DuckDB writes it `{right}`.",
                f"DuckDB can't read the interval `{wrong}`.",
                f"An interval is written with `{word}`, the amount and the unit, in that order; `{wrong}` isn't.",
            )
        )
        repair = rng.choice(
            (f"Write `{right}`.", f"Use `{right}` instead of `{wrong}`.", f"Replace `{wrong}` by `{right}`.")
        )
        yield Mutation("interval_form", (Edit(at.starts[i], at.ends[i + 2], wrong),), diagnosis, repair)


def date_literal(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    """All date literals of a query as another engine has them: in a conversion call, or between hashes."""
    at = layout(query)
    places = []
    for i, token in enumerate(at.tokens):
        if at.kinds[i] is not TokenType.STRING or not _DATE.fullmatch(token.text):
            continue
        typed = at.kinds[i - 1] is TokenType.DATE
        if not typed and at.kinds[i - 1] not in _BEFORE_VALUE:
            continue
        own = at.text[at.starts[i - 1] : at.ends[i - 1]] if typed else ""
        to_date, mysql = at.keyword("TO_DATE"), at.keyword("STR_TO_DATE")
        server, parts = at.keyword("CONVERT"), at.keyword("DATEFROMPARTS")
        year, month, day = (int(part) for part in token.text.split("-"))
        habits = (
            Habit("Oracle", to_date, f"{to_date}('{token.text}', 'YYYY-MM-DD')"),
            Habit("MySQL", mysql, f"{mysql}('{token.text}', '%Y-%m-%d')"),
            Habit("SQL Server", server, f"{server}({at.keyword('DATE')}, '{token.text}')"),
            Habit("SQL Server", parts, f"{parts}({year}, {month}, {day})"),
            Habit("Access", "#", f"#{token.text}#", "DuckDB puts dates in single quotes"),
        )
        places.append(Place(at.starts[i - 1] if typed else at.starts[i], at.ends[i], own, habits))
    return carried_over("date_literal", at, places, rng, together=True)


OPERATORS: tuple[Operator, ...] = (
    Operator(
        formatted_date, "function", "function.other_engine", "text", "TO_CHAR, DATE_FORMAT or FORMAT for STRFTIME"
    ),
    Operator(
        date_trunc_call, "function", "function.other_engine", "text", "Another engine's way to cut a date to the month"
    ),
    Operator(date_part_call, "function", "function.other_engine", "text", "DATEPART or TO_CHAR for EXTRACT"),
    Operator(date_diff_call, "function", "function.other_engine", "text", "Another engine's difference of two dates"),
    Operator(date_add_call, "function", "function.other_engine", "text", "DATEADD or DATE_SUB for + INTERVAL"),
    Operator(interval_form, "dialect", "interval.form", "text", "2 DAYS, INTERVAL DAY 2 …"),
    Operator(
        date_literal, "function", "function.other_engine", "text", "TO_DATE, STR_TO_DATE, CONVERT or #…# round a date"
    ),
)
