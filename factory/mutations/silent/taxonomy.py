"""The types of silent faults, how often each occurs, and the operators for the further errors that studies report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

Prior = Literal["uniform", "nl2sql-bugs"]
PRIORS: tuple[Prior, ...] = get_args(Prior)

# Subtypes of NL2SQL-BUGs with their counts over 999 wrong queries of real models (a query may have several).
COUNTS: Mapping[str, int] = {
    "Attribute.Mismatch": 360,
    "Attribute.Missing": 60,
    "Attribute.Redundancy": 53,
    "Table.Redundancy": 119,
    "Table.Mismatch": 96,
    "Table.Join Condition Mismatch": 79,
    "Table.Missing": 66,
    "Table.Join Type Mismatch": 3,
    "Condition.Explicit Missing": 118,
    "Condition.Explicit Mismatch": 95,
    "Condition.Explicit Redundancy": 29,
    "Condition.Implicit Missing": 28,
    "Value.Mismatch": 238,
    "Value.Data Format": 14,
    "Function.Aggregate": 71,
    "Function.Conditional": 43,
    "Function.Date/Time": 21,
    "Function.String": 19,
    "Function.Conversion": 11,
    "Function.Math": 10,
    "Function.Window": 3,
    "Clause.Missing": 94,
    "Clause.Redundancy": 37,
    "Subquery.Missing": 33,
    "Subquery.Mismatch": 7,
    "Subquery.Partial": 6,
    "Operator.Comparison": 24,
    "Operator.Logical": 16,
    "Other.DISTINCT": 88,
    "Other.Other": 35,
    "Other.ASC/DESC": 12,
}

# What else models get wrong → the operators that do so. A misspelt name, an alias that isn't used and most functions
# of other engines raise an error: those are faults of `factory/mutations/loud`.
FURTHER: Mapping[str, tuple[str, ...]] = {
    "function with another engine's meaning": ("complete_units_counted", "weekday_from_sunday", "whole_division"),
    "column of the wrong table": ("output_of_other_table",),
    "= for IN": ("equals_for_in",),
    "NULLs at the wrong end of a sort": ("nulls_first",),
    "count of the wrong object": ("count_column_for_rows", "distinct_count_dropped", "distinct_count_added"),
    "unrelated columns compared": ("other_join_key",),
    "missing DISTINCT under a fan-out join": ("join_for_exists", "distinct_dropped", "distinct_count_dropped"),
    "aggregate of aggregates": ("mean_of_means",),
    "boundary off by one": ("boundary_moved", "other_limit", "other_offset", "frame_resized"),
    "LIMIT missing or extra": ("limit_dropped", "limit_added"),
    "a subquery's scope": ("correlation_dropped", "correlation_captured", "subquery_filter_dropped"),
    "AND/OR precedence": ("parentheses_dropped",),
    "BETWEEN on timestamps loses the last day": ("last_day_lost",),
    "integer division": ("whole_division",),
    "double counting after a join": ("join_added",),
    "filter on the right table of a LEFT JOIN": ("filter_to_where",),
    "NOT IN with NULLs": ("not_in_with_nulls",),
    "ROUND before SUM": ("rounded_inside",),
    "dates compared as text": ("date_compared_as_text",),
    "period boundaries in another time zone": ("time_zone_shifted",),
}
