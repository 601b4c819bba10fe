"""Functions that the catalog doesn't have: misspelt, or called as a spreadsheet or a sentence would."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from factory.mutations.edits import Edit, Mutation, Operator
from factory.mutations.layout.sites import Call, layout, some
from factory.mutations.layout.spelling import misspell, misspell_name
from factory.mutations.layout.wording import Wording
from factory.mutations.query import Query
from factory.records import Database

# LEAST stays out: a typo of it is LAST, which exists.
_MISSPELLABLE_TEXT = """
    SUM COUNT AVG MIN MAX MEDIAN STDDEV ROUND COALESCE NULLIF UPPER LOWER LENGTH TRIM SUBSTR SUBSTRING REPLACE
    CONCAT ABS CEIL FLOOR SQRT YEAR MONTH QUARTER DAYNAME MONTHNAME DATE_TRUNC DATE_DIFF DATEDIFF DATE_PART
    STRFTIME RANK DENSE_RANK ROW_NUMBER LAG LEAD NTILE STRING_AGG GREATEST REGEXP_MATCHES QUANTILE_CONT
"""
_MISSPELLABLE = frozenset(_MISSPELLABLE_TEXT.split())
# Names from spreadsheets, statistics packages and dataframes that DuckDB 1.5 doesn't take.
_HABITS = {
    "AVG": ("AVERAGE",),
    "SUM": ("TOTAL",),
    "COUNT": ("COUNTA", "COUNTROWS"),
    "MIN": ("MINIMUM",),
    "MAX": ("MAXIMUM",),
    "STDDEV": ("STDEV", "STDEV_S", "STD"),
    "STDDEV_POP": ("STDEVP", "STDEV_P"),
    "VARIANCE": ("VAR", "VAR_S"),
    "QUANTILE_CONT": ("PERCENTILE",),
    "UPPER": ("UPPERCASE", "TO_UPPER", "TOUPPER"),
    "LOWER": ("LOWERCASE", "TO_LOWER", "TOLOWER"),
    "LENGTH": ("STRING_LENGTH",),
    "TRIM": ("STRIP",),
    "SUBSTR": ("MID",),
    "SUBSTRING": ("MID",),
    "CONCAT": ("CONCATENATE", "TEXTJOIN"),
    "COALESCE": ("IF_NULL", "FILLNA"),
    "YEAR": ("GET_YEAR", "EXTRACT_YEAR"),
    "MONTH": ("GET_MONTH", "EXTRACT_MONTH"),
    "DATE_TRUNC": ("TRUNC_DATE", "TRUNCATE_DATE", "DATE_FLOOR"),
    "DATE_DIFF": ("DATE_DIFFERENCE",),
    "RANK": ("RANK_EQ",),
    "DENSE_RANK": ("DENSERANK",),
    "ROW_NUMBER": ("ROWNUMBER", "ROW_NUM"),
}

_MISSPELT = Wording(
    (
        "There is no function `{wrong}`; the name is misspelt and should be `{right}`.",
        "`{wrong}` is a typo of `{right}`, and the engine has no function of that name.",
        "The catalog doesn't know `{wrong}`. Correctly spelt, the function is `{right}`.",
    ),
    ("Correct the function's name to `{right}`.", "Write `{right}`."),
)
_HABIT = Wording(
    (
        "DuckDB has no function `{wrong}`; what it offers for this is `{right}`.",
        "`{wrong}` is not a SQL function here. The one that does the job is called `{right}`.",
        "The catalog has no `{wrong}`: that name comes from other tools, in DuckDB it is `{right}`.",
    ),
    ("Use `{right}` instead.", "Replace `{wrong}` by `{right}`."),
)
_GLUED = Wording(
    (
        "There is no function `{wrong}`. Counting different values is the ordinary COUNT with DISTINCT inside.",
        "`{wrong}` doesn't exist in DuckDB; DISTINCT is a keyword within COUNT's parentheses, not a part of its name.",
        "DISTINCT is written as part of the function's name: the catalog knows `{right}`, but not `{wrong}`.",
    ),
    ("Write `{call}`.", "Use `{call}` instead."),
)


def _cased(name: str, like: str) -> str:
    return name.lower() if like.islower() else name.title() if like.istitle() else name


def _renamed(query: Query, call: Call, name: str) -> tuple[tuple[Edit, ...], dict[str, str]]:
    right = query.text[call.start : call.name_end]
    return (Edit(call.start, call.name_end, name),), {"wrong": name, "right": right}


def function_misspelt(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    for call in some(rng, [call for call in layout(query).calls if call.name in _MISSPELLABLE]):
        written = query.text[call.start : call.name_end]
        wrong = misspell(written, rng)[0] if written.isalpha() else misspell_name(written, rng)
        if wrong:
            edits, names = _renamed(query, call, wrong)
            yield _MISSPELT.fault("function_misspelt", edits, rng, **names)


def function_habit(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    for call in some(rng, [call for call in at.calls if call.name in _HABITS]):
        name = rng.choice(_HABITS[call.name])
        edits, names = _renamed(query, call, _cased(name, query.text[call.start : call.name_end]))
        yield _HABIT.fault("function_habit", edits, rng, **names)


def count_distinct_glued(query: Query, _: Database, rng: Random) -> Iterator[Mutation]:
    at = layout(query)
    sites = []
    for call in at.called("COUNT"):
        inner = at.arguments(call)
        if len(inner) == 1 and at.slice(inner[0])[:9].upper() == "DISTINCT ":
            sites.append((call, at.starts[at.index(inner[0].start) + 1]))
    for call, start in some(rng, sites):
        name = rng.choice(("COUNT_DISTINCT", "COUNTDISTINCT", "COUNT_UNIQUE", "DISTINCT_COUNT"))
        right = query.text[call.start : call.name_end]
        wrong = _cased(name, right)
        names = {"wrong": wrong, "right": right, "call": query.text[call.start : call.end]}
        edits = (Edit(call.start, start, f"{wrong}("),)
        yield _GLUED.fault("count_distinct_glued", edits, rng, **names)


OPERATORS: tuple[Operator, ...] = (
    Operator(function_misspelt, "function", "function.misspelt", "tree", "A function's name is misspelt"),
    Operator(function_habit, "function", "function.unknown", "tree", "A function as a spreadsheet calls it"),
    Operator(count_distinct_glued, "function", "function.unknown", "tree", "COUNT_DISTINCT(x)"),
)
